"""What may be done to a message that is on its way. Each acts within one mail: the sender asks before every hand-over."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import QuerySet

from hub.accounts.models import User
from hub.mail.models import Delivery, Message

logger = logging.getLogger(__name__)


@transaction.atomic
def pause(message: Message, by: User | None, now: dt.datetime, *, reason: str = "") -> int:
    """Nobody else is written to until `resume`: at most the one in hand for each connection still goes.

    What a ramp holds is left as it is, so that a message paused in its ramp resumes into its ramp.
    """
    message.paused_at, message.pause_reason = now, reason[:300]
    message.save(update_fields=["paused_at", "pause_reason"])
    _give_back(message)
    return message.deliveries.under_way().update(next_attempt_at=Delivery.PAUSED)


@transaction.atomic
def resume(message: Message, by: User | None, now: dt.datetime) -> int:
    message.paused_at, message.pause_reason, message.resumed_at = None, "", now
    message.save(update_fields=["paused_at", "pause_reason", "resumed_at"])
    return message.deliveries.filter(next_attempt_at=Delivery.PAUSED).update(next_attempt_at=now)


@transaction.atomic
def release(message: Message, by: User | None, now: dt.datetime) -> int:
    """Let everybody go whom the ramp holds; of a paused message, as soon as it is resumed."""
    message.refresh_from_db(from_queryset=Message.objects.select_for_update())
    if not message.is_ramping:
        return 0
    message.released_at = now
    message.save(update_fields=["released_at"])
    return message.deliveries.held().update(next_attempt_at=Delivery.PAUSED if message.paused_at else now)


@transaction.atomic
def cancel(message: Message, by: User | None, now: dt.datetime) -> int:
    """Nobody who has not been reached will be."""
    message.cancelled_at, message.freezing = now, False
    message.recipient_count = message.deliveries.count()
    message.save(update_fields=["cancelled_at", "freezing", "recipient_count"])
    return skip_waiting(message.deliveries.all(), Delivery.SkipReason.CANCELLED, now)


@transaction.atomic
def requeue_uncertain(message: Message, by: User | None, now: dt.datetime) -> int:
    """Send again to those of whom nobody knows; some may get it twice, with the same Message-ID. Only a person decides this."""
    if message.blanked_at is not None or message.cancelled_at is not None:
        return 0
    again = (
        message.deliveries.uncertain()
        .exclude(address="")
        .update(state=Delivery.State.QUEUED, next_attempt_at=now, settled_at=None, lease_owner="", first_tried_at=None)
    )
    logger.info(
        "Message %s goes again to %d uncertain; asked by %s.", message.public_id, again, by.public_id if by else "the server"
    )
    return again


def skip_waiting(deliveries: QuerySet[Delivery], reason: str, now: dt.datetime) -> int:
    return deliveries.filter(state__in=[*Delivery.TO_CLAIM, Delivery.State.LEASED]).update(
        state=Delivery.State.SKIPPED,
        skip_reason=reason,
        settled_at=now,
        next_attempt_at=None,
        lease_owner="",
        lease_expires_at=None,
    )


def _give_back(message: Message) -> None:
    message.deliveries.filter(state=Delivery.State.LEASED).update(
        state=Delivery.State.QUEUED, next_attempt_at=Delivery.PAUSED, lease_owner="", lease_expires_at=None
    )
