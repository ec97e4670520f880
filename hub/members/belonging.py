"""What somebody's confirmed addresses prove, which councils are open to them, and who decides about the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.models import Membership, Office, Role, SupplierClaim
from hub.members.models.membership import APPROVE_ANY, RECHECK_AFTER, MembershipQuerySet
from hub.organisations.models import Organisation
from hub.organisations.queries import councils_of_address, successors_of

# Whoever decided so decides again: no address brings the person back by itself.
SENT_AWAY = (Membership.Ending.ENDED, Membership.Ending.DECLINED)


@dataclass(frozen=True)
class Way:
    """A council that one of somebody's addresses leads to. `is_fresh`: confirmed lately, so no new message is needed."""

    council: Organisation
    email: str
    is_fresh: bool


def confirmed_addresses(user: User) -> list[str]:
    return list(EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "email").values_list("email", flat=True))


def has_confirmed(user: User, email: str) -> bool:
    return EmailAddress.objects.filter(user=user, email=email.lower(), verified=True).exists()


def ways_of(user: User, now: dt.datetime) -> list[Way]:
    """Every council that somebody may join by an address of theirs and does not belong to yet."""
    history = list(Membership.objects.filter(user=user).select_related("organisation").order_by("started_at", "pk"))
    found: dict[int, Way] = {}
    for email in confirmed_addresses(user):
        councils = councils_of_address(email, timezone.localdate(now))
        is_fresh = _is_fresh(user, councils, history, now)
        for council in councils:
            if not belongs(council, history) and not was_sent_away(council, history):
                found.setdefault(council.pk, Way(council, email, is_fresh))
    return list(found.values())


def belongs(council: Organisation, history: list[Membership]) -> bool:
    return any(row.organisation_id == council.pk and row.ended_at is None and row.approved_at for row in history)


def was_sent_away(council: Organisation, history: list[Membership]) -> bool:
    """`history` is the person's, the oldest first."""
    last = next((row for row in reversed(history) if row.organisation_id == council.pk and row.ended_at), None)
    return last is not None and last.ending in SENT_AWAY


def _is_fresh(user: User, councils: list[Organisation], history: list[Membership], now: dt.datetime) -> bool:
    """An address says `verified` for ever, though its mailbox may be closed: so one from before a membership ended proves nothing new."""
    keys = {council.pk for council in councils}
    here = [row for row in history if row.organisation_id in keys and row.approved_at]
    if not here:
        return user.joined_at > now - RECHECK_AFTER
    return any(row.ended_at is None and row.basis == Membership.Basis.ADDRESS and not row.is_due for row in here)


def successors_to_pick(user: User, now: dt.datetime) -> list[Organisation]:
    """Of an abolished council with more than one successor: its members say which of them they went to, within a year."""
    rows = Membership.objects.filter(
        user=user, ending=Membership.Ending.ABOLISHED, approved_at__isnull=False, ended_at__gt=now - RECHECK_AFTER
    ).select_related("organisation")
    history = list(Membership.objects.filter(user=user))
    found = {
        successor.pk: successor
        for row in rows
        if not _went_on(row, history)
        for successor in successors_of(row.organisation, timezone.localdate(now))
    }
    return sorted(found.values(), key=lambda council: council.name)


def _went_on(ended: Membership, history: list[Membership]) -> bool:
    """They have joined something since."""
    return ended.ended_at is not None and any(row.started_at >= ended.ended_at and row.approved_at for row in history)


def open_claim_of(user: User) -> SupplierClaim | None:
    return SupplierClaim.objects.filter(user=user, decided_at=None).first()


# --- Who decides --------------------------------------------------------------------------------------------------------------


def deciders(organisation: Organisation | None, now: dt.datetime) -> list[User]:
    """The leads there and the facilitators, who can sign in; without an organisation the facilitators alone."""
    leads = (
        Membership.objects.filter(organisation=organisation, is_lead=True).current(now)
        if organisation
        else Membership.objects.none()
    )
    facilitators = Office.objects.filter(role=Role.FACILITATOR).current(now)
    wanted = Q(pk__in=leads.values("user")) | Q(pk__in=facilitators.values("user"))
    return list(User.objects.filter(wanted, is_active=True).order_by("email"))


def waiting_for(viewer: Viewer) -> MembershipQuerySet:
    """Requests that this viewer decides about, the oldest first."""
    requests = Membership.objects.looked_after_by(viewer).waiting().select_related("user", "organisation")
    return requests.order_by("started_at", "public_id")


def claims_for(viewer: Viewer) -> QuerySet[SupplierClaim]:
    """Suppliers not on record yet are the facilitators' business."""
    claims = SupplierClaim.objects.filter(decided_at=None, user__is_active=True).select_related("user")
    return claims.order_by("asked_at", "public_id") if viewer.has_perm(APPROVE_ANY) else claims.none()


def number_waiting(viewer: Viewer) -> int:
    return waiting_for(viewer).count() + claims_for(viewer).count()


def people_at(organisation: Organisation, viewer: Viewer, now: dt.datetime) -> MembershipQuerySet:
    """Approved and current, leads first."""
    people = Membership.objects.looked_after_by(viewer).filter(organisation=organisation).current(now).approved()
    return people.select_related("user", "organisation", "approved_by").order_by(
        "-is_lead", "user__first_name", "user__last_name", "public_id"
    )


def organisations_looked_after(viewer: Viewer, now: dt.datetime) -> list[Organisation]:
    """Those a lead leads; for a facilitator every one that has people or somebody who waits."""
    rows = Membership.objects.looked_after_by(viewer).filter(ended_at=None)
    organisations = Organisation.objects.filter(pk__in=rows.values("organisation"))
    here = Q(memberships__ended_at=None, memberships__user__is_active=True)
    return list(
        organisations.annotate(
            member_count=Count("memberships", filter=here & Q(memberships__approved_at__isnull=False)),
            lead_count=Count("memberships", filter=here & Q(memberships__is_lead=True)),
            waiting_count=Count("memberships", filter=here & Q(memberships__approved_at=None)),
        ).order_by(F("kind"), "name", "slug")
    )
