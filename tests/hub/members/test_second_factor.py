"""An office gives its rights only to somebody with a second factor."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions
from hub.members.models import Role
from hub.members.roles import roles_of

BACKEND = "hub.members.backends.SignInBackend"
PASSWORD = "eleven old systems"
SETUP = "/account/second-step/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def with_password(user: User) -> User:
    user.password = make_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def with_app(user: User) -> str:
    """The secret of the app they now have."""
    TOTP.activate(user, secret := generate_totp_secret())
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def shown_again(client: Client) -> None:
    """Gives the password once more, as the page before something delicate asks."""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


# --- Rights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("office", ["editor", "facilitator", "administrator"])
def test_an_office_gives_nothing_until_a_second_factor_is_there(office, request):
    user = request.getfixturevalue(office)
    assert roles_of(user, timezone.now()) == set()

    with_app(user)

    assert roles_of(user, timezone.now()) == {Role(office)}


def test_recovery_codes_alone_are_no_second_factor(editor):
    Authenticator.objects.create(user=editor, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "", "used_mask": 0})

    assert roles_of(editor, timezone.now()) == set()


def test_membership_counts_all_the_same(lead):
    actions.grant_office(user=lead, role=Role.EDITOR, by=None, now=timezone.now())

    assert roles_of(lead, timezone.now()) == {Role.LEAD}


def test_only_office_holders_cost_a_query_more(member, editor):
    for user, queries in ((member, 2), (editor, 3)):
        with CaptureQueriesContext(connection) as captured:
            roles_of(user, timezone.now())
        assert len(captured) == queries


def test_where_it_is_switched_off_an_office_counts_by_itself(editor, settings):
    settings.SECOND_FACTOR_REQUIRED = False

    assert roles_of(editor, timezone.now()) == {Role.EDITOR}


# --- Being led there --------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/bulletin/compose/", "/admin/login/"])
def test_an_office_holder_without_one_is_led_to_where_they_set_it_up(editor, address):
    assert signed_in(editor).get(address)["Location"] == SETUP


def test_the_set_up_page_says_why(editor):
    content = signed_in(editor).get(SETUP).content.decode()

    assert "only with a second step" in content


def test_their_account_page_says_so_too(editor, member):
    assert "Set one up" in signed_in(editor).get("/account/").content.decode()
    assert "Set one up" not in signed_in(member).get("/account/").content.decode()


def test_a_member_is_refused_as_before(member):
    assert signed_in(member).get("/bulletin/compose/").status_code == 403
    assert signed_in(member).get("/admin/")["Location"].startswith("/admin/login/")


def test_with_one_they_are_in(editor):
    with_app(editor)

    assert signed_in(editor).get("/admin/").status_code == 200


# --- Setting it up, using it, removing it -----------------------------------------------------------


def test_an_app_is_set_up_by_its_code_and_recovery_codes_come_with_it(editor):
    client = signed_in(with_password(editor))
    shown_again(client)
    page = client.get("/account/authenticator-app/add/")
    secret = page.context["form"].secret
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()

    response = client.post("/account/authenticator-app/add/", {"code": code_of(secret)})

    assert response["Location"] == "/account/recovery-codes/"
    assert "10 of 10 are left" in client.get("/account/recovery-codes/").content.decode()
    assert client.get("/admin/").status_code == 200


def test_setting_up_the_first_one_signs_every_other_session_out(editor, monkeypatch):
    """One that knew the password only would have the office's rights from then on."""
    with_password(editor)
    other, client = Client(), Client()
    for browser in (other, client):
        browser.post("/account/login/", {"login": editor.email, "password": PASSWORD})
    shown_again(client)
    secret = client.get("/account/authenticator-app/add/").context["form"].secret

    # A test's transaction never ends, and these calls need the request.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function: function())
    client.post("/account/authenticator-app/add/", {"code": code_of(secret)})

    assert other.get("/account/sessions/")["Location"].startswith("/account/login/")
    assert client.get("/account/sessions/").status_code == 200


def test_a_password_alone_no_longer_signs_in(editor):
    secret, client = with_app(with_password(editor)), Client()

    response = client.post("/account/login/", {"login": editor.email, "password": PASSWORD})
    assert response["Location"] == "/account/login/second-step/"
    assert client.get("/account/").status_code == 302

    client.post("/account/login/second-step/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


def test_nor_does_a_code_by_email(editor):
    with_app(with_password(editor))
    client = Client()
    client.post("/account/login/code/", {"email": editor.email})
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]

    response = client.post("/account/login/code/confirm/", {"code": code})

    assert response["Location"] == "/account/login/second-step/"


def test_removing_the_last_one_warns_of_what_goes_with_it(editor):
    with_app(with_password(editor))
    client = signed_in(editor)
    shown_again(client)

    assert "your role on the hub needs one" in client.get("/account/authenticator-app/remove/").content.decode()

    client.post("/account/authenticator-app/remove/")
    assert roles_of(editor, timezone.now()) == set()


def test_a_member_hears_only_what_else_changes(member):
    with_app(with_password(member))
    client = signed_in(member)
    shown_again(client)

    content = client.get("/account/authenticator-app/remove/").content.decode()

    assert "your role" not in content
    assert "Your recovery codes go too" in content


def test_looking_at_the_codes_writes_nothing(editor):
    with_app(with_password(editor))
    client = signed_in(editor)
    shown_again(client)
    client.post("/account/recovery-codes/new/")

    with CaptureQueriesContext(connection) as captured:
        client.get("/account/recovery-codes/")

    assert not [query["sql"] for query in captured if "mfa_authenticator" in query["sql"] and not query["sql"].startswith("SELECT")]


def test_the_codes_are_for_those_who_show_again_that_it_is_them(editor):
    with_app(with_password(editor))
    actions_of = signed_in(editor)
    shown_again(actions_of)
    actions_of.post("/account/recovery-codes/new/")

    for address in ("/account/recovery-codes/", "/account/recovery-codes.txt"):
        assert signed_in(editor).get(address)["Location"].startswith("/account/reauthenticate/")


def test_secrets_are_ciphertext_in_the_database(editor):
    secret = with_app(editor)

    assert secret not in str(Authenticator.objects.get().data)
    assert TOTP(Authenticator.objects.get()).validate_code(code_of(secret))


def test_after_a_change_of_the_key_no_code_fits_and_nothing_breaks(editor, settings):
    secret, client = with_app(with_password(editor)), Client()
    settings.SECRET_KEY = "another one"

    client.post("/account/login/", {"login": editor.email, "password": PASSWORD})
    response = client.post("/account/login/second-step/", {"code": code_of(secret)})

    assert response.status_code == 200
    assert "did not match" in response.content.decode()


def test_whoever_is_locked_out_is_let_back_in_by_whoever_runs_the_server(editor, capsys):
    with_app(with_password(editor))

    call_command("forget_second_factor", editor.email)

    assert "can sign in without a second step now" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()


def test_a_change_of_it_is_told_by_mail(editor, mailoutbox):
    with_app(with_password(editor))
    client = signed_in(editor)
    shown_again(client)

    client.post("/account/authenticator-app/remove/")

    assert [mail.subject for mail in mailoutbox] == ["Your authenticator app was removed"]
