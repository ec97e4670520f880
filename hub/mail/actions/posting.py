"""A message and everybody who gets it are written down; the worker does the rest."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import transaction

from hub.accounts.models import User
from hub.mail import kinds, mime
from hub.mail.models import Delivery, Lane, Message
from hub.mail.recipients import Recipient, address_hash, mailbox

logger = logging.getLogger(__name__)

CHUNK = 1000


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
    list_id: str = "",
    message_id: str = "",
    references: Sequence[str] = (),
    recipients: Iterable[Recipient],
    ramp: int | None = None,
    expires_at: dt.datetime | None = None,
    by: User | None = None,
    now: dt.datetime,
) -> Message:
    """Write one message and a delivery for each mailbox; the caller's transaction decides whether it ever goes.

    The same key is the same message: its text stands as first written, and nobody is added twice. `list_id`, `message_id` and
    `references` are the halves before the @: of the list, of this message if others will refer to it, and of those it answers,
    oldest first. With a `ramp` only that many go until `release`.
    """
    everybody = iter(recipients)
    first = next(everybody, None)
    message, created = _message(
        key=key, stream=stream, lane=lane, subject=subject, message_id=message_id, ramp=ramp, expires_at=expires_at, by=by, now=now
    )
    if message.blanked_at is not None:
        logger.warning("Message %s has been sent and blanked; nobody is added to it.", message.public_id)
        return message
    if created or not message.recipient_count:
        names = frozenset(first.fields) if first else frozenset()
        message.template = mime.build(
            stream=stream,
            lane=lane,
            text=text,
            html=html,
            headers=headers,
            attachments=attachments,
            names=names,
            list_id=list_id,
            references=references,
        )
    if first is not None:
        for chunk in _chunks(_and_the_rest(first, everybody)):
            _write_down(message, chunk, now)
    message.recipient_count = message.deliveries.count()
    message.save(update_fields=["template", "recipient_count"])
    if created and message.is_ramping:
        _let_the_first_go(message, now)
    return message


@transaction.atomic
def post_from_source(
    *,
    key: str,
    stream: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Iterable[mime.Attachment] = (),
    list_id: str = "",
    names: Collection[str],
    ramp: int | None = None,
    expires_at: dt.datetime | None = None,
    by: User | None = None,
    now: dt.datetime,
) -> Message:
    """A bulk message to many: its text now, its recipients later, by the worker, from the source that its stream registered.

    `names` are the fields that each recipient brings. Nothing goes before everybody is written down, and a worker that is killed
    meanwhile takes it up again.
    """
    message, created = _message(
        key=key, stream=stream, lane=Lane.BULK, subject=subject, message_id="", ramp=ramp, expires_at=expires_at, by=by, now=now
    )
    if created:
        message.template = mime.build(
            stream=stream,
            lane=Lane.BULK,
            text=text,
            html=html,
            headers=headers,
            attachments=attachments,
            names=frozenset(names),
            list_id=list_id,
        )
        message.freezing = True
        message.save(update_fields=["template", "freezing"])
    return message


def _message(
    *,
    key: str,
    stream: str,
    lane: Lane,
    subject: str,
    message_id: str,
    ramp: int | None,
    expires_at: dt.datetime | None,
    by: User | None,
    now: dt.datetime,
) -> tuple[Message, bool]:
    if message_id:
        mime.message_id(message_id)  # refused here if it cannot be one
    return Message.objects.get_or_create(
        key=key,
        defaults={
            "stream": stream,
            "lane": lane,
            "subject": " ".join(subject.split())[:255],
            "message_id": message_id,
            "ramp": ramp,
            "expires_at": expires_at,
            "posted_by": by,
            "created_at": now,
        },
    )


# --- Freezing many ----------------------------------------------------------------------------------


def freeze(*, message: Message, now: dt.datetime) -> int:
    """Write down everybody that the source of the stream names, a thousand to a transaction, so that no lock is held for long.

    Killed half way it starts again from the first: who is written down already is passed over.
    """
    written = 0
    for chunk in _chunks(iter(kinds.recipients_of(message))):
        with transaction.atomic():
            current = Message.objects.select_for_update().get(pk=message.pk)
            if not current.freezing:
                break  # called off meanwhile, or another worker was faster
            written += _write_down(current, chunk, now)
    _let_go(message, now)
    message.refresh_from_db()
    return written


@transaction.atomic
def _let_go(message: Message, now: dt.datetime) -> None:
    message = Message.objects.select_for_update().get(pk=message.pk)
    message.freezing = False
    message.recipient_count = message.deliveries.count()
    message.save(update_fields=["freezing", "recipient_count"])
    frozen = message.deliveries.filter(next_attempt_at=Delivery.FREEZING)
    frozen.update(next_attempt_at=_first_attempt_at(message, now))
    if message.is_ramping:
        _let_the_first_go(message, now)


def _let_the_first_go(message: Message, now: dt.datetime) -> None:
    first = list(message.deliveries.held().order_by("pk").values_list("pk", flat=True)[: message.ramp])
    start = Delivery.PAUSED if message.paused_at else now
    Delivery.objects.filter(pk__in=first).update(next_attempt_at=start)


def _and_the_rest(first: Recipient, others: Iterator[Recipient]) -> Iterator[Recipient]:
    yield first
    yield from others


def _chunks(recipients: Iterator[Recipient]) -> Iterator[list[Recipient]]:
    """So that memory stays flat however many there are."""
    while chunk := list(islice(recipients, CHUNK)):
        yield chunk


def _write_down(message: Message, chunk: list[Recipient], now: dt.datetime) -> int:
    wanted = mime.markers(bytes(message.template))
    for recipient in chunk:
        mime.check_fields(wanted, recipient.fields)
    start = _first_attempt_at(message, now)
    Delivery.objects.bulk_create([_delivery(message, recipient, start, now) for recipient in chunk], ignore_conflicts=True)
    return len(chunk)


def _first_attempt_at(message: Message, now: dt.datetime) -> dt.datetime:
    if message.freezing:
        return Delivery.FREEZING
    if message.is_ramping:
        return Delivery.HELD
    return Delivery.PAUSED if message.paused_at else now


def _delivery(message: Message, recipient: Recipient, start: dt.datetime, now: dt.datetime) -> Delivery:
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
        delivery.next_attempt_at = start
    return delivery
