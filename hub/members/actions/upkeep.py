"""What time does to memberships: addresses are confirmed again each year, and abolished councils lead to their successors."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from hub.members import belonging, letters, links
from hub.members.actions.memberships import end
from hub.members.models import Membership
from hub.members.models.membership import GRACE
from hub.organisations.models import Organisation
from hub.organisations.queries import councils_of_address, successors_of

# So that a write transaction stays short; the duty comes again at once while there is more.
MOST_AT_ONCE = 50


def ask_who_is_still_there(*, now: dt.datetime) -> int:
    """Mail to the address that the membership rests on. How many were asked."""
    due = (
        Membership.objects.to_recheck(now)
        .filter(basis=Membership.Basis.ADDRESS, recheck_asked_at=None, user__is_active=True)
        .select_related("user", "organisation")
    )
    memberships = list(due.order_by("started_at", "pk")[:MOST_AT_ONCE])
    for membership in memberships:
        _ask(membership, now)
    return len(memberships)


@transaction.atomic
def _ask(membership: Membership, now: dt.datetime) -> None:
    """Without an address there any more, the question goes to the one they use, and only a new address or the lead answers it."""
    user, council = membership.user, membership.organisation
    mine = [
        email for email in belonging.confirmed_addresses(user) if council in councils_of_address(email, timezone.localdate(now))
    ]
    url = links.still_here_url(user=user, council=council, email=mine[0], now=now) if mine else ""
    Membership.objects.filter(pk=membership.pk, ended_at=None).update(recheck_asked_at=now)
    membership.recheck_asked_at = now
    letters.are_you_still_there(membership, email=mine[0] if mine else user.email, url=url)


def let_lapse(*, now: dt.datetime) -> int:
    """Asked, and no answer within the time of grace."""
    over = Membership.objects.current(now).filter(recheck_asked_at__lte=now - GRACE).select_related("user", "organisation")
    return sum(_lapse(membership, now) for membership in over.order_by("recheck_asked_at", "pk")[:MOST_AT_ONCE])


@transaction.atomic
def _lapse(membership: Membership, now: dt.datetime) -> bool:
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update())
    if membership.recheck_asked_at is None:  # confirmed a moment ago
        return False
    ended = end(membership, now, Membership.Ending.LAPSED)
    if ended:
        letters.your_membership_ended(membership)
    return ended


def follow_the_councils(*, now: dt.datetime) -> int:
    """Members of councils that are no more go on to the one successor; where there is not just one, they pick."""
    today = timezone.localdate(now)
    stranded = Membership.objects.filter(ended_at=None, organisation__abolished_on__lte=today).select_related(
        "user", "organisation"
    )
    memberships = list(stranded.order_by("started_at", "pk")[:MOST_AT_ONCE])
    for membership in memberships:
        _follow(membership, successors_of(membership.organisation, today), now)
    return len(memberships)


@transaction.atomic
def _follow(membership: Membership, successors: list[Organisation], now: dt.datetime) -> None:
    """The same person with the same standing: what they were asked about and the lead's office go with them."""
    day = max(membership.started_at, _first_moment(membership.organisation.abolished_on) or now)
    one = successors[0] if len(successors) == 1 else None
    was_lead = membership.is_lead
    ended = end(membership, day, Membership.Ending.SUCCEEDED if one else Membership.Ending.ABOLISHED)
    if ended and one and not Membership.objects.filter(user=membership.user, organisation=one, ended_at=None).exists():
        Membership.objects.create(
            user=membership.user,
            organisation=one,
            started_at=day,
            is_lead=was_lead,
            **{
                name: getattr(membership, name)
                for name in ("job_role", "reason", "approved_at", "approved_by", "basis", "confirmed_at")
            },
        )
    elif ended and one is None and membership.approved_at and membership.user.is_active:
        letters.pick_your_council(membership)


def _first_moment(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None
