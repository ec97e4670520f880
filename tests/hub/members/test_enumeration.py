"""Every door answers alike whether or not it knows the address: page, status, headers, cookies, work on passwords, and mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth import hashers
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from hub.bulletin.models import Subscriber
from hub.mail.models import Delivery, Message
from tests.factories.accounts import UserFactory
from tests.factories.bulletin import SubscriberFactory

PASSWORD = "eleven old systems"
# As long as each other, since a mail or a page may hold them.
KNOWN, UNKNOWN = "mira.reader@council.example", "nobody.else@council.example"
assert len(KNOWN) == len(UNKNOWN)
# What differs from one request to the next whoever asks.
PASSING = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(autouse=True)
def _the_ledger(settings):
    """Django's test runner puts a box of its own in its place."""
    settings.EMAIL_BACKEND = "hub.mail.backends.LedgerBackend"


@pytest.fixture
def known(db):
    return person(KNOWN)


def person(email: str, **fields: Any):
    user = UserFactory(email=email, password=make_password(PASSWORD), **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@contextmanager
def hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every time the hasher works, whichever way it was asked."""
    calls: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self, password: str, salt: str, *args: Any) -> str:
        calls.append(password)
        return encode(self, password, salt, *args)

    with monkeypatch.context() as patch:
        patch.setattr(hashers.MD5PasswordHasher, "encode", counted)
        yield calls


def answers(door: Callable[[Client, str], Any], email: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """All that somebody outside gets to see, and what they could measure."""
    cache.clear()
    client = Client()
    messages, deliveries = Message.objects.count(), Delivery.objects.count()
    with hashing(monkeypatch) as calls:
        response = door(client, email)
    pages = [seen(response, email)]
    if response.status_code == 302:
        pages.append(seen(client.get(response["Location"]), email))
    return {
        "pages": pages,
        "cookies": sorted((name, *_traits(cookie)) for name, cookie in client.cookies.items()),
        "hashings": len(calls),
        "messages": Message.objects.count() - messages,
        "deliveries": Delivery.objects.count() - deliveries,
    }


def seen(response: Any, email: str) -> tuple[Any, ...]:
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}
    return response.status_code, headers, PASSING.sub(b"", response.content).replace(email.encode(), b"ADDRESS")


def _traits(cookie: Any) -> tuple[Any, ...]:
    return cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]


def sign_up(client: Client, email: str) -> Any:
    form = {"email": email, "password1": "nine new systems here", "first_name": "Mira", "last_name": "Reader"}
    return client.post("/account/signup/", form)


def sign_in(client: Client, email: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": "a wrong password"})


def ask_for_a_code(client: Client, email: str) -> Any:
    return client.post("/account/login/code/", {"email": email})


def type_a_wrong_code(client: Client, email: str) -> Any:
    client.post("/account/login/code/", {"email": email})
    return client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})


def type_wrong_codes_until_it_ends(client: Client, email: str) -> Any:
    client.post("/account/login/code/", {"email": email})
    for _ in range(2):
        client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    return client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})


def ask_for_a_new_password(client: Client, email: str) -> Any:
    return client.post("/account/password/reset/", {"email": email})


def subscribe(client: Client, email: str) -> Any:
    return client.post("/bulletin/subscribe/", {"email": email})


DOORS = [sign_up, sign_in, ask_for_a_code, type_a_wrong_code, type_wrong_codes_until_it_ends, ask_for_a_new_password]
ANSWERS_BY_MAIL = {sign_up: 1, sign_in: 0, ask_for_a_code: 1, type_a_wrong_code: 1, type_wrong_codes_until_it_ends: 1}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_answers_alike_for_known_and_unknown(door, known, monkeypatch):
    about_known = answers(door, KNOWN, monkeypatch)
    about_unknown = answers(door, UNKNOWN, monkeypatch)

    assert about_known == about_unknown
    assert about_known["messages"] == ANSWERS_BY_MAIL.get(door, 1)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_answers_alike_for_suspended_and_unknown(door, db, monkeypatch):
    person(KNOWN, is_active=False)

    assert answers(door, KNOWN, monkeypatch) == answers(door, UNKNOWN, monkeypatch)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_answers_alike_for_somebody_without_a_password(door, known, monkeypatch):
    known.set_unusable_password()
    known.save()

    assert answers(door, KNOWN, monkeypatch) == answers(door, UNKNOWN, monkeypatch)


def test_the_bulletin_answers_alike_for_subscribers_and_others(db, monkeypatch):
    SubscriberFactory(email=KNOWN)

    assert answers(subscribe, KNOWN, monkeypatch) == answers(subscribe, UNKNOWN, monkeypatch)


def test_the_bulletin_answers_alike_for_those_who_left_and_those_who_never_came(db, monkeypatch):
    left = SubscriberFactory(email=KNOWN)
    left.state, left.email = Subscriber.State.UNSUBSCRIBED, None
    left.left_at = left.confirmed_at
    left.save()

    assert answers(subscribe, KNOWN, monkeypatch) == answers(subscribe, UNKNOWN, monkeypatch)


def test_only_the_right_password_tells_that_an_account_is_closed(db, monkeypatch):
    person(KNOWN, is_active=False)

    assert sign_in(Client(), KNOWN).status_code == 200
    right = Client().post("/account/login/", {"login": KNOWN, "password": PASSWORD})
    assert right["Location"] == "/account/inactive/"


def test_signing_up_costs_one_hash_either_way(known, monkeypatch):
    """And is therefore compared at all: none on both sides would pass too."""
    assert answers(sign_up, KNOWN, monkeypatch)["hashings"] == 1
    assert answers(sign_in, KNOWN, monkeypatch)["hashings"] == 1


@pytest.mark.parametrize("door", [sign_up, ask_for_a_code, ask_for_a_new_password])
def test_whoever_reads_the_mailbox_is_told_calmly_what_is_the_case(door, known, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    door(Client(), KNOWN)
    cache.clear()
    door(Client(), UNKNOWN)

    assert [mail.to for mail in mailoutbox] == [[KNOWN], [UNKNOWN]]
    for mail in mailoutbox:
        assert "do nothing" in mail.body
        assert not re.search(r"invalid|please|successfully", mail.body + mail.subject, re.IGNORECASE)
    odd = mailoutbox[0] if door is sign_up else mailoutbox[1]
    assert "Somebody, perhaps you," in odd.body


def test_a_code_is_not_sent_once_it_has_expired(known):
    ask_for_a_code(Client(), KNOWN)

    message = Message.objects.get()
    assert (message.expires_at - message.created_at).total_seconds() == 600


# --- For somebody who is in ------------------------------------------------------------------------


@pytest.fixture
def inside(member):
    member.password = make_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client = Client()
    client.post("/account/login/", {"login": member.email, "password": PASSWORD})
    client.get("/account/email/")  # says once that they are in
    return client


def add_address(client: Client, email: str) -> Any:
    return client.post("/account/email/", {"action_add": "", "email": email})


def test_adding_an_address_answers_alike_whether_or_not_it_is_somebody_elses(known, inside, monkeypatch):
    found = []
    for email in (KNOWN, UNKNOWN):
        cache.clear()
        before = Message.objects.count()
        with hashing(monkeypatch) as calls:
            response = add_address(inside, email)
        page = inside.get(response["Location"])
        found.append((seen(response, email), seen(page, email), len(calls), Message.objects.count() - before))
        inside.post("/account/email/", {"action_remove": "", "email": email})
        inside.get("/account/email/")

    assert found[0] == found[1]
    assert found[0][3] == 1


def test_an_address_that_is_somebody_elses_is_never_confirmed_twice(known, inside):
    add_address(inside, KNOWN)
    row = EmailAddress.objects.get(email=KNOWN, verified=False)
    key = EmailConfirmationHMAC(row).key

    inside.post(f"/account/confirm-email/{key}/")

    row.refresh_from_db()
    assert not row.verified
