"""Granting an office and ending it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.members.models import Office, Role


@transaction.atomic
def grant_office(*, user: User, role: Role, by: User | None, now: dt.datetime) -> Office:
    """`by` is None from the command line only: whoever runs the server appoints the first administrator."""
    office, _ = Office.objects.get_or_create(user=user, role=role, ended_at=None, defaults={"started_at": now, "granted_by": by})
    return office


@transaction.atomic
def end_office(*, user: User, role: Role, now: dt.datetime) -> None:
    Office.objects.filter(user=user, role=role, ended_at=None).update(ended_at=now)
