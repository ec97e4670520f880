"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.members.ways_in import device_of

PASSWORD = "eleven old systems"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def person(member):
    member.password = make_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def sign_in(person, user_agent=FIREFOX) -> Client:
    client = Client(headers={"user-agent": user_agent})
    assert client.post("/account/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


def test_the_list_names_each_device_and_this_one_first(person):
    laptop, phone = sign_in(person), sign_in(person, SAFARI)

    rows = laptop.get("/account/sessions/").context["sessions"]

    assert [(row.device, row.is_this_one) for row in rows] == [("Firefox on Windows", True), ("Safari on an iPhone", False)]
    assert is_in(phone)


def test_no_session_key_is_on_the_page(person):
    laptop, phone = sign_in(person), sign_in(person, SAFARI)

    content = laptop.get("/account/sessions/").content.decode()

    assert phone.session.session_key not in content
    assert laptop.session.session_key not in content


def test_one_device_is_signed_out_by_itself(person):
    laptop, phone, tablet = sign_in(person), sign_in(person, SAFARI), sign_in(person, "tablet")
    rows = laptop.get("/account/sessions/").context["sessions"]
    key = next(row.key for row in rows if row.device == "Safari on an iPhone")

    laptop.post("/account/sessions/", {"session": key})

    assert (is_in(laptop), is_in(phone), is_in(tablet)) == (True, False, True)


def test_everywhere_else_is_signed_out_at_once(person):
    laptop, phone, tablet = sign_in(person), sign_in(person, SAFARI), sign_in(person, "tablet")

    laptop.post("/account/sessions/")

    assert (is_in(laptop), is_in(phone), is_in(tablet)) == (True, False, False)


def test_nobody_signs_out_somebody_else(person, colleague):
    laptop = sign_in(person)
    key = laptop.get("/account/sessions/").context["sessions"][0].key
    other = Client()
    other.force_login(colleague, backend="hub.members.backends.SignInBackend")

    other.post("/account/sessions/", {"session": key})
    other.post("/account/sessions/")

    assert is_in(laptop)


def test_a_session_that_is_over_is_not_listed_and_looking_deletes_nothing(person):
    laptop, phone = sign_in(person), sign_in(person, SAFARI)
    Session.objects.filter(session_key=phone.session.session_key).delete()

    with CaptureQueriesContext(connection) as captured:
        rows = laptop.get("/account/sessions/").context["sessions"]

    assert len(rows) == 1
    assert UserSession.objects.count() == 2
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []


def test_a_new_password_signs_out_every_other_device(person):
    laptop, phone = sign_in(person), sign_in(person, SAFARI)
    new = "nine new systems here"

    laptop.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert (is_in(laptop), is_in(phone)) == (True, False)
    assert [row.session_key for row in UserSession.objects.all()] == [laptop.session.session_key]


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15", "Safari on a Mac"),
        ("", "A browser"),
    ],
)
def test_a_device_has_the_name_its_owner_knows_it_by(user_agent, device):
    assert device_of(user_agent) == device
