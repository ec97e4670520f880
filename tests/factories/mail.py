from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import factory
from factory.django import DjangoModelFactory

from hub.mail import actions
from hub.mail.models import Delivery, Lane, Message, OptOut, Suppression
from hub.mail.recipients import Recipient, address_hash
from hub.mail.transports import Accepted, Envelope, Outcome

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def post(*addresses: str, now: dt.datetime, **given: Any) -> Message:
    """A notice to these addresses; whatever the test is about is given."""
    defaults = {
        "key": "notice:1",
        "stream": "notices",
        "lane": Lane.NOTICE,
        "subject": "Somebody answered",
        "text": "Hello.\n",
        "recipients": [Recipient(address) for address in addresses],
    }
    return actions.post(**{**defaults, **given}, now=now)


class ScriptedTransport:
    """Answers as told, and remembers what it was handed. Without a script it accepts everything."""

    def __init__(self, *script: Outcome | Callable[[Envelope], Outcome]) -> None:
        self.script = list(script)
        self.handed: list[Envelope] = []

    @property
    def recipients(self) -> list[str]:
        return [envelope.recipient for envelope in self.handed]

    def hand_over(self, envelope: Envelope) -> Outcome:
        self.handed.append(envelope)
        answer = self.script.pop(0) if self.script else Accepted(250, "OK")
        return answer if isinstance(answer, Outcome) else answer(envelope)

    def is_resting(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""

    def close_if_idle(self) -> None:
        """Nothing is open."""


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    key = factory.Sequence(lambda n: f"message:{n}")
    stream = "notices"
    lane = Lane.NOTICE
    subject = "Somebody answered"
    template = b"Content-Type: text/plain\r\n\r\nHello.\r\n"
    created_at = LONG_AGO


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """One that waits."""

    class Meta:
        model = Delivery

    message = factory.SubFactory(MessageFactory)
    lane = factory.SelfAttribute("message.lane")
    address = factory.Sequence(lambda n: f"reader{n}@council.example")
    address_hash = factory.LazyAttribute(lambda delivery: address_hash(delivery.address))
    created_at = LONG_AGO
    next_attempt_at = LONG_AGO


class SuppressionFactory(DjangoModelFactory[Suppression]):
    class Meta:
        model = Suppression

    address_hash = factory.Sequence(lambda n: address_hash(f"stopped{n}@council.example"))
    reason = Suppression.Reason.MANUAL
    created_at = LONG_AGO


class OptOutFactory(DjangoModelFactory[OptOut]):
    class Meta:
        model = OptOut

    address_hash = factory.Sequence(lambda n: address_hash(f"left{n}@council.example"))
    stream = "notices"
    created_at = LONG_AGO
