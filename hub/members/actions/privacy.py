"""Closing one's account."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hub.accounts.models import User
from hub.core import personal_data
from hub.members import privacy_letters, queries


class LastAdministrator(PermissionDenied):
    """Nobody would be left to run the hub."""


@transaction.atomic
def close_account(*, user: User, by: User | None, now: dt.datetime) -> None:
    """Everything or nothing: forgets the person in every app and writes them one last mail, forgotten when it has gone.

    `by` is None from the command line only.
    """
    if queries.is_last_administrator(user, now, lock=True):
        raise LastAdministrator
    address = user.email
    personal_data.erase(user)
    privacy_letters.say_goodbye(address, now)
