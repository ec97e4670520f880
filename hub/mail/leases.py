"""Who has a row in hand, until when, and what becomes of the rows of a sender that died."""

from __future__ import annotations

import datetime as dt
import logging
import secrets

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from hub.mail.models import Delivery, Lane

logger = logging.getLogger(__name__)

State = Delivery.State

SIZES: dict[str, int] = {Lane.SIGN_IN: 1, Lane.NOTICE: 20, Lane.BULK: 50}


def length() -> dt.timedelta:
    """How long a claimed row is left to its sender: after it, others may send it."""
    return dt.timedelta(seconds=settings.HUB_MAIL["lease_seconds"])


def of_sending() -> dt.timedelta:
    """Longer than any hand-over: after it, the sender is taken for dead and its mail for uncertain."""
    return 5 * length()


def claim(lane: str, now: dt.datetime) -> list[Delivery]:
    """Lease the next few. Two senders never get the same row: locked rows are passed over, or one statement does it all."""
    due = Delivery.objects.due(lane, now)
    if not due.exists():  # on SQLite an UPDATE takes the write lock even when it finds nothing
        return []
    owner = secrets.token_hex(16)
    ends = now + length()
    next_few = due.filter(state__in=Delivery.TO_CLAIM)[: SIZES[lane]]
    leased = {"state": State.LEASED, "lease_owner": owner, "lease_expires_at": ends, "next_attempt_at": None}
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            pks = list(next_few.select_for_update(skip_locked=True).values_list("pk", flat=True))
            Delivery.objects.filter(pk__in=pks).update(**leased)
    else:
        Delivery.objects.filter(pk__in=next_few.values("pk")).update(**leased)
    mine = Delivery.objects.filter(lease_expires_at=ends, lease_owner=owner)
    return list(mine.order_by("pk"))


def recover(now: dt.datetime) -> int:
    """What a dead sender left: the leased go back into the queue, those that were being handed over are uncertain."""
    dead = Delivery.objects.filter(lease_expires_at__lte=now)
    if not dead.exists():
        return 0
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:  # several senders look at once; none waits for another
            dead = Delivery.objects.filter(pk__in=list(dead.select_for_update(skip_locked=True).values_list("pk", flat=True)))
        requeued = dead.filter(state=State.LEASED).update(
            state=State.QUEUED, lease_owner="", lease_expires_at=None, next_attempt_at=now
        )
        # The owner stays: a sender that was only slow may still write what it knows.
        uncertain = dead.filter(state=State.SENDING).update(
            state=State.UNCERTAIN,
            lease_expires_at=None,
            settled_at=now,
            smtp_text="The sender ended before the server's answer was written down.",
        )
    if uncertain:
        logger.warning("%d mails are uncertain: their sender ended while handing them over.", uncertain)
    return requeued + uncertain


def give_back(owner: str) -> None:
    """Only what no attempt was made on; their turn comes at once."""
    rows = Delivery.objects.filter(state=State.LEASED, lease_owner=owner)
    rows.update(state=State.QUEUED, lease_owner="", lease_expires_at=None, next_attempt_at=F("created_at"))


def put_off(delivery: Delivery, until: dt.datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=State.LEASED, lease_owner=delivery.lease_owner).update(
        state=State.QUEUED, lease_owner="", lease_expires_at=None, next_attempt_at=until
    )
