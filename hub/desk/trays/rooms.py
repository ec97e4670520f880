"""What waits in the rooms: each tray asks the room's own verbs, and decides by its own actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from forum import queries as forum_queries
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.desk.models.reasons import ReasonTemplate
from hub.desk.trays.base import DecidedAlready, Decision, Item, Tray
from hub.members import actions as members
from hub.members import belonging
from hub.members import queries as members_queries
from hub.members.models import Complaint, Membership, SupplierClaim
from hub.members.models.complaint import ANSWERED_WITHIN
from hub.members.refusals import Refusal
from stepshare import actions as share
from stepshare import queries as share_queries
from stepshare.actions.proposals import NotDone
from stepshare.models import ProposedEntry
from taxonomy.models import CHANGE, Proposal

APPROVE = Decision("approve", "Approve", "Approved", needs_reason=False)
DECLINE = Decision("decline", "Decline", "Declined", template=ReasonTemplate.For.DECLINE)


class Joining(Tray):
    slug = "joining"
    label = "Wants to join"
    plural = "People who want to join"
    detail = "desk/details/joining.html"
    reader_of_reason = "Whoever asked to join reads this by email. They may ask again."
    known = (APPROVE, DECLINE)

    def awaiting(self, viewer: Viewer) -> QuerySet[Membership]:
        return belonging.waiting_for(viewer)

    def item(self, row: Membership) -> Item:
        return Item(self.slug, row.public_id, self.label, f"{row.user} at {row.organisation.name}", row.started_at, str(row.user))

    def decisions(self, row: Membership, viewer: Viewer) -> list[Decision]:
        """Not on one's own: another facilitator confirms that."""
        return [] if row.user_id == viewer.pk else list(self.known)

    def do(self, decision: str, row: Membership, *, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
        try:
            if decision == APPROVE.slug:
                members.approve(membership=row, by=by, now=now)
            else:
                members.decline(membership=row, reason=reason, by=by, now=now)
        except Refusal as refusal:
            raise DecidedAlready(str(refusal)) from None
        return {}

    def undo(self, decision: str, key: str, details: dict[str, Any], *, by: User, now: dt.datetime) -> None:
        try:
            members.reopen_request(membership=Membership.objects.get(public_id=key), by=by, now=now)
        except Refusal as refusal:
            raise DecidedAlready(str(refusal)) from None

    def names(self, viewer: Viewer, keys: Collection[str]) -> dict[str, str]:
        rows = Membership.objects.looked_after_by(viewer).filter(public_id__in=keys).select_related("user", "organisation")
        return {row.public_id: f"{row.user} at {row.organisation.name}" for row in rows}


class Claims(Tray):
    """Decided on the room's page, where the supplier gets the name that it goes on record under."""

    slug = "supplier"
    label = "A supplier that is not on record"
    plural = "Suppliers that are not on record"

    def awaiting(self, viewer: Viewer) -> QuerySet[SupplierClaim]:
        return belonging.claims_for(viewer)

    def item(self, row: SupplierClaim) -> Item:
        url = reverse("members:claim", args=[row.public_id])
        return Item(
            self.slug, row.public_id, self.label, f"{row.user} at {row.supplier_name}", row.asked_at, str(row.user), url=url
        )


class Entries(Tray):
    """Accepted on the room's page, which shows what is on record beside it; declining needs no more than the reason."""

    slug = "entry"
    label = "For a council's record"
    plural = "Entries for councils' records"
    detail = "desk/details/entry.html"
    reader_of_reason = "Whoever sent it reads this by email."
    known = (DECLINE,)

    def awaiting(self, viewer: Viewer) -> QuerySet[ProposedEntry]:
        return share_queries.awaiting(viewer)

    def item(self, row: ProposedEntry) -> Item:
        sender = str(row.supplier or row.proposed_by or "A former member")
        what = f"{row.get_kind_display()}: {row.subject}, {row.council.name}"
        return Item(self.slug, row.public_id, self.label, what, row.proposed_at, sender, url=row.get_absolute_url())

    def do(self, decision: str, row: ProposedEntry, *, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
        try:
            share.decline_proposal(entry=row, reason=reason, by=by, now=now)
        except NotDone as refusal:
            raise DecidedAlready(str(refusal)) from None
        return {}

    def undo(self, decision: str, key: str, details: dict[str, Any], *, by: User, now: dt.datetime) -> None:
        try:
            share.reopen_proposal(entry=ProposedEntry.objects.get(public_id=key), by=by, now=now)
        except NotDone as refusal:
            raise DecidedAlready(str(refusal)) from None

    def names(self, viewer: Viewer, keys: Collection[str]) -> dict[str, str]:
        rows = ProposedEntry.objects.visible_to(viewer).filter(public_id__in=keys).select_related("council")
        return {row.public_id: f"{row.get_kind_display()}: {row.subject}, {row.council.name}" for row in rows}


class Terms(Tray):
    """Decided on the proposal's own page: what becomes of the term is chosen there."""

    slug = "term"
    label = "For the A to Z"
    plural = "Proposals for the A to Z"

    def awaiting(self, viewer: Viewer) -> QuerySet[Proposal]:
        proposals = Proposal.objects.visible_to(viewer) if viewer.has_perm(CHANGE) else Proposal.objects.none()
        return proposals.waiting().select_related("proposer")

    def item(self, row: Proposal) -> Item:
        return Item(
            self.slug,
            row.public_id,
            self.label,
            str(row),
            row.proposed_at,
            str(row.proposer or "A former member"),
            due_at=row.due_at,
            url=row.get_absolute_url(),
        )


class Helpers(Tray):
    """Chosen and asked on the question's own page of helpers. Goes when one of them was asked, or somebody answers."""

    slug = "helpers"
    label = "Who could answer?"
    plural = "People to be asked for help"

    def awaiting(self, viewer: Viewer) -> QuerySet[Any]:
        return forum_queries.with_helpers_to_ask(viewer)

    def item(self, row: Any) -> Item:
        """Of `with_helpers_to_ask`, which counts the people."""
        found = "1 person may know" if row.people_found == 1 else f"{row.people_found} people may know"
        url = reverse("forum:helpers", args=[row.public_id])
        return Item(self.slug, row.public_id, f"{self.label} {found}", row.title, row.helpers_sought_at or row.asked_at, url=url)


class Complaints(Tray):
    """Answered on a page of their own, by mail."""

    slug = "complaint"
    label = "Complaint about data"
    plural = "Complaints about data"

    def awaiting(self, viewer: Viewer) -> QuerySet[Complaint]:
        return members_queries.complaints_to_answer(viewer)

    def item(self, row: Complaint) -> Item:
        return Item(
            self.slug,
            row.public_id,
            self.label,
            row.get_about_display(),
            row.received_at,
            row.name or "No name given",
            due_at=row.received_at + ANSWERED_WITHIN,
            url=reverse("members:complaint_answer", args=[row.public_id]),
        )
