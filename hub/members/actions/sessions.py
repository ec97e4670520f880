"""Signing people out of other browsers."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db import transaction

from hub.accounts.models import User
from hub.members import ways_in


@transaction.atomic
def end_session(*, user: User, key: str, by: User, now: dt.datetime) -> None:
    """`key` as `ways_in.sessions_of` names it; one that is over already is none to complain about."""
    if row := ways_in.session_row(user, key):
        row.end()


@transaction.atomic
def end_other_sessions(*, user: User, keep: str | None, by: User | None = None, now: dt.datetime) -> None:
    """`keep` is the key of the session that stays; None ends them all."""
    for row in UserSession.objects.filter(user=user).exclude(session_key=keep or ""):
        row.end()
