"""Joining a council, leading it, leaving it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from hub.accounts.models import User
from hub.members import belonging, letters, links
from hub.members.models import Membership, SupplierClaim
from hub.members.refusals import Refusal
from hub.organisations.models import Organisation
from hub.organisations.queries import councils_of_address, exists_on

ADDRESS, APPROVAL = Membership.Basis.ADDRESS, Membership.Basis.APPROVAL


@transaction.atomic
def join(
    *,
    user: User,
    organisation: Organisation,
    now: dt.datetime,
    job_role: str = "",
    reason: str = "",
    approved_by: User | None = None,
    approve: bool = False,
    basis: Membership.Basis = APPROVAL,
) -> Membership:
    """Without approval the membership is pending and gives no right beyond its own account."""
    membership, _ = Membership.objects.get_or_create(
        user=user,
        organisation=organisation,
        ended_at=None,
        defaults={"started_at": now, "job_role": job_role, "reason": reason, "basis": basis},
    )
    if approve and membership.approved_at is None:
        membership.approved_at, membership.approved_by, membership.basis = now, approved_by, basis
        membership.confirmed_at = now
        membership.save()
    return membership


# --- By a confirmed address ---------------------------------------------------------------------------------------------------


@transaction.atomic
def join_by_address(*, user: User, email: str, now: dt.datetime) -> list[Organisation]:
    """The person has just shown that they read mail at `email`. Every council it speaks for.

    One makes a member at once; of several the person picks. It also says again that a membership still holds.
    """
    if not user.is_active or not belonging.has_confirmed(user, email):
        return []
    councils = councils_of_address(email, timezone.localdate(now))
    for council in councils:
        _say_it_still_holds(user, council, now)
    if len(councils) == 1:
        _admit(user, councils[0], now)
    return councils


@transaction.atomic
def pick_council(*, user: User, council: Organisation, now: dt.datetime, job_role: str = "", leaving: bool = False) -> Membership:
    """One of those that a confirmed address speaks for, or a successor of a council that was abolished."""
    by_address = {way.council.pk for way in belonging.ways_of(user, now) if way.is_fresh}
    by_succession = {successor.pk for successor in belonging.successors_to_pick(user, now)}
    if council.pk not in by_address | by_succession:
        raise Refusal(
            "None of your confirmed addresses belongs to that council. Tell us why you work there, and its lead will confirm it."
        )
    basis = ADDRESS if council.pk in by_address else APPROVAL
    membership = join(user=user, organisation=council, now=now, job_role=job_role, approve=True, basis=basis)
    if leaving:
        _leave_the_others(membership, now)
    return membership


@transaction.atomic
def send_link(*, user: User, council: Organisation, now: dt.datetime) -> str:
    """A message to the person's address at the council; its link makes or keeps the membership. The address it went to."""
    mine = [
        email for email in belonging.confirmed_addresses(user) if council in councils_of_address(email, timezone.localdate(now))
    ]
    if not mine:
        raise Refusal(f"You have no confirmed address at {council.short_name}. Add one under Email address, and confirm it.")
    url = links.still_here_url(user=user, council=council, email=mine[0], now=now)
    letters.confirm_the_address(user=user, council_name=council.name, email=mine[0], url=url)
    return mine[0]


@transaction.atomic
def confirm_by_link(*, user: User, council: Organisation, email: str, now: dt.datetime) -> Membership:
    """Whoever holds the link reads mail at the address. Joins the council, or says that the membership still holds."""
    _refuse_unless_it_speaks_for(user, council, email, now)
    membership = _say_it_still_holds(user, council, now) or _admit(user, council, now)
    if membership is None:
        raise Refusal("Your membership was ended by a lead or a facilitator. Ask to join again, and they will decide.")
    return membership


def _refuse_unless_it_speaks_for(user: User, council: Organisation, email: str, now: dt.datetime) -> None:
    if (
        not user.is_active
        or not belonging.has_confirmed(user, email)
        or council not in councils_of_address(email, timezone.localdate(now))
    ):
        raise Refusal("This link no longer works. Sign in, and the page about your council says what to do.")


def _say_it_still_holds(user: User, council: Organisation, now: dt.datetime) -> Membership | None:
    membership = Membership.objects.select_for_update().filter(user=user, organisation=council, ended_at=None).first()
    if membership is None or membership.approved_at is None:
        return None
    membership.confirmed_at, membership.recheck_asked_at = now, None
    membership.save()
    return membership


def _admit(user: User, council: Organisation, now: dt.datetime) -> Membership | None:
    """None for somebody whom a lead or facilitator has sent away: they decide again."""
    history = list(Membership.objects.filter(user=user).order_by("started_at", "pk"))
    if belonging.was_sent_away(council, history):
        return None
    return join(user=user, organisation=council, now=now, approve=True, basis=ADDRESS)


# --- By asking ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_join(
    *, user: User, organisation: Organisation, now: dt.datetime, job_role: str = "", reason: str = "", leaving: bool = False
) -> Membership:
    """Pending, until a lead there or a facilitator decides; they are told that somebody waits. Asking twice is asking once."""
    if not exists_on(organisation, timezone.localdate(now)):
        raise Refusal(f"{organisation.name} is no more. Choose the council that took its place.")
    before = Membership.objects.filter(user=user, organisation=organisation, ended_at=None).exists()
    membership = join(user=user, organisation=organisation, now=now, job_role=job_role, reason=reason)
    if leaving:
        _leave_the_others(membership, now)
    if not before:
        letters.somebody_waits(membership, belonging.deciders(organisation, now))
    return membership


@transaction.atomic
def claim_supplier(*, user: User, supplier_name: str, now: dt.datetime, job_role: str = "", reason: str = "") -> SupplierClaim:
    """For a supplier that is not on record: its name goes to the facilitators and nowhere else."""
    claim, is_new = SupplierClaim.objects.get_or_create(
        user=user,
        decided_at=None,
        defaults={"supplier_name": supplier_name, "job_role": job_role, "reason": reason, "asked_at": now},
    )
    if is_new:
        letters.somebody_waits(claim, belonging.deciders(None, now))
    return claim


@transaction.atomic
def withdraw_claim(*, claim: SupplierClaim, by: User, now: dt.datetime) -> None:
    SupplierClaim.objects.filter(pk=claim.pk, decided_at=None).update(decided_at=now, decided_by=by)


# --- Leaving ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def leave(*, membership: Membership, now: dt.datetime) -> None:
    """Rights end with the next request. A request that nobody has decided yet is taken back."""
    was_waiting = membership.approved_at is None
    end(membership, now, Membership.Ending.WITHDRAWN if was_waiting else Membership.Ending.LEFT, by=membership.user)


def end(membership: Membership, now: dt.datetime, ending: Membership.Ending, *, by: User | None = None, note: str = "") -> bool:
    """For the actions of this package. False if it had ended already: then nothing is changed."""
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update())
    if membership.ended_at is not None:
        return False
    membership.ended_at, membership.ended_by, membership.ending, membership.ending_note = now, by, ending, note
    membership.is_lead, membership.recheck_asked_at = False, None
    membership.save()
    return True


def _leave_the_others(kept: Membership, now: dt.datetime) -> None:
    """They work somewhere else now."""
    for other in Membership.objects.filter(user_id=kept.user_id, ended_at=None).exclude(pk=kept.pk):
        leave(membership=other, now=now)
