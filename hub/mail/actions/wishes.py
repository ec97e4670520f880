"""What people and mail servers want no more."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.mail.models import BounceScore, OptOut, Suppression
from hub.mail.recipients import address_hash


@transaction.atomic
def suppress(address: str, reason: str, now: dt.datetime, *, hashed: str = "") -> Suppression:
    """Stop what we send to a mailbox, whatever its stream; the first reason stands. `hashed` where the address is forgotten."""
    row, _ = Suppression.objects.get_or_create(
        address_hash=hashed or address_hash(address), defaults={"reason": Suppression.Reason(reason), "created_at": now}
    )
    return row


@transaction.atomic
def lift_suppression(address: str) -> None:
    """Where the mailbox was gone, what came back is forgotten too: otherwise the next bounce would stop it again."""
    hashed = address_hash(address)
    if Suppression.objects.filter(address_hash=hashed, reason=Suppression.Reason.HARD_BOUNCE).exists():
        BounceScore.objects.filter(address_hash=hashed).delete()
    Suppression.objects.filter(address_hash=hashed).delete()


@transaction.atomic
def opt_out(address: str, stream: str, now: dt.datetime) -> OptOut:
    """What already waits for them in this stream is skipped when its turn comes."""
    row, _ = OptOut.objects.get_or_create(address_hash=address_hash(address), stream=stream, defaults={"created_at": now})
    return row


@transaction.atomic
def opt_in(address: str, stream: str, now: dt.datetime) -> None:
    OptOut.objects.filter(address_hash=address_hash(address), stream=stream).delete()
