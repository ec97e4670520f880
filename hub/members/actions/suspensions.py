"""Keeping somebody out, and letting them in again."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hub.accounts.models import User
from hub.members.models import Suspension
from hub.members.ranks import outranks
from hub.members.refusals import Refusal


@transaction.atomic
def suspend(*, user: User, reason: str, by: User, now: dt.datetime) -> Suspension:
    """Their sessions are refused from the next request on, and unused links and codes do nothing. Memberships stay as they are.

    Raises PermissionDenied for somebody of the same or a higher role.
    """
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if not outranks(by, user, now):
        raise PermissionDenied
    if not user.is_active:
        raise Refusal(f"{user} is suspended already, or has closed the account.")
    suspension = Suspension.objects.create(user=user, reason=reason, suspended_by=by, started_at=now)
    user.is_active = False
    user.save(update_fields=["is_active"])
    return suspension


@transaction.atomic
def lift_suspension(*, user: User, by: User, now: dt.datetime) -> None:
    """They sign in as before. Links sent before the suspension stay dead."""
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if not outranks(by, user, now):
        raise PermissionDenied
    if not Suspension.objects.filter(user=user, ended_at=None).update(ended_at=now, lifted_by=by):
        raise Refusal(f"{user} is not suspended.")
    user.is_active = True
    user.save(update_fields=["is_active"])
