"""What the ledger says about a message."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, QuerySet

from hub.mail.models import Delivery, Message


def counts(message: Message) -> dict[str, int]:
    """Every state with its number, noughts included."""
    found = dict(message.deliveries.order_by().values_list("state").annotate(number=Count("pk")))
    return {state: found.get(state, 0) for state in Delivery.State.values}


def is_balanced(message: Message) -> bool:
    """Everybody who was frozen is accounted for: accepted, failed, skipped, uncertain or waiting."""
    frozen = Message.objects.values_list("recipient_count", flat=True).get(pk=message.pk)
    return frozen == sum(counts(message).values())


def is_finished(message: Message) -> bool:
    return not message.deliveries.waiting().exists()


def uncertain_of(message: Message) -> QuerySet[Delivery]:
    """By name: to these it was handed over, and no answer came back."""
    return message.deliveries.uncertain().order_by("address", "public_id")


def failed_of(message: Message) -> QuerySet[Delivery]:
    return message.deliveries.filter(state=Delivery.State.FAILED).order_by("address", "public_id")


def oldest_waiting(lane: str) -> dt.datetime | None:
    """When the one that waits longest was posted: what a health page watches."""
    return (
        Delivery.objects.filter(lane=lane, next_attempt_at__isnull=False)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
