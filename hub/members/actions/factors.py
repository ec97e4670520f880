"""The way back for somebody who has lost every second factor and every recovery code."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.db import transaction

from hub.accounts.models import User
from hub.members.actions.sessions import end_other_sessions


@transaction.atomic
def forget_second_factor(*, user: User, by: User | None, now: dt.datetime) -> int:
    """How many there were. `by` is None from the command line only. Signs them out everywhere: whoever took the phone may be in."""
    number, _ = Authenticator.objects.filter(user=user).delete()
    end_other_sessions(user=user, keep=None, by=by, now=now)
    return number
