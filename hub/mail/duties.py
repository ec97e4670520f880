"""What the worker does for the ledger. Each duty has a thread, a database connection and a mail connection of its own."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.db import connection
from django.utils import timezone

from hub.mail import actions, fates, queries, sender, transports
from hub.mail.models import Lane


@cache
def _sign_in_transport() -> transports.Transport:
    return transports.from_settings(urgent=True)


@cache
def _transport(number: int = 1) -> transports.Transport:
    return transports.from_settings()


def hand_over_sign_in_mail() -> int:
    transport = _sign_in_transport()
    done = sender.drain(Lane.SIGN_IN, transport, timezone.now(), most=50)
    if not done:
        transport.close_if_idle()
    return done


def hand_over_mail() -> int:
    """Notices first, and then one lease of the bulletin at a time, so that no notice waits behind 5,000."""
    transport = _transport()
    done = sender.drain(Lane.NOTICE, transport, timezone.now(), most=100)
    done += sender.drain(Lane.BULK, transport, timezone.now(), most=1)
    if not done:
        transport.close_if_idle()
    return done


def hand_over_bulletins(number: int) -> int:
    """On a further connection, beside the first."""
    transport = _transport(number)
    done = sender.drain(Lane.BULK, transport, timezone.now(), most=1)
    if not done:
        transport.close_if_idle()
    return done


def further_connections() -> range:
    """Only PostgreSQL lets several senders claim at once; on SQLite they would wait for each other at every commit."""
    return range(2, settings.HUB_MAIL["connections"] + 1) if connection.vendor == "postgresql" else range(0)


def freeze() -> int:
    """The recipients of what was posted to many, one message at a time."""
    message = queries.to_freeze().first()
    if message is None:
        return 0
    actions.freeze(message=message, now=timezone.now())
    return 1


def keep_up() -> int:
    now = timezone.now()
    return sender.recover(now) + actions.blank_old(now) + fates.forget_old_scores(now)
