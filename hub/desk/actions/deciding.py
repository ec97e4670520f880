"""Claiming what waits, deciding it, and undoing a decision. `hub.desk.access` says who may.

The row of the claim is the lock: decisions about one thing take turns, so the second of two people is told.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from hub.accounts.models import User
from hub.desk.models import CLAIM_LASTS, Claim, DeskEntry
from hub.desk.models.entries import TAKE_OVER, UNDO, UNDO_WITHIN
from hub.desk.trays import TRAYS, Tray
from hub.desk.trays.base import ChangedMeanwhile, DecidedAlready


class ClaimedByAnother(Exception):
    """Somebody else is on it; whoever wants to go on takes it over first."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim)
        self.claim = claim


class CannotUndo(Exception):
    """Its text is a sentence for the screen."""


@transaction.atomic
def claim(*, tray: Tray, key: str, by: User, now: dt.datetime, take_over: bool = False) -> Claim:
    """Claiming again makes it last longer. Taking over from somebody is written down."""
    held = _turn(tray, key)
    _refuse_decided(tray, key, by)
    if held.stands(now) and held.claimed_by_id != by.pk:
        if not take_over:
            raise ClaimedByAnother(held)
        _enter(tray, key, TAKE_OVER, by=by, now=now)
    held.claimed_by, held.claimed_at, held.expires_at = by, now, now + CLAIM_LASTS
    held.save()
    return held


@transaction.atomic
def let_go(*, tray: Tray, key: str, by: User, now: dt.datetime) -> None:
    """One's own only."""
    Claim.objects.filter(tray=tray.slug, key=key, claimed_by=by).update(claimed_by=None, claimed_at=None, expires_at=None)


@transaction.atomic
def decide(*, tray: Tray, key: str, decision: str, reason: str, by: User, now: dt.datetime, read: str = "") -> DeskEntry:
    """Raises DecidedAlready for whoever comes second, ClaimedByAnother where somebody else is on it, ChangedMeanwhile where it is
    no longer in the version that was `read`."""
    held = _turn(tray, key)
    row = _refuse_decided(tray, key, by)
    if held.stands(now) and held.claimed_by_id != by.pk:
        raise ClaimedByAnother(held)
    if tray.version(row) != read:
        raise ChangedMeanwhile
    details = tray.do(decision, row, reason=reason, by=by, now=now)
    _free(held)
    about = tray.about(row)
    return _enter(tray, key, decision, reason=reason, about=about, details=details, by=by, now=now)


@transaction.atomic
def undo(*, entry: DeskEntry, by: User, now: dt.datetime) -> DeskEntry:
    """It waits again. Only the latest decision about a thing, once, and within two weeks."""
    tray = TRAYS[entry.tray]
    known = tray.decision_of(entry.decision)
    if known is None or not known.can_be_undone:
        raise CannotUndo("This cannot be undone here.")
    if entry.at < now - UNDO_WITHIN:
        raise CannotUndo("This was decided more than two weeks ago, so it can no longer be undone here.")
    held = _turn(tray, entry.key)
    if DeskEntry.objects.filter(tray=entry.tray, key=entry.key, pk__gt=entry.pk).exclude(decision=TAKE_OVER).exists():
        raise CannotUndo("Something has been decided about this since, or somebody else has undone it.")
    try:
        tray.undo(entry.decision, entry.key, entry.details, by=by, now=now)
    except DecidedAlready as refusal:
        raise CannotUndo(str(refusal)) from None
    _free(held)
    return _enter(tray, entry.key, UNDO, undoes=entry, by=by, now=now)


def _turn(tray: Tray, key: str) -> Claim:
    """Waits until nobody else decides about this thing."""
    try:
        with transaction.atomic():
            Claim.objects.get_or_create(tray=tray.slug, key=key)
    except IntegrityError:  # somebody else has made the row this moment
        pass
    return Claim.objects.select_for_update().get(tray=tray.slug, key=key)


def _refuse_decided(tray: Tray, key: str, by: User) -> Any:
    row = tray.get(by, key)
    if row is None:
        raise DecidedAlready("This no longer waits: somebody else has decided it.")
    return row


def _free(held: Claim) -> None:
    held.claimed_by, held.claimed_at, held.expires_at = None, None, None
    held.save()


def _enter(
    tray: Tray,
    key: str,
    decision: str,
    *,
    reason: str = "",
    about: Any = None,
    details: dict[str, Any] | None = None,
    undoes: DeskEntry | None = None,
    by: User,
    now: dt.datetime,
) -> DeskEntry:
    return DeskEntry.objects.create(
        tray=tray.slug,
        key=key,
        decision=decision,
        reason=reason,
        content_type=ContentType.objects.get_for_model(about) if about is not None else None,
        object_id=about.pk if about is not None else None,
        details=details or {},
        undoes=undoes,
        by=by,
        at=now,
    )
