"""The links in our mails. Signed, so that nobody has to sign in; none changes anything when it is opened. They work for ever:
a link that leaves is never too old. What they can do is to send somebody less."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub.accounts.models import User
from hub.notifications.models import Preference

_SALT = "hub.notifications.stop"
MOST_REASONS = 12  # what fits a header


@dataclass(frozen=True)
class Stop:
    """Either `mail`, or what one mail was about."""

    person: str
    mail: str = ""
    reasons: tuple[str, ...] = ()
    thread: str = ""


def stop_url(person: User, reasons: Collection[str], thread: str) -> str:
    return _url([person.public_id, "", list(reasons)[:MOST_REASONS], thread])


def less_mail_url(person: User, mail: Preference.Mail) -> str:
    return _url([person.public_id, mail.value])


def _url(content: list[Any]) -> str:
    token = signing.Signer(salt=_SALT).sign_object(content, compress=True)
    return absolute(reverse("notifications:stop", args=[token]))


def read(token: str) -> Stop | None:
    """None for what we never signed."""
    try:
        person, mail, *rest = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return Stop(person, mail, tuple(rest[0]), rest[1]) if rest else Stop(person, mail)


def absolute(path: str) -> str:
    return path if "://" in path else f"{settings.SITE_URL}{path}"
