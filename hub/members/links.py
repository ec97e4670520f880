"""The link that shows somebody still reads mail at a council's address. Signed; it changes nothing when it is opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub.accounts.models import User
from hub.members.models.membership import GRACE
from hub.organisations.models import Organisation

_SALT = "hub.members.still-here"


@dataclass(frozen=True)
class StillHere:
    """Public ids and an address, as they were when the link was made: whoever uses it checks that they still hold."""

    user: str
    council: str
    email: str


def still_here_url(*, user: User, council: Organisation, email: str, now: dt.datetime) -> str:
    token = signing.Signer(salt=_SALT).sign_object([user.public_id, council.public_id, email, int(now.timestamp())])
    return settings.SITE_URL + reverse("members:still_here", args=[token])


def read_still_here(token: str, now: dt.datetime) -> StillHere | None:
    """None for what we never signed, and for what is older than the time that somebody has to answer."""
    try:
        user, council, email, issued = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    if now - dt.datetime.fromtimestamp(issued, tz=dt.UTC) > GRACE:
        return None
    return StillHere(user, council, email)
