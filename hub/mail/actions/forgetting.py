"""What a delivery, a body and a report of either no longer need to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from hub.mail import kinds
from hub.mail.actions.under_way import skip_waiting
from hub.mail.models import Delivery, DeliveryEvent, Message

KEPT_FOR = dt.timedelta(days=90)


@transaction.atomic
def blank_old(now: dt.datetime, *, most: int = 5000) -> int:
    """90 days after its end a delivery forgets whom it reached; hash, state and time stay, so that counts balance."""
    cutoff = now - KEPT_FOR
    old = Delivery.objects.filter(settled_at__lte=cutoff).exclude(address="").order_by("settled_at")
    rows = forget(list(old.values_list("pk", flat=True)[:most]))
    return rows + _forget_last_words() + _blank_bodies(cutoff, now)


def _forget_last_words() -> int:
    last = Delivery.objects.filter(message__stream__in=kinds.forgotten_streams(), state__in=Delivery.SETTLED).exclude(address="")
    return forget(list(last.values_list("pk", flat=True)))


@transaction.atomic
def forget_addresses(address_hashes: Iterable[str], streams: Iterable[str], now: dt.datetime) -> int:
    """They left these streams, and were told how soon we forget where they were reached. What still waits for them is not sent."""
    theirs = Delivery.objects.filter(address_hash__in=list(address_hashes), message__stream__in=list(streams))
    skip_waiting(theirs, Delivery.SkipReason.OPTED_OUT, now)
    return forget(theirs.filter(state__in=Delivery.SETTLED).exclude(address="").values_list("pk", flat=True))


def forget(pks: Iterable[int]) -> int:
    pks = list(pks)
    DeliveryEvent.objects.filter(delivery__in=pks).exclude(said="").update(said="")
    return Delivery.objects.filter(pk__in=pks).update(address="", fields={}, smtp_text="")


def _blank_bodies(cutoff: dt.datetime, now: dt.datetime) -> int:
    unfinished = Delivery.objects.filter(message=OuterRef("pk"), state__in=Delivery.WAITING)
    recent = Delivery.objects.filter(message=OuterRef("pk"), settled_at__gt=cutoff)
    return Message.objects.filter(~Exists(unfinished), ~Exists(recent), created_at__lte=cutoff, blanked_at=None).update(
        template=b"", blanked_at=now
    )
