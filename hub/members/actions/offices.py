"""Granting an office and ending it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.members.models import Office, Role
from hub.members.refusals import Refusal


@transaction.atomic
def grant_office(*, user: User, role: Role, by: User | None, now: dt.datetime) -> Office:
    """`by` is None from the command line only: whoever runs the server appoints the first administrator."""
    office, _ = Office.objects.get_or_create(user=user, role=role, ended_at=None, defaults={"started_at": now, "granted_by": by})
    return office


@transaction.atomic
def end_office(*, user: User, role: Role, now: dt.datetime, by: User | None = None) -> None:
    """Raises Refusal for the last administrator who can sign in: nobody would be left to appoint another."""
    if role == Role.ADMINISTRATOR and not _is_another_administrator(user):
        raise Refusal("This is the last administrator. Appoint another first.")
    Office.objects.filter(user=user, role=role, ended_at=None).update(ended_at=now)


def _is_another_administrator(user: User) -> bool:
    """Locks them all, so that the last two cannot end each other's term at once."""
    offices = Office.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True)
    return any(office.user_id != user.pk for office in offices)
