"""A council's own sign-in by OpenID Connect: who is believed about what."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.test import Client

from hub.accounts.models import User
from hub.members.adapters import CouncilSignInAdapter
from tests.factories.accounts import UserFactory

SERVER = "https://login.ambleford.example/v2.0"
DOOR = "/account/oidc/council/login/"
PASSWORD = "eleven old systems"


class Provider:
    """Answers as the discovery document, the token endpoint and the userinfo endpoint do. `claims` are what it says of a person."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        if url.endswith("openid-configuration"):
            return Answer(
                {
                    "issuer": SERVER,
                    "authorization_endpoint": f"{SERVER}/authorize",
                    "token_endpoint": f"{SERVER}/token",
                    "userinfo_endpoint": f"{SERVER}/userinfo",
                    "jwks_uri": f"{SERVER}/keys",
                }
            )
        if url.endswith("token"):
            claims = {"iss": SERVER, "aud": "the-hub", "exp": 4102444800, "iat": 1767225600, **self.claims}
            return Answer(
                {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(claims, "k" * 32, algorithm="HS256")}
            )
        return Answer(self.claims)

    def get(self, url: str, **kwargs: Any) -> Any:
        return self.request("GET", url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> Any:
        return self.request("POST", url, **kwargs)

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *args: Any) -> None:
        """Nothing is open."""


class Answer:
    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.text = json.dumps(data)

    def json(self) -> dict[str, Any]:
        return self.data

    def raise_for_status(self) -> None:
        """It always goes well."""


@pytest.fixture
def provider(settings, monkeypatch) -> Provider:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "council",
                    "name": "Ambleford",
                    "client_id": "the-hub",
                    "secret": "s",
                    "settings": {"server_url": SERVER},
                }
            ],
        }
    }
    settings.OIDC_DOMAINS = ["ambleford.example"]
    made = Provider()
    monkeypatch.setattr(CouncilSignInAdapter, "get_requests_session", lambda self: made)
    return made


def come_by(provider: Provider, client: Client, process: str = "login", **claims: Any) -> Any:
    """Through the provider and back."""
    provider.claims = {"sub": "u-1", "given_name": "Mira", "family_name": "Reader", **claims}
    there = client.post(f"{DOOR}?process={process}")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert there["Location"].startswith(f"{SERVER}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{DOOR}callback/", {"code": "c", "state": asked["state"][0]})


def member_of_hub(email: str) -> User:
    user = UserFactory(email=email, password=make_password(PASSWORD))
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def is_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


# --- Off --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [DOOR, f"{DOOR}callback/", "/account/council-sign-in/", "/account/council-sign-in/join/"])
def test_without_a_provider_there_is_nothing_there(client, db, address):
    assert client.get(address).status_code == 404


def test_without_a_provider_there_is_no_button(client, db):
    assert "oidc" not in client.get("/account/login/").content.decode()


# --- On ---------------------------------------------------------------------------------------------


def test_the_button_names_the_provider(client, db, provider):
    assert "Sign in with Ambleford" in client.get("/account/login/").content.decode()


def test_a_new_person_whose_address_nobody_has_checked_confirms_it_by_our_mail(client, db, provider, mailoutbox):
    response = come_by(provider, client, email="mira@ambleford.example")
    assert response["Location"] == "/account/council-sign-in/join/"
    assert 'value="Mira"' in client.get("/account/council-sign-in/join/").content.decode()

    form = {"email": "mira@ambleford.example", "first_name": "Mira", "last_name": "Reader"}
    response = client.post("/account/council-sign-in/join/", form)

    assert response["Location"] == "/account/confirm-email/"
    assert not EmailAddress.objects.get().verified
    assert [mail.to for mail in mailoutbox] == [["mira@ambleford.example"]]
    assert not is_in(client)


def test_a_new_person_the_provider_answers_for_is_in_at_once(client, db, provider):
    come_by(provider, client, email="mira@ambleford.example", email_verified=True)

    client.post("/account/council-sign-in/join/", {"email": "mira@ambleford.example", "first_name": "Mira", "last_name": "Reader"})

    assert EmailAddress.objects.get().verified
    assert is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "tom@ambleford.example"},  # as Entra ID does
        {"email": "tom@ambleford.example", "email_verified": False},
        {"email": "tom@ambleford.example", "email_verified": "false"},
        {"email": "tom@westmere.example", "email_verified": True},  # another council's
        {"email": "tom@ambleford.example.evil.example", "email_verified": True},
        {"email": "tom@evilambleford.example", "email_verified": True},
    ],
)
def test_an_address_that_it_does_not_answer_for_never_takes_over_an_account(client, db, provider, claims):
    victim = member_of_hub(claims["email"])
    password = victim.password

    come_by(provider, client, **claims)
    form = {"email": claims["email"], "first_name": "Tom", "last_name": "Reader"}
    response = client.post("/account/council-sign-in/join/", form)

    victim.refresh_from_db()
    assert response["Location"] == "/account/confirm-email/"  # as for an address that nobody has
    assert not is_in(client)
    assert victim.password == password
    assert not SocialAccount.objects.exists()


def test_an_address_it_answers_for_leads_into_the_account_that_has_confirmed_it(client, db, provider):
    tom = member_of_hub("tom@ambleford.example")

    come_by(provider, client, email="tom@ambleford.example", email_verified=True)

    assert is_in(client)
    assert SocialAccount.objects.get().user == tom
    assert tom.check_password(PASSWORD)


def test_a_domain_it_was_not_given_is_nobodys(client, db, provider, settings):
    settings.OIDC_DOMAINS = []
    member_of_hub("tom@ambleford.example")

    come_by(provider, client, email="tom@ambleford.example", email_verified=True)

    assert not is_in(client)


def test_somebody_who_is_in_connects_it_and_comes_by_it_from_then_on(client, db, provider):
    tom = member_of_hub("tom@ambleford.example")
    client.post("/account/login/", {"login": tom.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    come_by(provider, client, "connect", email="t.ridley@ambleford.example")
    assert SocialAccount.objects.get().user == tom

    later = Client()
    come_by(provider, later, email="another@ambleford.example")
    assert is_in(later)


def test_taking_it_away_names_no_key_of_the_database(client, db, provider):
    tom = member_of_hub("tom@ambleford.example")
    account = SocialAccount.objects.create(user=tom, provider="council", uid="u-1")
    client.post("/account/login/", {"login": tom.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    content = client.get("/account/council-sign-in/").content.decode()
    assert f'value="{account.uid}"' in content

    client.post("/account/council-sign-in/", {"account": account.uid})
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(client, db, provider):
    tom = member_of_hub("tom@ambleford.example")
    SocialAccount.objects.create(user=tom, provider="council", uid="u-1")
    tom.is_active = False
    tom.save()

    response = come_by(provider, client, email="tom@ambleford.example")

    assert response["Location"] == "/account/inactive/"
    assert not is_in(client)


def test_the_second_step_is_asked_for_all_the_same(client, db, provider):
    tom = member_of_hub("tom@ambleford.example")
    SocialAccount.objects.create(user=tom, provider="council", uid="u-1")
    TOTP.activate(tom, generate_totp_secret())

    assert come_by(provider, client, email="tom@ambleford.example")["Location"] == "/account/login/second-step/"


def test_a_provider_that_does_not_answer_is_told_in_plain_words(client, db, provider, monkeypatch):
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise requests.ConnectionError

    monkeypatch.setattr(provider, "request", fail)

    response = client.post(DOOR)

    assert response.status_code == 502
    assert "did not tell us who you are" in response.content.decode()
