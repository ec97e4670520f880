"""Seeing what the hub holds, having a copy, agreeing, and closing one's account."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.test import Client

from hub.accounts.models import User
from hub.core import personal_data
from hub.mail.models import Delivery
from hub.members import actions, consent, queries
from hub.members.actions.privacy import LastAdministrator
from hub.members.models import Consent, Profile, Role
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.members import ComplaintFactory, ConsentFactory, MembershipFactory, OfficeFactory
from tests.factories.stepshare import InstallationFactory

pytestmark = pytest.mark.django_db

BACKEND = "hub.members.backends.SignInBackend"
PASSWORD = "eleven old systems"
CLOSE, DOWNLOAD = "/account/close/", "/account/privacy/download/"


@pytest.fixture
def with_password(member) -> User:
    member.password = make_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


@pytest.fixture
def sure(client, with_password) -> Client:
    """Signed in, and just asked once more whether it is them."""
    client.force_login(with_password, backend=BACKEND)
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def copy_of(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


# --- Your data ----------------------------------------------------------------------------------------


def test_a_person_sees_in_words_and_figures_what_is_held(client, member):
    AnswerFactory.create_batch(12, author=member)
    client.force_login(member, backend=BACKEND)

    content = client.get("/account/privacy/").content.decode()

    assert "12 answers that you gave" in content
    assert "They stay, with your council beside “A former member”." in content


def test_every_way_to_ones_rights_stands_on_the_account_page(client, member):
    client.force_login(member, backend=BACKEND)

    content = client.get("/account/").content.decode()

    for address in ("/account/privacy/", DOWNLOAD, CLOSE, "/complaints/"):
        assert f'href="{address}"' in content


def test_the_page_costs_the_same_however_much_somebody_wrote(client, member, assert_constant_queries):
    AnswerFactory(author=member)
    client.force_login(member, backend=BACKEND)

    assert_constant_queries(
        lambda: client.get("/account/privacy/"), grow=lambda: AnswerFactory.create_batch(5, author=member), most=39
    )


# --- A copy -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [DOWNLOAD, CLOSE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_asks_once_more_whether_it_is_them(client, with_password, address, method):
    client.force_login(with_password, backend=BACKEND)

    response = client.post(address, {"is_sure": "on"}) if method == "post" else client.get(address)

    assert response["Location"] == f"/account/reauthenticate/?next={address.replace('/', '%2F')}"
    with_password.refresh_from_db()
    assert with_password.is_active


def test_the_copy_has_everything_to_read_and_for_programs(sure, with_password):
    QuestionFactory(author=with_password, title="Who counts?", body="We <b>counted</b> & lost.")
    profile = Profile.objects.create(user=with_password, phone="01632 960 001", changed_at=with_password.joined_at)
    profile.photo.save("me.jpg", ContentFile(b"a picture"))

    response = sure.post(DOWNLOAD)

    assert response["Content-Disposition"].startswith('attachment; filename="step-hub-my-data-')
    assert "no-cache" in response["Cache-Control"]
    archive = copy_of(response)
    assert archive.testzip() is None
    assert archive.namelist() == ["README.txt", "style.css", "data.json", "index.html", "files/profile/photo.jpg"]
    data = json.loads(archive.read("data.json"))
    assert data["question_time"]["questions"][0]["text"] == "We <b>counted</b> & lost."
    assert data["members"]["profile"]["phone"] == "01632 960 001"
    assert data["accounts"]["email"] == with_password.email
    page = archive.read("index.html").decode()
    assert "We &lt;b&gt;counted&lt;/b&gt; &amp; lost." in page
    assert "<script" not in page
    assert archive.read("files/profile/photo.jpg") == b"a picture"


def test_a_file_that_has_gone_from_the_disk_keeps_nobody_from_the_rest(sure, with_password):
    Profile.objects.create(user=with_password, photo="profile-photos/gone.jpg", changed_at=with_password.joined_at)

    assert "data.json" in copy_of(sure.post(DOWNLOAD)).namelist()


def test_it_holds_nothing_that_opens_the_account(sure, with_password):
    data = json.dumps(personal_data.export(with_password))

    assert with_password.password not in data
    assert sure.session.session_key not in data


def test_it_holds_nothing_about_other_people_that_is_not_public(member, colleague, stranger, facilitator, now):
    """What others keep to themselves, who decided, who reported, and what one can no longer read."""
    hidden = QuestionFactory(title="Quillwort hidden", hidden=True, author=stranger)
    answer = AnswerFactory(author=member, question=hidden)
    for person in (colleague, stranger, facilitator):
        User.objects.filter(pk=person.pk).update(first_name="Quillwort", email=f"quillwort{person.pk}@council.example")
        Profile.objects.create(user=person, phone="quillwort", about="Quillwort", changed_at=now)
    MembershipFactory(user=member, approved_by=facilitator)
    ComplaintFactory(name="Quillwort", text=f"Quillwort about {member}", answered=True, answered_by=facilitator)
    ComplaintFactory(address=member.email, text="Quillwort, in the name of another")
    InstallationFactory(own_council=True, council=stranger.memberships.get().organisation, product__name="Quillwort")

    data = json.dumps(personal_data.export(member)).lower()

    assert "a question that you can no longer read" in data
    assert answer.public_id in data
    assert "quillwort" not in data


def test_what_is_hidden_says_why_to_its_author_and_not_by_whom(member, facilitator, now):
    from forum import actions as forum

    question = QuestionFactory(author=member)
    forum.hide_question(question=question, reason="It names a resident.", by=facilitator, now=now)

    row = personal_data.export(member)["forum"]["questions"][0]

    assert row["hidden_because"] == "It names a resident."
    assert facilitator.first_name not in json.dumps(row)


# --- Closing ------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays(sure, with_password):
    AnswerFactory.create_batch(2, author=with_password)

    content = sure.get(CLOSE).content.decode()

    assert content.index("What goes, at once") < content.index("Your name and email address") < content.index("What stays")
    assert content.index("What stays") < content.index("2 answers that you gave")


def test_nothing_is_closed_without_the_tick(sure, with_password):
    response = sure.post(CLOSE)

    assert "Tick the box" in response.content.decode()
    with_password.refresh_from_db()
    assert with_password.is_active


def test_it_closes_says_goodbye_and_signs_out_everywhere(sure, with_password, client):
    address, other = with_password.email, Client()
    other.force_login(with_password, backend=BACKEND)

    response = sure.post(CLOSE, {"is_sure": "on"}, follow=True)

    assert response.redirect_chain == [("/account/closed/", 302)]
    assert "Your account is closed" in response.content.decode()
    assert other.get("/account/")["Location"].startswith("/account/login/")
    assert Delivery.objects.get(state=Delivery.State.QUEUED, address=address).message.subject == "Your account is closed"
    refused = Client().post("/account/login/", {"login": address, "password": PASSWORD})
    assert refused.status_code == 200


def test_a_crash_half_way_leaves_everything_as_it_was(with_password, now, monkeypatch):
    monkeypatch.setattr("hub.members.privacy_letters.say_goodbye", lambda *args: 1 / 0)
    question, email = QuestionFactory(author=with_password), with_password.email

    with pytest.raises(ZeroDivisionError):
        actions.close_account(user=with_password, by=with_password, now=now)

    question.refresh_from_db()
    assert question.author == with_password
    assert User.objects.get(email=email).is_active


def test_the_only_administrator_is_told_to_hand_over_first(sure, with_password, now):
    OfficeFactory(user=with_password, role=Role.ADMINISTRATOR)
    suspended = OfficeFactory(role=Role.ADMINISTRATOR, user__is_active=False)

    response = sure.post(CLOSE, {"is_sure": "on"})

    assert response.status_code == 403
    assert "You are the only administrator" in response.content.decode()
    with pytest.raises(LastAdministrator):
        actions.close_account(user=with_password, by=with_password, now=now)
    User.objects.filter(pk=suspended.user_id).update(is_active=True)
    actions.close_account(user=with_password, by=with_password, now=now)


def test_the_only_lead_of_a_council_is_told_what_becomes_of_it(sure, with_password, council, now):
    with_password.memberships.update(is_lead=True)
    assert "You are the only lead of Ambleford" in sure.get(CLOSE).content.decode()

    MembershipFactory(organisation=council, is_lead=True)

    assert "only lead" not in sure.get(CLOSE).content.decode()


# --- Agreeing -----------------------------------------------------------------------------------------

SIGN_UP = {"email": "new@nowhere.example", "password1": PASSWORD, "first_name": "New", "last_name": "Reader"}


def test_signing_up_keeps_which_words_when_and_where(client):
    shown = client.get("/account/signup/").content.decode()
    client.post("/account/signup/", SIGN_UP)

    kept = Consent.objects.get()
    assert consent.CURRENT.text in shown
    assert (kept.user.email, kept.source) == (SIGN_UP["email"], "sign-up form")
    assert (kept.wording_version, kept.wording_hash) == (consent.CURRENT.version, consent.CURRENT.digest)


def test_words_that_were_agreed_to_are_never_changed():
    """A new version is a new entry: whoever edits an old one breaks the proof of everybody who agreed to it."""
    known = {"2026-05": "d5d86de4983bd9cb783670e4e5e27f67e227b83b62d89817cb287bbefa713833"}

    assert {wording.version: wording.digest for wording in consent.WORDINGS} == known


def test_whoever_has_not_met_the_words_is_asked_when_they_sign_in_and_kept_from_nothing(client, with_password, monkeypatch):
    ConsentFactory(user=with_password)
    monkeypatch.setattr(queries, "CURRENT", consent.Wording("2027-01", "New words."))
    monkeypatch.setattr("hub.members.actions.consent.CURRENT", consent.Wording("2027-01", "New words."))

    client.post("/account/login/", {"login": with_password.email, "password": PASSWORD})

    response = client.get("/account/")
    assert '<a href="/account/privacy/agreement/">Read it and agree</a>' in response.content.decode()
    assert client.get("/question-time/ask/").status_code == 200
    client.post("/account/privacy/agreement/")
    client.post("/account/privacy/agreement/")
    assert list(Consent.objects.order_by("given_at").values_list("wording_version", flat=True)) == ["2026-05", "2027-01"]
    assert "has changed since" not in client.get("/account/privacy/").content.decode()


def test_whoever_has_agreed_is_not_asked_again(client, with_password):
    ConsentFactory(user=with_password)

    client.post("/account/login/", {"login": with_password.email, "password": PASSWORD})

    assert "Read it and agree" not in client.get("/account/").content.decode()
