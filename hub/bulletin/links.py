"""The addresses in our mail. Each is signed for one purpose; none needs a sign-in, and none changes anything when it is opened.

A link holds no address and no key: a subscriber's public id, and the version of their links. Leaving starts a new version, so
that no old message brings somebody back or changes what they chose. The link that leaves works for ever, whatever its version.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub.bulletin.models import Subscriber

CONFIRM_WITHIN = dt.timedelta(hours=48)
# How long somebody who left by mistake can come back without asking again; we keep their address for as long.
UNDO_WITHIN = dt.timedelta(days=1)


class LinkOver(Exception):
    """Signed by us, and no longer good."""


@dataclass(frozen=True)
class Link:
    public_id: str
    version: int


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"hub.bulletin.{purpose}")


def confirm_token(subscriber: Subscriber, now: dt.datetime) -> str:
    return _signer("confirm").sign_object([subscriber.public_id, subscriber.token_version, int(now.timestamp())])


def preferences_token(subscriber: Subscriber) -> str:
    return _signer("preferences").sign_object([subscriber.public_id, subscriber.token_version])


def unsubscribe_token(subscriber: Subscriber) -> str:
    return _signer("unsubscribe").sign_object([subscriber.public_id, subscriber.token_version])


def read_confirm(token: str, now: dt.datetime) -> Link | None:
    """None for what we never signed. Raises LinkOver after 48 hours."""
    content = _read("confirm", token)
    if content is None:
        return None
    public_id, version, issued = content
    if now.timestamp() - issued > CONFIRM_WITHIN.total_seconds():
        raise LinkOver
    return Link(public_id, version)


def read_preferences(token: str) -> Link | None:
    content = _read("preferences", token)
    return Link(*content) if content else None


def read_unsubscribe(token: str) -> Link | None:
    content = _read("unsubscribe", token)
    return Link(*content) if content else None


def _read(purpose: str, token: str) -> list[Any] | None:
    try:
        content: list[Any] = _signer(purpose).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return content


def absolute(path: str) -> str:
    return path if "://" in path else f"{settings.SITE_URL}{path}"


def confirm_url(subscriber: Subscriber, now: dt.datetime) -> str:
    return absolute(reverse("bulletin:confirm", kwargs={"token": confirm_token(subscriber, now)}))


def preferences_url(subscriber: Subscriber) -> str:
    return absolute(reverse("bulletin:preferences", kwargs={"token": preferences_token(subscriber)}))


def unsubscribe_url(subscriber: Subscriber) -> str:
    return absolute(reverse("bulletin:unsubscribe", kwargs={"token": unsubscribe_token(subscriber)}))
