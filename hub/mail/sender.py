"""Take what waits, hand it over, and write down what became of it: before and after, never during.

A row is committed as `sending` before its mail goes and as settled after, so a kill leaves at most one row of each
connection in doubt. No transaction is open while a server is asked. Nothing is undone when an error ends a drain, for a
kill would not undo it either: what was leased returns when its lease ends.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection

from hub.mail import kinds, leases, mime, outcomes, pace, stops, tokens
from hub.mail.leases import claim, recover
from hub.mail.models import Delivery, Lane, Message
from hub.mail.outcomes import SkipReason
from hub.mail.recipients import mailbox
from hub.mail.transports import Accepted, ConnectionFailed, Envelope, Outcome, Transport

__all__ = ["claim", "drain", "recover"]

logger = logging.getLogger(__name__)

LONGEST_BATCH = 30.0  # seconds after which a slow batch is given back, so that a notice behind a bulletin gets its turn
AFTER_AN_ERROR = dt.timedelta(minutes=5)
LONGEST_WAIT = 15.0  # seconds, for the provider's rate
STEP = 5.0


@dataclass
class Moment:
    """The time it was when a drain began, and since then in steps of five seconds: a lease must not begin in the past."""

    began: dt.datetime
    _started: float = field(default_factory=time.monotonic)

    def now(self) -> dt.datetime:
        return self.began + dt.timedelta(seconds=STEP * (self.elapsed() // STEP))

    def exactly(self) -> dt.datetime:
        return self.began + dt.timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        return time.monotonic() - self._started


def drain(lane: str, transport: Transport, now: dt.datetime, *, most: int | None = None) -> int:
    """Hand over what is due in a lane; how many deliveries were moved on. Stops early where there is no connection."""
    recover(now)
    done = 0
    moment = Moment(now)
    messages: dict[int, tuple[Message, mime.Template]] = {}
    while (most is None or done < most) and not transport.is_resting():
        deliveries = claim(lane, moment.now())
        if not deliveries:
            break
        _let_commits_last()
        _load_messages(deliveries, messages)
        moved, may_go_on = Batch(deliveries, messages, transport, moment).work_through()
        done += moved
        if not may_go_on:
            break
    return done


def _let_commits_last() -> None:
    """SQLite's commits are otherwise on the disk some time later: after a power cut the ledger would send again (ADR 0019)."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = FULL")


def _load_messages(deliveries: list[Delivery], known: dict[int, tuple[Message, mime.Template]]) -> None:
    wanted = {delivery.message_id for delivery in deliveries}
    for gone in known.keys() - wanted:
        del known[gone]
    for pk, message in Message.objects.in_bulk(wanted - known.keys()).items():
        known[pk] = message, mime.Template(data=bytes(message.template), subject=message.subject)
    for delivery in deliveries:
        delivery.message = known[delivery.message_id][0]


class Batch:
    """One lease. `_accepted` is a mail that the server has taken and whose row does not say so yet: the next commit will."""

    def __init__(
        self,
        deliveries: list[Delivery],
        messages: dict[int, tuple[Message, mime.Template]],
        transport: Transport,
        moment: Moment,
    ) -> None:
        self.deliveries, self.messages, self.transport, self.moment = deliveries, messages, transport, moment
        self.lane, self.owner = deliveries[0].lane, deliveries[0].lease_owner
        self._accepted: tuple[Delivery, Accepted] | None = None
        self._has_gone = False
        self._ends = moment.elapsed() + LONGEST_BATCH

    def work_through(self) -> tuple[int, bool]:
        """How many were moved on, and whether more can go now."""
        for place, delivery in enumerate(self.deliveries):
            is_over = self.moment.elapsed() > self._ends
            if is_over or not self._wait_for_our_pace():
                self._end(give_back=True)
                return place, is_over
            outcome = self._attempt(delivery)
            if isinstance(outcome, ConnectionFailed):
                logger.warning("No mail can be handed over (%s lane): %s %s", self.lane, outcome.code or "", outcome.text)
                self._end(give_back=True)
                stops.after_no_connection(delivery.message, outcome, self.moment.now())
                return place, False
        self._end()
        return len(self.deliveries), True

    def _end(self, *, give_back: bool = False) -> None:
        self._write_down()
        if give_back:
            leases.give_back(self.owner)
        if self._has_gone:
            stops.it_goes_again(self.lane)

    # --- one delivery

    def _wait_for_our_pace(self) -> bool:
        """False if the provider's rate leaves nothing for this batch. Sign-in mail counts and does not wait."""
        wait = pace.bucket().take()
        if not wait or self.lane == Lane.SIGN_IN:
            return True
        if wait > LONGEST_WAIT:
            pace.bucket().put_back()
            return False
        self._write_down()
        time.sleep(wait)
        return True

    def _attempt(self, delivery: Delivery) -> Outcome | None:
        """None where nothing was handed over: it was skipped, put off or taken away."""
        data = self._prepared(delivery)
        if data is None or not self._begin(delivery):
            pace.bucket().put_back()
            return None
        recipient = mailbox(delivery.address) or ""
        outcome = self.transport.hand_over(Envelope(delivery.public_id, mime.envelope_sender(delivery.public_id), recipient, data))
        if isinstance(outcome, Accepted):
            self._accepted, self._has_gone = (delivery, outcome), True
        else:
            outcomes.settle(delivery, outcome, self.moment.now())
        return outcome

    def _prepared(self, delivery: Delivery) -> bytes | None:
        expires_at = delivery.message.expires_at
        if expires_at is not None and expires_at <= self.moment.exactly():
            self._skip(delivery, SkipReason.EXPIRED)
            return None
        try:
            if not kinds.still_allowed(delivery):
                self._skip(delivery, SkipReason.NOT_ALLOWED)
                return None
            template = self.messages[delivery.message_id][1]
            return template.splice(
                to=mailbox(delivery.address) or "",
                message_id=message_id(delivery),
                date=self.moment.now(),
                fields=_fields(delivery, template),
            )
        except (OperationalError, InterfaceError):
            self._write_down()
            raise  # the database is away for everybody; the leases end by themselves
        except Exception:
            logger.exception("Delivery %s could not be prepared; trying again later", delivery.public_id)
            self._write_down()
            leases.put_off(delivery, self.moment.now() + AFTER_AN_ERROR)
            return None

    def _skip(self, delivery: Delivery, reason: str) -> None:
        self._write_down()
        outcomes.skip(delivery, reason, self.moment.now())

    def _begin(self, delivery: Delivery) -> bool:
        now = self.moment.now()
        try:
            if self._accepted is None:
                return outcomes.begin(delivery, now)
            begun = outcomes.accept_and_begin(*self._accepted, delivery, now)
        except (OperationalError, InterfaceError):
            self._write_down()
            outcomes.persist(lambda: outcomes.take_back(delivery, now))
            outcomes.persist(lambda: leases.give_back(self.owner))
            raise
        self._accepted = None
        return begun

    def _write_down(self) -> None:
        if self._accepted is not None:
            outcomes.settle(*self._accepted, self.moment.now())
            self._accepted = None


def _fields(delivery: Delivery, template: mime.Template) -> dict[str, str]:
    if "leave_token" not in template.names:
        return delivery.fields
    return {**delivery.fields, "leave_token": tokens.token(delivery.public_id, tokens.LEAVE)}


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a mailbox that gets a mail twice can tell."""
    return mime.message_id(delivery.message.message_id or f"{delivery.message.public_id}.{delivery.public_id}")
