"""What leads and facilitators decide: who belongs to a council, and who leads it. `hub.members.access` says whose they decide."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.members import letters
from hub.members.actions.memberships import end, join
from hub.members.models import Membership, SupplierClaim
from hub.members.refusals import Refusal
from hub.organisations.actions import record_supplier


@transaction.atomic
def approve(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """Undone by ending the membership. Approving twice is approving once."""
    _lock(membership)
    if membership.ended_at is not None:
        raise Refusal(f"{membership.user} has taken the request back, or somebody else has decided it.")
    if membership.approved_at is None:
        membership.approved_at = membership.confirmed_at = now
        membership.approved_by, membership.basis = by, Membership.Basis.APPROVAL
        membership.save()
        letters.you_are_in(membership)


@transaction.atomic
def decline(*, membership: Membership, reason: str, by: User, now: dt.datetime) -> None:
    """The person is told why. They may ask again."""
    _lock(membership)
    if membership.ended_at is not None or membership.approved_at is not None:
        raise Refusal(f"Somebody else has already decided the request of {membership.user}.")
    end(membership, now, Membership.Ending.DECLINED, by=by, note=reason)
    letters.you_are_declined(membership, reason)


@transaction.atomic
def reopen_request(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """Somebody approved or declined by mistake: it waits again, and the person is told if they were let in."""
    _lock(membership)
    was_let_in = membership.ended_at is None and membership.approved_at is not None
    if membership.is_lead or not (was_let_in or membership.ending == Membership.Ending.DECLINED):
        raise Refusal(f"Something else has become of the request of {membership.user} since.")
    here = Membership.objects.filter(user=membership.user_id, organisation=membership.organisation_id, ended_at=None)
    if not membership.user.is_active or here.exclude(pk=membership.pk).exists():
        raise Refusal(f"{membership.user} has asked again, or closed the account.")
    membership.ended_at, membership.ended_by, membership.ending, membership.ending_note = None, None, "", ""
    membership.approved_at, membership.approved_by, membership.confirmed_at = None, None, None
    membership.save()
    if was_let_in:
        letters.you_wait_again(membership)


@transaction.atomic
def end_membership(*, membership: Membership, reason: str, by: User, now: dt.datetime) -> None:
    """The person is told why. Only a lead or a facilitator brings them back."""
    if end(membership, now, Membership.Ending.ENDED, by=by, note=reason):
        letters.your_membership_ended(membership)


@transaction.atomic
def still_here(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """A lead's word counts as much as a confirmed address."""
    _lock(membership)
    if membership.ended_at is None and membership.approved_at is not None:
        membership.confirmed_at, membership.recheck_asked_at = now, None
        membership.save()


# --- Leads --------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def appoint_lead(*, membership: Membership, by: User | None, now: dt.datetime) -> None:
    """Approves them too, if nobody has. `by` is None where the hub is filled."""
    _lock(membership)
    if membership.ended_at is not None:
        raise Refusal(f"{membership.user} no longer belongs to {membership.organisation}.")
    membership.is_lead = True
    membership.approved_at = membership.approved_at or now
    membership.approved_by = membership.approved_by or by
    membership.confirmed_at = membership.confirmed_at or now
    membership.save()


@transaction.atomic
def step_down(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """They stay a member. A council may be left without a lead: facilitators approve its people then."""
    _lock(membership)
    membership.is_lead = False
    membership.save()


# --- Suppliers that were not on record ------------------------------------------------------------------------------------------


@transaction.atomic
def accept_claim(*, claim: SupplierClaim, supplier_name: str, by: User, now: dt.datetime) -> Membership:
    """Puts the supplier on record under the name that the facilitator gives; one that is there already is the same."""
    _decide(claim, by, now)
    supplier = record_supplier(name=supplier_name, by=by, now=now)
    membership = join(
        user=claim.user, organisation=supplier, job_role=claim.job_role, reason=claim.reason, approve=True, approved_by=by, now=now
    )
    letters.you_are_in(membership)
    return membership


@transaction.atomic
def decline_claim(*, claim: SupplierClaim, reason: str, by: User, now: dt.datetime) -> None:
    _decide(claim, by, now)
    letters.you_are_declined(claim, reason)


def _decide(claim: SupplierClaim, by: User, now: dt.datetime) -> None:
    decided = SupplierClaim.objects.filter(pk=claim.pk, decided_at=None).update(decided_at=now, decided_by=by)
    if not decided:
        raise Refusal(f"Somebody else has already decided the request of {claim.user}.")


def _lock(membership: Membership) -> None:
    """What the page showed may have changed meanwhile."""
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update())
