"""How somebody comes in: what they have set up, and where they are signed in."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from hub.accounts.models import User
from hub.members import second_factor

# In this order: Edge and Opera call themselves Chrome as well, and Chrome calls itself Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux")),
)


@dataclass(frozen=True)
class Passkey:
    """`key` is the credential's own id, which the browser knows too; never ours."""

    key: str
    name: str
    added_at: dt.datetime
    used_at: dt.datetime | None


@dataclass(frozen=True)
class SignedIn:
    """One browser. `key` leads to its session here and opens nothing anywhere else."""

    key: str
    device: str
    ip: str
    since: dt.datetime
    is_this_one: bool


@dataclass(frozen=True)
class WaysIn:
    passkeys: int
    has_app: bool
    codes_left: int | None  # None: there are none, since there is nothing they could stand in for
    sessions: int
    is_connected: bool
    waits_for_second_factor: bool


def of(user: User, now: dt.datetime) -> WaysIn:
    rows = list(Authenticator.objects.filter(user=user))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return WaysIn(
        passkeys=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        has_app=any(row.type == Authenticator.Type.TOTP for row in rows),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        sessions=_alive(user, now).count(),
        is_connected=has_council_sign_in() and SocialAccount.objects.filter(user=user).exists(),
        waits_for_second_factor=second_factor.is_missing(user, now),
    )


def has_council_sign_in() -> bool:
    """Whether the hub knows a council's own OpenID Connect."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


def passkeys_of(user: User) -> list[Passkey]:
    """The oldest first."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("created_at")
    return [Passkey(row.data["credential"]["id"], WebAuthn(row).name, row.created_at, row.last_used_at) for row in rows]


def passkey_row(user: User, key: str) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN, data__credential__id=key).first()


def recovery_codes_of(user: User) -> list[str] | None:
    """The unused ones; None if there never were any. Reads only, where allauth's own view notes that they were looked at."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    codes: list[str] | None = row.wrap().get_unused_codes() if row else None
    return codes


def sessions_of(user: User, now: dt.datetime, current: str | None) -> list[SignedIn]:
    """The newest first, this one before all. `current` is the session's key. Reads only, where allauth's own list deletes what is over."""
    rows = [
        SignedIn(_public_key(row), device_of(row.user_agent), row.ip, row.created_at, row.session_key == current)
        for row in _alive(user, now).order_by("-created_at", "session_key")
    ]
    return sorted(rows, key=lambda row: not row.is_this_one)


def session_row(user: User, key: str) -> UserSession | None:
    return next((row for row in UserSession.objects.filter(user=user) if constant_time_compare(_public_key(row), key)), None)


def _alive(user: User, now: dt.datetime) -> QuerySet[UserSession]:
    stored = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return UserSession.objects.filter(Exists(stored), user=user)


def _public_key(row: UserSession) -> str:
    return salted_hmac("hub.members.session", row.session_key, algorithm="sha256").hexdigest()[:16]


def device_of(user_agent: str) -> str:
    """`Firefox on Windows`: enough to know one's own devices by."""
    browser = next((name for part, name in _BROWSERS if part in user_agent), "A browser")
    system = next((name for part, name in _SYSTEMS if re.search(rf"\b{part}", user_agent)), "")
    return f"{browser} on {system}" if system else browser
