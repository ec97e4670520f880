"""Take what waits, hand it over, and write down what became of it: before and after, never during.

A row is committed as `sending` before its mail goes and as settled after, so a kill leaves at most one row of each
connection in doubt. No transaction is open while a server is asked. Nothing is undone when an error ends a drain, for a
kill would not undo it either: what was leased returns when its lease ends.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import secrets
import time
from collections.abc import Callable

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from hub.mail import kinds, mime
from hub.mail.actions import skip_waiting
from hub.mail.models import Delivery, Lane, Message, OptOut, Suppression
from hub.mail.recipients import mailbox
from hub.mail.transports import Accepted, ConnectionFailed, Deferred, Envelope, Outcome, Refused, Transport, Uncertain

logger = logging.getLogger(__name__)

State = Delivery.State
SkipReason = Delivery.SkipReason

LEASE_SIZES: dict[str, int] = {Lane.SIGN_IN: 1, Lane.NOTICE: 20, Lane.BULK: 50}
LEASE = dt.timedelta(minutes=2)
SENDING_LEASE = dt.timedelta(minutes=10)  # longer than any hand-over: after it, the sender is taken for dead
LONGEST_BATCH = 30.0  # seconds after which a slow batch is given back, so that `now` is never far from the clock

GIVE_UP_AFTER = dt.timedelta(hours=24)
FIRST_DELAY: dict[str, float] = {Lane.SIGN_IN: 10.0, Lane.NOTICE: 60.0, Lane.BULK: 60.0}
LONGEST_DELAY = 4 * 3600.0
AFTER_NO_CONNECTION: dict[str, float] = {Lane.SIGN_IN: 1.0, Lane.NOTICE: 10.0, Lane.BULK: 30.0}
AFTER_AN_ERROR = 300.0

_chance = random.SystemRandom()


def drain(lane: str, transport: Transport, now: dt.datetime, *, most: int | None = None) -> int:
    """Hand over what is due in a lane; how many deliveries were moved on. Stops early where there is no connection."""
    recover(now)
    done = 0
    messages: dict[int, tuple[Message, mime.Template]] = {}
    while (most is None or done < most) and not transport.is_resting():
        deliveries = claim(lane, now)
        if not deliveries:
            break
        _load_messages(deliveries, messages)
        moved, may_go_on = _work_through(deliveries, messages, transport, now)
        done += moved
        if not may_go_on:
            break
    return done


def _load_messages(deliveries: list[Delivery], known: dict[int, tuple[Message, mime.Template]]) -> None:
    wanted = {delivery.message_id for delivery in deliveries}
    for gone in known.keys() - wanted:
        del known[gone]
    for pk, message in Message.objects.in_bulk(wanted - known.keys()).items():
        known[pk] = message, mime.Template(data=bytes(message.template), subject=message.subject)
    for delivery in deliveries:
        delivery.message = known[delivery.message_id][0]


def _work_through(
    deliveries: list[Delivery], messages: dict[int, tuple[Message, mime.Template]], transport: Transport, now: dt.datetime
) -> tuple[int, bool]:
    started = time.monotonic()
    for place, delivery in enumerate(deliveries):
        if time.monotonic() - started > LONGEST_BATCH:
            _give_back(delivery.lease_owner)
            return place, True
        outcome = _attempt(delivery, messages[delivery.message_id][1], transport, now)
        if isinstance(outcome, ConnectionFailed):
            logger.warning("No mail can be handed over (%s lane): %s %s", delivery.lane, outcome.code or "", outcome.text)
            _give_back(delivery.lease_owner)
            return place, False
    return len(deliveries), True


# --- Leases -----------------------------------------------------------------------------------------


def claim(lane: str, now: dt.datetime) -> list[Delivery]:
    """Lease the next few. Two senders never get the same row: locked rows are passed over, or one statement does it all."""
    due = Delivery.objects.due(lane, now)
    if not due.exists():  # on SQLite an UPDATE takes the write lock even when it finds nothing
        return []
    owner = secrets.token_hex(16)
    next_few = due.filter(state__in=Delivery.TO_CLAIM)[: LEASE_SIZES[lane]]
    leased = {"state": State.LEASED, "lease_owner": owner, "lease_expires_at": now + LEASE, "next_attempt_at": None}
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            pks = list(next_few.select_for_update(skip_locked=True).values_list("pk", flat=True))
            Delivery.objects.filter(pk__in=pks).update(**leased)
    else:
        Delivery.objects.filter(pk__in=next_few.values("pk")).update(**leased)
    mine = Delivery.objects.filter(lease_expires_at=now + LEASE, lease_owner=owner)
    return list(mine.order_by("pk"))


def recover(now: dt.datetime) -> int:
    """What a dead sender left: the leased go back into the queue, those that were being handed over are uncertain."""
    dead = Delivery.objects.filter(lease_expires_at__lte=now)
    if not dead.exists():
        return 0
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


def _give_back(owner: str) -> None:
    """Only what no attempt was made on; their turn comes at once."""
    rows = Delivery.objects.filter(state=State.LEASED, lease_owner=owner)
    rows.update(state=State.QUEUED, lease_owner="", lease_expires_at=None, next_attempt_at=F("created_at"))


# --- One delivery -----------------------------------------------------------------------------------


def _attempt(delivery: Delivery, template: mime.Template, transport: Transport, now: dt.datetime) -> Outcome | None:
    """None where nothing was handed over: it was skipped, put off or taken away."""
    try:
        data = _prepared(delivery, template, now)
    except OperationalError:
        raise  # the database is away for everybody; the leases end by themselves
    except Exception:
        logger.exception("Delivery %s could not be prepared; trying again later", delivery.public_id)
        _put_off(delivery, now)
        return None
    if data is None or not _begin(delivery, now):
        return None
    recipient = mailbox(delivery.address) or ""
    outcome = transport.hand_over(Envelope(delivery.public_id, mime.envelope_sender(), recipient, data))
    _persist(lambda: _settle(delivery, outcome, now))
    _forget_sign_in(delivery, now)
    return outcome


def _prepared(delivery: Delivery, template: mime.Template, now: dt.datetime) -> bytes | None:
    expires_at = delivery.message.expires_at
    if expires_at is not None and expires_at <= now:
        _skip(delivery, SkipReason.EXPIRED, now)
        return None
    if not kinds.still_allowed(delivery):
        _skip(delivery, SkipReason.NOT_ALLOWED, now)
        return None
    return template.splice(to=mailbox(delivery.address) or "", message_id=message_id(delivery), date=now, fields=delivery.fields)


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a mailbox that gets a mail twice can tell."""
    return f"{delivery.message.public_id}.{delivery.public_id}@{mime.host()}"


# Written out, these two, for they run for each mail, and building them anew took the ORM longer than the mail takes to go.
# Conditions on other tables are sub-queries, not joins: PostgreSQL then checks ours again on a row that changed meanwhile.
BEGIN = """
    UPDATE mail_delivery
    SET state = 'sending', attempts = attempts + 1, first_tried_at = COALESCE(first_tried_at, %s), lease_expires_at = %s
    WHERE id = %s AND state = 'leased' AND lease_owner = %s
    AND NOT EXISTS (
        SELECT 1 FROM mail_suppression AS stopped WHERE stopped.address_hash = mail_delivery.address_hash
        AND (mail_delivery.lane <> 'sign-in' OR stopped.reason IN ('hard-bounce', 'manual'))
    )
    AND (mail_delivery.lane = 'sign-in' OR NOT EXISTS (
        SELECT 1 FROM mail_optout AS gone WHERE gone.address_hash = mail_delivery.address_hash AND gone.stream = %s
    ))
"""

# `uncertain` too: somebody took this sender for dead, and it was only slow.
ACCEPT = """
    UPDATE mail_delivery
    SET state = 'accepted', settled_at = %s, smtp_code = %s, smtp_text = %s, lease_owner = '', lease_expires_at = NULL
    WHERE id = %s AND lease_owner = %s AND state IN ('sending', 'uncertain')
"""


def _begin(delivery: Delivery, now: dt.datetime) -> bool:
    """One UPDATE asks whether the row is still ours and still wanted, and says that its mail goes now."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [adapt(now), adapt(now + SENDING_LEASE), delivery.pk, delivery.lease_owner, delivery.message.stream])
        if cursor.rowcount:
            return True
    suppressed, opted_out = _stops(delivery)
    if suppressed.exists():
        _skip(delivery, SkipReason.SUPPRESSED, now)
    elif opted_out.exists():
        _skip(delivery, SkipReason.OPTED_OUT, now)
    return False


def _stops(delivery: Delivery) -> tuple[QuerySet[Suppression], QuerySet[OptOut]]:
    """Nobody is locked out of signing in by a bulletin they left or complained of."""
    suppressed = Suppression.objects.filter(address_hash=delivery.address_hash)
    if delivery.lane == Lane.SIGN_IN:
        return suppressed.filter(reason__in=Suppression.STOPS_SIGN_IN), OptOut.objects.none()
    return suppressed, OptOut.objects.filter(address_hash=delivery.address_hash, stream=delivery.message.stream)


def _skip(delivery: Delivery, reason: str, now: dt.datetime) -> None:
    skip_waiting(Delivery.objects.filter(pk=delivery.pk, lease_owner=delivery.lease_owner), reason, now)
    _forget_sign_in(delivery, now)


def _put_off(delivery: Delivery, now: dt.datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=State.LEASED, lease_owner=delivery.lease_owner).update(
        state=State.QUEUED, lease_owner="", lease_expires_at=None, next_attempt_at=now + dt.timedelta(seconds=AFTER_AN_ERROR)
    )


# --- What became of it ------------------------------------------------------------------------------


def _settle(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> None:
    if isinstance(outcome, Accepted):
        with connection.cursor() as cursor:
            moment = connection.ops.adapt_datetimefield_value(now)
            cursor.execute(ACCEPT, [moment, outcome.code, outcome.text, delivery.pk, delivery.lease_owner])
            written = cursor.rowcount
    else:
        ours = Delivery.objects.filter(pk=delivery.pk, lease_owner=delivery.lease_owner, state__in=[State.SENDING, State.UNCERTAIN])
        changes = _changes(delivery, outcome, now)
        written = ours.update(smtp_code=outcome.code, smtp_text=outcome.text, lease_owner="", lease_expires_at=None, **changes)
    if not written:
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


def _persist(write: Callable[[], None], *, tries: int = 5) -> None:
    """What the server answered is known only here: a database that is busy for a moment must not make it uncertain."""
    for remaining in reversed(range(tries)):
        try:
            write()
        except OperationalError:
            if not remaining:
                raise
            logger.warning("The outcome of a mail could not be written down; trying again", exc_info=True)
            connection.close_if_unusable_or_obsolete()
            time.sleep(0.5)
        else:
            return
