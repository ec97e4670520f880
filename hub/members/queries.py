"""Reading memberships: whose colleague somebody is, and how a byline names them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.models import Membership, Office
from hub.organisations.models import Organisation


def memberships_of(user: User, now: dt.datetime) -> list[Membership]:
    """Current ones, the oldest first."""
    return list(
        Membership.objects.filter(user=user).current(now).select_related("organisation").order_by("started_at", "public_id")
    )


def offices_of(user: User, now: dt.datetime) -> list[Office]:
    return list(Office.objects.filter(user=user).current(now).order_by("started_at", "role"))


def council_of(user: User, now: dt.datetime) -> Organisation | None:
    """The council somebody speaks for: their oldest current, approved membership of a council."""
    for membership in memberships_of(user, now):
        if membership.approved_at and membership.organisation.kind == Organisation.Kind.COUNCIL:
            return membership.organisation
    return None


def own_council_ids(viewer: Viewer) -> list[int]:
    """Primary keys, for use inside a query only. Kept on the user object, as its permissions are."""
    if not isinstance(viewer, User):
        return []
    if not hasattr(viewer, "_own_council_ids"):
        viewer._own_council_ids = [  # type: ignore[attr-defined]  # a request's memo
            membership.organisation_id
            for membership in memberships_of(viewer, timezone.now())
            if membership.approved_at and membership.organisation.kind == Organisation.Kind.COUNCIL
        ]
    return viewer._own_council_ids  # type: ignore[attr-defined]  # the same memo
