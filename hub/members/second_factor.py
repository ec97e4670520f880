"""Who needs a second factor, and who has one.

An office gives its rights only to somebody with a passkey or an authenticator app. Recovery codes alone are no factor:
they are the way back for somebody who has lost theirs.
"""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings

from hub.accounts.models import User
from hub.members.models import Office

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def number_of(user: User) -> int:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).count()


def is_there(user: User) -> bool:
    """One query, or none where the hub asks for no second factor."""
    return not settings.SECOND_FACTOR_REQUIRED or number_of(user) > 0


def is_missing(user: User, now: dt.datetime) -> bool:
    """Whether they hold an office that gives them nothing until they set one up."""
    return not is_there(user) and Office.objects.filter(user=user).current(now).exists()


def is_needed(user: User, now: dt.datetime) -> bool:
    """Whether they would lose the rights of an office with their last factor."""
    return settings.SECOND_FACTOR_REQUIRED and Office.objects.filter(user=user).current(now).exists()
