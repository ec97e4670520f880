"""When to stop by ourselves: a server that will not have us, and a bulletin that too many mail servers refuse."""

from __future__ import annotations

import datetime as dt
import logging

from hub.mail.actions.under_way import pause
from hub.mail.models import Delivery, Lane, LaneTrouble, Message
from hub.mail.transports import ConnectionFailed

logger = logging.getLogger(__name__)

State = Delivery.State

FIRST_FEW = 50
MOST_REFUSED = 0.05  # of the first few

# What does not mend itself: somebody has to look at the settings.
SETTINGS_ARE_WRONG = {
    "sign-in": "The mail server does not let the hub sign in.",
    "name": "The mail server's name is not known.",
    "certificate": "The mail server's certificate cannot be trusted.",
    "sender": "The mail server does not let the hub send from its address.",
}


def after_refusal(message: Message, now: dt.datetime) -> None:
    """A bulletin that more than one in twenty of the first fifty refuse is paused; once somebody resumed it, it goes on."""
    if message.lane != Lane.BULK:
        return
    tried = message.deliveries.filter(attempts__gt=0)
    refused = tried.filter(state=State.FAILED).count()
    if refused <= FIRST_FEW * MOST_REFUSED or tried.filter(state__in=[State.ACCEPTED, State.FAILED]).count() > FIRST_FEW:
        return
    message.refresh_from_db(fields=["resumed_at", "paused_at", "cancelled_at"])
    if message.resumed_at is None and message.paused_at is None and message.cancelled_at is None:
        _pause(message, f"{refused} of the first {FIRST_FEW} were refused by their mail servers.", now)


def after_no_connection(message: Message, outcome: ConnectionFailed, now: dt.datetime) -> None:
    """Notices and sign-in mail try again by themselves; a bulletin waits for somebody, if somebody is needed."""
    reason = SETTINGS_ARE_WRONG.get(outcome.why)
    words = reason or "The mail server does not answer."
    said = f"{outcome.code or ''} {outcome.text}".strip()[:500]
    LaneTrouble.objects.update_or_create(
        lane=message.lane,
        defaults={"reason": words, "said": said, "last_at": now},
        create_defaults={"reason": words, "said": said, "since": now, "last_at": now},
    )
    if reason and message.lane == Lane.BULK:
        message.refresh_from_db(fields=["paused_at", "cancelled_at"])
        if message.paused_at is None and message.cancelled_at is None:
            _pause(message, reason, now)


def it_goes_again(lane: str) -> None:
    trouble = LaneTrouble.objects.filter(lane=lane)
    if trouble.exists():  # on SQLite a DELETE takes the write lock even when it finds nothing
        trouble.delete()


def _pause(message: Message, reason: str, now: dt.datetime) -> None:
    logger.error("Message %s is paused: %s", message.public_id, reason)
    pause(message, None, now, reason=reason)
