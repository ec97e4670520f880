"""What becomes of a mail after a server took it: where an event is written down and what follows from it (ADR 0020)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from hub.mail import signals
from hub.mail.models import BounceScore, Delivery, DeliveryEvent, Message, OptOut, Suppression

Kind = DeliveryEvent.Kind
State = Delivery.State

# A delivery keeps the gravest thing that was heard of it.
GRAVER = ["", Kind.DELIVERED, Kind.SOFT_BOUNCE, Kind.HARD_BOUNCE, Kind.COMPLAINT]

# A mailbox that is gone is cut off after its third bounce of three days or more; one that is only full, after ten days of mail every day.
WEIGHT = {Kind.SOFT_BOUNCE: 0.5, Kind.HARD_BOUNCE: 2.0}
LIMIT = 5.0
HALVES_EVERY = dt.timedelta(days=60)
ONE_A = dt.timedelta(days=1)  # however many mails came back: a server that was wrong for an hour cuts nobody off


@dataclass(frozen=True)
class Heard:
    """`event_id` is the provider's own, or a hash of what it sent."""

    provider: str
    event_id: str
    kind: str
    happened_at: dt.datetime
    status: str = ""
    said: str = ""


@transaction.atomic
def record(*, delivery_id: str, heard: Heard, now: dt.datetime) -> DeliveryEvent | None:
    """Write it down once; None if we know no such delivery or have heard it already."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("message").filter(public_id=delivery_id).first()
    if delivery is None:
        return None
    event, created = DeliveryEvent.objects.get_or_create(
        provider=heard.provider,
        event_id=heard.event_id[:200],
        defaults={
            "delivery": delivery,
            "kind": heard.kind,
            "status": heard.status[:20],
            "said": heard.said[:500] if delivery.address else "",
            "happened_at": min(heard.happened_at, now),
        },
    )
    if not created:
        return None
    if heard.kind != Kind.LEFT:
        _note_fate(delivery, heard, now)
    _follow(delivery, heard, now)
    return event


def _note_fate(delivery: Delivery, heard: Heard, now: dt.datetime) -> None:
    """Somebody had it in hand, so it went: what was uncertain is known now. The counts of states stay in balance."""
    if delivery.state == State.UNCERTAIN:
        delivery.state = State.ACCEPTED
    if GRAVER.index(heard.kind) > GRAVER.index(delivery.fate):
        delivery.fate, delivery.fate_at = heard.kind, min(heard.happened_at, now)
    delivery.save(update_fields=["state", "fate", "fate_at"])


def _follow(delivery: Delivery, heard: Heard, now: dt.datetime) -> None:
    if heard.kind in WEIGHT:
        stopped = _count_bounce(delivery, heard.kind, now)
        if heard.kind == Kind.HARD_BOUNCE:
            signals.bounced.send(sender=Message, delivery=delivery, stopped=stopped, now=now)
    elif heard.kind == Kind.COMPLAINT:
        _leave(delivery, OptOut.Cause.COMPLAINT, now)
        signals.complained.send(sender=Message, delivery=delivery, now=now)
    elif heard.kind == Kind.LEFT:
        _leave(delivery, OptOut.Cause.LEFT, now)
        signals.left.send(sender=Message, delivery=delivery, now=now)


def _leave(delivery: Delivery, cause: str, now: dt.datetime) -> None:
    OptOut.objects.get_or_create(
        address_hash=delivery.address_hash, stream=delivery.message.stream, defaults={"cause": cause, "created_at": now}
    )


def _count_bounce(delivery: Delivery, kind: str, now: dt.datetime) -> bool:
    """Whether the address is no longer written to."""
    row = BounceScore.objects.filter(address_hash=delivery.address_hash).first()
    if row is None:
        row = BounceScore(address_hash=delivery.address_hash, score=0.0, counted_at=now - ONE_A)
    if now - row.counted_at >= ONE_A:
        row.score = score_now(row, now) + WEIGHT[Kind(kind)]
        row.counted_at = now
        row.save()
    if row.score >= LIMIT:
        Suppression.objects.get_or_create(
            address_hash=delivery.address_hash, defaults={"reason": Suppression.Reason.HARD_BOUNCE, "created_at": now}
        )
        return True
    return False


def score_now(row: BounceScore, now: dt.datetime) -> float:
    return float(row.score) * 0.5 ** ((now - row.counted_at) / HALVES_EVERY)


def forget_old_scores(now: dt.datetime) -> int:
    """What has halved so often that it says nothing any more."""
    return BounceScore.objects.filter(counted_at__lte=now - 6 * HALVES_EVERY).delete()[0]
