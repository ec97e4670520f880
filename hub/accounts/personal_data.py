"""What an account holds about its person, the rows of Django and allauth by which they come in among them.

Erased after every room: those find a person's mail and subscriptions by the addresses that stand here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from hub.accounts.models import User
from hub.public_ids import new_public_id

FIELDS = {
    "accounts.User": {
        "id": "not",
        "password": "personal",
        "last_login": "personal",
        "is_superuser": "not",
        "public_id": "personal",
        "email": "personal",
        "first_name": "personal",
        "last_name": "personal",
        "is_active": "personal",
        "joined_at": "personal",
    },
}
THIRD_PARTY = {
    "account.EmailAddress": {"id": "not", **dict.fromkeys(["user", "email", "verified", "primary"], "personal")},
    # Not written: our links carry their proof themselves. It goes with its address all the same.
    "account.EmailConfirmation": {"id": "not", **dict.fromkeys(["email_address", "created", "sent", "key"], "personal")},
    "mfa.Authenticator": {"id": "not", **dict.fromkeys(["user", "type", "data", "created_at", "last_used_at"], "personal")},
    "socialaccount.SocialAccount": {
        "id": "not",
        **dict.fromkeys(["user", "provider", "uid", "last_login", "date_joined", "extra_data"], "personal"),
    },
    "socialaccount.SocialToken": {
        **dict.fromkeys(["id", "app", "expires_at"], "not"),
        **dict.fromkeys(["account", "token", "token_secret"], "personal"),
    },
    "usersessions.UserSession": {
        "id": "not",
        **dict.fromkeys(["user", "created_at", "ip", "last_seen_at", "session_key", "user_agent", "data"], "personal"),
    },
    "sessions.Session": dict.fromkeys(["session_key", "session_data", "expire_date"], "personal"),
}


def export(user: User) -> dict[str, Any]:
    """Never what would let a reader in: no hash, no secret, no key of a session."""
    data = {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "joined_at": user.joined_at.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "addresses": [
            {"address": row.email, "confirmed": row.verified, "main": row.primary}
            for row in EmailAddress.objects.filter(user=user).order_by("email")
        ],
        "ways_to_sign_in": [
            {
                "kind": row.get_type_display(),
                "name": _name_of(row),
                "added_at": _iso(row.created_at),
                "used_at": _iso(row.last_used_at),
            }
            for row in Authenticator.objects.filter(user=user).order_by("created_at")
        ],
        "accounts_elsewhere": [
            {"provider": row.provider, "their_id": row.uid, "since": _iso(row.date_joined), "told_us": row.extra_data}
            for row in SocialAccount.objects.filter(user=user).order_by("date_joined")
        ],
        "signed_in": [
            {"from": row.ip, "browser": row.user_agent, "since": _iso(row.created_at), "last_seen": _iso(row.last_seen_at)}
            for row in UserSession.objects.filter(user=user).order_by("created_at")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows != []}


def holdings(user: User) -> list[tuple[str, str]]:
    return [
        ("Your name and email address", "They go at once."),
        ("Your password, passkeys and other ways to sign in", "They go, and you are signed out everywhere."),
    ]


def erase(user: User) -> None:
    """The row stays, so that what was written stays; nothing in it leads to the person, an old address of their page included."""
    for key in list(session_keys(user)):
        Session.objects.filter(session_key=key).delete()
    for model in (UserSession, Authenticator, SocialAccount, EmailAddress):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.public_id = new_public_id()
    user.email = f"erased-{user.public_id}@erased.localhost"
    user.first_name, user.last_name = "", ""
    user.is_active = False
    user.last_login = None
    # How many joined in a year may be counted; the day would tell them from the others.
    user.joined_at = dt.datetime(timezone.localtime(user.joined_at).year, 1, 1, tzinfo=dt.UTC)
    user.set_unusable_password()
    user.save()


def session_keys(user: User) -> Iterator[str]:
    """Sessions that name the person: by their key where they are signed in, by an address where they began to."""
    addresses = {user.email, *(row.email.lower() for row in EmailAddress.objects.filter(user=user))}
    for session in Session.objects.all().iterator():
        data = session.get_decoded()
        words = json.dumps(data, default=str).lower()
        if data.get("_auth_user_id") == str(user.pk) or any(address in words for address in addresses):
            yield session.session_key


def _name_of(row: Authenticator) -> str:
    return str(row.wrap().name) if row.type == Authenticator.Type.WEBAUTHN else ""


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
