"""The two commits of a delivery: that its mail goes now, and what became of it.

The second commit of one mail and the first of the next are the same commit where one follows the other: a commit costs a
write to the disk, and still there is one before and one after each hand-over (ADR 0019).
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import re
import time
from collections.abc import Callable
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, QuerySet

from hub.mail import leases, stops
from hub.mail.actions.under_way import skip_waiting
from hub.mail.models import Delivery, Lane, Message, OptOut, Suppression
from hub.mail.transports import Accepted, Deferred, Outcome, Refused, Uncertain

logger = logging.getLogger(__name__)

State = Delivery.State
SkipReason = Delivery.SkipReason

GIVE_UP_AFTER = dt.timedelta(hours=24)
FIRST_DELAY: dict[str, float] = {Lane.SIGN_IN: 10.0, Lane.NOTICE: 60.0, Lane.BULK: 60.0}
LONGEST_DELAY = 4 * 3600.0
AFTER_NO_CONNECTION: dict[str, float] = {Lane.SIGN_IN: 1.0, Lane.NOTICE: 10.0, Lane.BULK: 30.0}

_chance = random.SystemRandom()
_prepared_on: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

# Written out, these, for they run for each mail, and building them anew took the ORM longer than the mail takes to go.
# Conditions on other tables are sub-queries, not joins: PostgreSQL then checks ours again on a row that changed meanwhile.
# None stands behind an OR: PostgreSQL would read everybody who ever left the stream, for each mail.
BEGIN = """
    UPDATE mail_delivery
    SET state = 'sending', attempts = attempts + 1, first_tried_at = COALESCE(first_tried_at, %s), lease_expires_at = %s
    WHERE id = %s AND state = 'leased' AND lease_owner = %s
    AND NOT EXISTS (
        SELECT 1 FROM mail_suppression AS stopped WHERE stopped.address_hash = mail_delivery.address_hash
        AND (mail_delivery.lane <> 'sign-in' OR stopped.reason IN ('hard-bounce', 'manual'))
    )
    AND NOT EXISTS (
        SELECT 1 FROM mail_optout AS gone WHERE gone.address_hash = mail_delivery.address_hash AND gone.stream = %s
        AND mail_delivery.lane <> 'sign-in'
    )
    AND NOT EXISTS (
        SELECT 1 FROM mail_message AS stopped WHERE stopped.id = mail_delivery.message_id
        AND (stopped.paused_at IS NOT NULL OR stopped.cancelled_at IS NOT NULL)
    )
"""

# `uncertain` too: somebody took this sender for dead, and it was only slow.
ACCEPT = """
    UPDATE mail_delivery
    SET state = 'accepted', settled_at = %s, smtp_code = %s, smtp_text = %s, lease_owner = '', lease_expires_at = NULL
    WHERE id = %s AND lease_owner = %s AND state IN ('sending', 'uncertain')
"""

# One statement, one journey, one commit; prepared, for planning it takes as long as doing it.
ACCEPT_AND_BEGIN = f"""
    WITH accepted AS ({ACCEPT} RETURNING id), begun AS ({BEGIN} RETURNING id)
    SELECT (SELECT COUNT(*) FROM accepted), (SELECT COUNT(*) FROM begun)
"""  # noqa: S608 - both are ours
ITS_TYPES = "timestamptz, int, text, bigint, text, timestamptz, timestamptz, bigint, text, text"


# --- Before -----------------------------------------------------------------------------------------


def begin(delivery: Delivery, now: dt.datetime) -> bool:
    """One UPDATE asks whether the row is still ours and still wanted, and says that its mail goes now."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, _for_begin(delivery, now))
        return bool(cursor.rowcount) or _set_aside(delivery, now)


def accept_and_begin(before: Delivery, outcome: Accepted, delivery: Delivery, now: dt.datetime) -> bool:
    """`begin`, and in the same commit that the mail before was accepted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _prepare(cursor)
            values = [*_for_accept(before, outcome, now), *_for_begin(delivery, now)]
            cursor.execute(f"EXECUTE mail_accept_and_begin ({', '.join(['%s'] * len(values))})", values)
            accepted, begun = cursor.fetchone()
        else:
            with transaction.atomic():
                cursor.execute(ACCEPT, _for_accept(before, outcome, now))
                accepted = cursor.rowcount
                cursor.execute(BEGIN, _for_begin(delivery, now))
                begun = cursor.rowcount
    if not accepted:
        _say_that_it_was_taken_over(before, outcome)
    return bool(begun) or _set_aside(delivery, now)


def _prepare(cursor: CursorWrapper) -> None:
    """Once for each connection; Django opens a new one when the old is gone."""
    if _prepared_on.get(connection.connection):
        return
    places = (f"${number}" for number in count(1))
    statement = re.sub("%s", lambda _: next(places), ACCEPT_AND_BEGIN)
    cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'mail_accept_and_begin'")
    if cursor.fetchone() is None:
        cursor.execute(f"PREPARE mail_accept_and_begin ({ITS_TYPES}) AS {statement}")
    _prepared_on[connection.connection] = True


def take_back(delivery: Delivery, now: dt.datetime) -> None:
    """The database did not say whether its first commit was made, but nothing was handed over: it waits as before."""
    Delivery.objects.filter(pk=delivery.pk, lease_owner=delivery.lease_owner, state=State.SENDING).update(
        state=State.QUEUED,
        next_attempt_at=now,
        lease_owner="",
        lease_expires_at=None,
        attempts=delivery.attempts,
        first_tried_at=delivery.first_tried_at,
    )


def _for_begin(delivery: Delivery, now: dt.datetime) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(now), adapt(now + leases.of_sending()), delivery.pk, delivery.lease_owner, delivery.message.stream]


def _for_accept(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> list[Any]:
    moment = connection.ops.adapt_datetimefield_value(now)
    return [moment, outcome.code, outcome.text, delivery.pk, delivery.lease_owner]


def _set_aside(delivery: Delivery, now: dt.datetime) -> bool:
    """The UPDATE found nothing: write down why. Always False."""
    message = Message.objects.only("paused_at", "cancelled_at").get(pk=delivery.message_id)
    suppressed, opted_out = _stops(delivery)
    if message.cancelled_at is not None:
        skip(delivery, SkipReason.CANCELLED, now)
    elif message.paused_at is not None:
        leases.put_off(delivery, Delivery.PAUSED)
    elif suppressed.exists():
        skip(delivery, SkipReason.SUPPRESSED, now)
    elif opted_out.exists():
        skip(delivery, SkipReason.OPTED_OUT, now)
    return False


def _stops(delivery: Delivery) -> tuple[QuerySet[Suppression], QuerySet[OptOut]]:
    """Nobody is locked out of signing in by a bulletin they left or complained of."""
    suppressed = Suppression.objects.filter(address_hash=delivery.address_hash)
    if delivery.lane == Lane.SIGN_IN:
        return suppressed.filter(reason__in=Suppression.STOPS_SIGN_IN), OptOut.objects.none()
    return suppressed, OptOut.objects.filter(address_hash=delivery.address_hash, stream=delivery.message.stream)


def skip(delivery: Delivery, reason: str, now: dt.datetime) -> None:
    skip_waiting(Delivery.objects.filter(pk=delivery.pk, lease_owner=delivery.lease_owner), reason, now)
    _forget_sign_in(delivery, now)


# --- After ------------------------------------------------------------------------------------------


def settle(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> None:
    """What the server answered is known only here: a database that is away for a moment must not make it uncertain."""
    persist(lambda: _settle(delivery, outcome, now))
    _forget_sign_in(delivery, now)
    if isinstance(outcome, Refused):
        stops.after_refusal(delivery.message, now)


def _settle(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> None:
    if isinstance(outcome, Accepted):
        with connection.cursor() as cursor:
            cursor.execute(ACCEPT, _for_accept(delivery, outcome, now))
            written = cursor.rowcount
    else:
        ours = Delivery.objects.filter(pk=delivery.pk, lease_owner=delivery.lease_owner, state__in=[State.SENDING, State.UNCERTAIN])
        changes = _changes(delivery, outcome, now)
        written = ours.update(smtp_code=outcome.code, smtp_text=outcome.text, lease_owner="", lease_expires_at=None, **changes)
    if not written:
        _say_that_it_was_taken_over(delivery, outcome)


def _say_that_it_was_taken_over(delivery: Delivery, outcome: Outcome) -> None:
    logger.error("Delivery %s was taken over while it was handed over (%s).", delivery.public_id, type(outcome).__name__)


def _changes(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> dict[str, object]:
    settled = {"next_attempt_at": None, "settled_at": now}
    if isinstance(outcome, Refused):
        return {"state": State.FAILED, **settled}
    if isinstance(outcome, Uncertain):
        return {"state": State.UNCERTAIN, **settled}
    if isinstance(outcome, Deferred):
        next_attempt_at = now + delay(delivery)
        if next_attempt_at > (delivery.first_tried_at or now) + GIVE_UP_AFTER:
            return {"state": State.FAILED, **settled}
        return {"state": State.DEFERRED, "next_attempt_at": next_attempt_at, "settled_at": None}
    pause = dt.timedelta(seconds=AFTER_NO_CONNECTION[delivery.lane])
    as_before = {"attempts": delivery.attempts, "first_tried_at": delivery.first_tried_at}
    return {"state": State.QUEUED, "next_attempt_at": now + pause, "settled_at": None, **as_before}


def delay(delivery: Delivery) -> dt.timedelta:
    """Doubling with each attempt; spread out, so that a server which put many off does not meet them all again at once."""
    seconds = min(FIRST_DELAY[delivery.lane] * 2 ** min(delivery.attempts, 20), LONGEST_DELAY)
    return dt.timedelta(seconds=seconds * _chance.uniform(0.75, 1.25))


def _forget_sign_in(delivery: Delivery, now: dt.datetime) -> None:
    """A code or link whose mail has its end is nobody's business any more."""
    if delivery.lane != Lane.SIGN_IN:
        return
    Delivery.objects.filter(pk=delivery.pk, state__in=Delivery.SETTLED).exclude(state=State.UNCERTAIN).update(fields={})
    still_needed = Delivery.objects.filter(message=OuterRef("pk"), state__in=[*Delivery.WAITING, State.UNCERTAIN])
    Message.objects.filter(~Exists(still_needed), pk=delivery.message_id).update(template=b"", blanked_at=now)


def persist(write: Callable[[], None], *, tries: int = 10) -> None:
    """Five seconds: a database server that is started again is back by then."""
    for remaining in reversed(range(tries)):
        try:
            write()
        except (OperationalError, InterfaceError):
            if not remaining:
                raise
            logger.warning("What became of a mail could not be written down; trying again", exc_info=True)
            connection.close_if_unusable_or_obsolete()
            time.sleep(0.5)
        else:
            return
