"""Joining a council, leading it, leaving it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.members.models import Membership
from hub.organisations.models import Organisation


@transaction.atomic
def join(
    *,
    user: User,
    organisation: Organisation,
    now: dt.datetime,
    job_role: str = "",
    approved_by: User | None = None,
    approve: bool = False,
) -> Membership:
    """Without approval the membership is pending and gives no right beyond its own account."""
    membership, _ = Membership.objects.get_or_create(
        user=user, organisation=organisation, ended_at=None, defaults={"started_at": now, "job_role": job_role}
    )
    if approve and membership.approved_at is None:
        membership.approved_at, membership.approved_by = now, approved_by
        membership.save()
    return membership


@transaction.atomic
def appoint_lead(*, membership: Membership, by: User | None, now: dt.datetime) -> None:
    membership.is_lead = True
    membership.approved_at = membership.approved_at or now
    membership.approved_by = membership.approved_by or by
    membership.save()


@transaction.atomic
def leave(*, membership: Membership, now: dt.datetime) -> None:
    """Rights end with the next request."""
    membership.ended_at, membership.is_lead = now, False
    membership.save()
