"""Every write to the ledger but the sender's own."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hub.accounts.models import User
from hub.mail import kinds, mime
from hub.mail.models import Delivery, Lane, Message, OptOut, Suppression
from hub.mail.recipients import Recipient, address_hash, mailbox

logger = logging.getLogger(__name__)

CHUNK = 1000
KEPT_FOR = dt.timedelta(days=90)
NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)  # the next attempt of what is paused


@transaction.atomic
def post(
    *,
    key: str,
    stream: str,
    lane: Lane,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Iterable[mime.Attachment] = (),
    recipients: Iterable[Recipient],
    expires_at: dt.datetime | None = None,
    by: User | None = None,
    now: dt.datetime,
) -> Message:
    """Write one message and a delivery for each mailbox; the caller's transaction decides whether it ever goes.

    The same key is the same message: its text stands as first written, and nobody is added twice.
    """
    everybody = iter(recipients)
    first = next(everybody, None)
    message, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "stream": stream,
            "lane": lane,
            "subject": " ".join(subject.split())[:255],
            "expires_at": expires_at,
            "posted_by": by,
            "created_at": now,
        },
    )
    if message.blanked_at is not None:
        logger.warning("Message %s has been sent and blanked; nobody is added to it.", message.public_id)
        return message
    if created or not message.recipient_count:
        names = frozenset(first.fields) if first else frozenset()
        message.template = mime.build(
            stream=stream, lane=lane, text=text, html=html, headers=headers, attachments=attachments, names=names
        )
    if first is not None:
        _freeze(message, _and_the_rest(first, everybody), now)
    message.recipient_count = message.deliveries.count()
    message.save()
    return message


def _and_the_rest(first: Recipient, others: Iterator[Recipient]) -> Iterator[Recipient]:
    yield first
    yield from others


def _freeze(message: Message, recipients: Iterator[Recipient], now: dt.datetime) -> None:
    """In chunks, so that memory stays flat however many there are."""
    wanted = mime.markers(bytes(message.template))
    while chunk := list(islice(recipients, CHUNK)):
        for recipient in chunk:
            mime.check_fields(wanted, recipient.fields)
        Delivery.objects.bulk_create([_delivery(message, recipient, now) for recipient in chunk], ignore_conflicts=True)


def _delivery(message: Message, recipient: Recipient, now: dt.datetime) -> Delivery:
    delivery = Delivery(
        message=message,
        lane=message.lane,
        address=recipient.address.strip()[:320],
        address_hash=address_hash(recipient.address),
        fields={name: str(value) for name, value in recipient.fields.items()},
        created_at=now,
    )
    if mailbox(recipient.address) is None:
        delivery.state, delivery.settled_at = Delivery.State.FAILED, now
        delivery.smtp_text = "This is no address that we can write to."
    else:
        delivery.next_attempt_at = now
    return delivery


# --- What people and mail servers want no more ------------------------------------------------------


@transaction.atomic
def suppress(address: str, reason: str, now: dt.datetime) -> Suppression:
    """Stop what we send to a mailbox, whatever its stream; the first reason stands."""
    row, _ = Suppression.objects.get_or_create(
        address_hash=address_hash(address), defaults={"reason": Suppression.Reason(reason), "created_at": now}
    )
    return row


@transaction.atomic
def lift_suppression(address: str) -> None:
    Suppression.objects.filter(address_hash=address_hash(address)).delete()


@transaction.atomic
def opt_out(address: str, stream: str, now: dt.datetime) -> OptOut:
    """What already waits for them in this stream is skipped when its turn comes."""
    row, _ = OptOut.objects.get_or_create(address_hash=address_hash(address), stream=stream, defaults={"created_at": now})
    return row


@transaction.atomic
def opt_in(address: str, stream: str, now: dt.datetime) -> None:
    OptOut.objects.filter(address_hash=address_hash(address), stream=stream).delete()


# --- What is under way ------------------------------------------------------------------------------


@transaction.atomic
def requeue_uncertain(message: Message, by: User | None, now: dt.datetime) -> int:
    """Send again to those of whom nobody knows; some may get it twice, with the same Message-ID. Only a person decides this."""
    if message.blanked_at is not None:
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


@transaction.atomic
def pause(message: Message, by: User | None, now: dt.datetime) -> int:
    """Hold everybody who has not been reached: at most the one in hand for each connection still goes."""
    return message.deliveries.filter(state__in=[*Delivery.TO_CLAIM, Delivery.State.LEASED]).update(
        state=Delivery.State.QUEUED, next_attempt_at=NEVER, lease_owner="", lease_expires_at=None
    )


@transaction.atomic
def resume(message: Message, by: User | None, now: dt.datetime) -> int:
    return message.deliveries.filter(state=Delivery.State.QUEUED, next_attempt_at=NEVER).update(next_attempt_at=now)


@transaction.atomic
def cancel(message: Message, by: User | None, now: dt.datetime) -> int:
    """Nobody who has not been reached will be."""
    return skip_waiting(message.deliveries.all(), Delivery.SkipReason.CANCELLED, now)


def skip_waiting(deliveries: QuerySet[Delivery], reason: str, now: dt.datetime) -> int:
    return deliveries.filter(state__in=[*Delivery.TO_CLAIM, Delivery.State.LEASED]).update(
        state=Delivery.State.SKIPPED,
        skip_reason=reason,
        settled_at=now,
        next_attempt_at=None,
        lease_owner="",
        lease_expires_at=None,
    )


# --- Forgetting -------------------------------------------------------------------------------------


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


def forget(pks: Iterable[int]) -> int:
    return Delivery.objects.filter(pk__in=pks).update(address="", fields={}, smtp_text="")


def _blank_bodies(cutoff: dt.datetime, now: dt.datetime) -> int:
    unfinished = Delivery.objects.filter(message=OuterRef("pk"), state__in=Delivery.WAITING)
    recent = Delivery.objects.filter(message=OuterRef("pk"), settled_at__gt=cutoff)
    return Message.objects.filter(~Exists(unfinished), ~Exists(recent), created_at__lte=cutoff, blanked_at=None).update(
        template=b"", blanked_at=now
    )
