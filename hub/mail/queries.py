"""What the ledger says about a message."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from hub.mail.models import Delivery, LaneTrouble, Message, OptOut, Suppression
from hub.mail.recipients import address_hash


@dataclass(frozen=True)
class Progress:
    """How far one message, or several, have got. `frozen` is how many were to be written to."""

    frozen: int
    accepted: int
    failed: int
    skipped: int
    uncertain: int
    waiting: int  # everybody else, those held and those in hand among them
    held: int  # by the ramp
    delivered: int  # these four are of the accepted
    soft_bounced: int
    hard_bounced: int
    complained: int
    is_freezing: bool
    is_ramping: bool
    is_paused: bool
    is_cancelled: bool
    pause_reason: str

    @property
    def settled(self) -> int:
        return self.accepted + self.failed + self.skipped + self.uncertain

    @property
    def is_finished(self) -> bool:
        return not self.waiting and not self.is_freezing

    @property
    def is_balanced(self) -> bool:
        """frozen = accepted + failed + skipped + uncertain, and until it is finished those who wait."""
        return self.is_freezing or self.frozen == self.settled + self.waiting


def progress(*messages: Message) -> Progress:
    """Read anew, in two queries however many messages there are."""
    pks = [message.pk for message in messages]
    now = list(Message.objects.filter(pk__in=pks).defer("template").order_by("pk"))
    state, fate = Delivery.State, Delivery.Fate
    deliveries = Delivery.objects.filter(message__in=pks)
    found = deliveries.aggregate(
        **{
            each.value: Count("pk", filter=Q(state=each)) for each in (state.ACCEPTED, state.FAILED, state.SKIPPED, state.UNCERTAIN)
        },
        waiting=Count("pk", filter=Q(state__in=Delivery.WAITING)),
        held=Count("pk", filter=Q(next_attempt_at=Delivery.HELD)),
        delivered=Count("pk", filter=Q(fate=fate.DELIVERED)),
        soft_bounced=Count("pk", filter=Q(fate=fate.SOFT_BOUNCE)),
        hard_bounced=Count("pk", filter=Q(fate=fate.HARD_BOUNCE)),
        complained=Count("pk", filter=Q(fate=fate.COMPLAINT)),
    )
    return Progress(
        frozen=sum(message.recipient_count for message in now),
        **found,
        is_freezing=any(message.freezing for message in now),
        is_ramping=any(message.is_ramping for message in now),
        is_paused=any(message.paused_at and not message.cancelled_at for message in now),
        is_cancelled=any(message.cancelled_at for message in now),
        pause_reason=next((message.pause_reason for message in now if message.pause_reason and not message.cancelled_at), ""),
    )


def deliveries_of(*messages: Message) -> QuerySet[Delivery]:
    """For a proof page: state, fate, the server's code and words, the time, and the address while it is kept."""
    return Delivery.objects.filter(message__in=[message.pk for message in messages]).order_by("address", "public_id")


def to_freeze() -> QuerySet[Message]:
    return Message.objects.filter(freezing=True).order_by("created_at", "pk")


def counts(message: Message) -> dict[str, int]:
    """Every state with its number, noughts included."""
    found = dict(message.deliveries.order_by().values_list("state").annotate(number=Count("pk")))
    return {state: found.get(state, 0) for state in Delivery.State.values}


def is_balanced(message: Message) -> bool:
    """Everybody who was frozen is accounted for: accepted, failed, skipped, uncertain or waiting."""
    return progress(message).is_balanced


def is_finished(message: Message) -> bool:
    return progress(message).is_finished


def uncertain_of(message: Message) -> QuerySet[Delivery]:
    """By name: to these it was handed over, and no answer came back."""
    return message.deliveries.uncertain().order_by("address", "public_id")


def failed_of(message: Message) -> QuerySet[Delivery]:
    return message.deliveries.filter(state=Delivery.State.FAILED).order_by("address", "public_id")


def suppression_of(address: str) -> Suppression | None:
    """Why nothing of any stream goes to an address. Never shown to whoever only names it."""
    return Suppression.objects.filter(address_hash=address_hash(address)).first()


def is_closed_to_us(address: str) -> bool:
    """The mailbox was gone, or a facilitator stopped it: what somebody says themselves does not open it again."""
    stopped = suppression_of(address)
    return stopped is not None and stopped.reason in Suppression.STOPS_SIGN_IN


def streams_left_by(address: str) -> QuerySet[OptOut]:
    return OptOut.objects.filter(address_hash=address_hash(address)).order_by("stream")


def oldest_waiting(lane: str) -> dt.datetime | None:
    """When the one that waits longest was posted: what a health page watches."""
    return Delivery.objects.filter(lane=lane).under_way().order_by("created_at").values_list("created_at", flat=True).first()


def troubles() -> QuerySet[LaneTrouble]:
    """The lanes that hand nothing over at the moment, and why: for whoever looks after the hub."""
    return LaneTrouble.objects.order_by("since", "lane")
