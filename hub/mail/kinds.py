"""What each kind of message asks just before it is handed over, and which is forgotten as soon as it has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hub.mail.models import Delivery, Message
from hub.mail.recipients import Recipient

Question = Callable[[Delivery], bool]
Source = Callable[[Message], Iterable[Recipient]]

_questions: dict[str, Question] = {}
_sources: dict[str, Source] = {}
_forgotten: set[str] = set()


def register(stream: str, *, still_allowed: Question | None = None, recipients: Source | None = None) -> None:
    """Call it in AppConfig.ready(). The delivery comes with its message; a no skips it, an error puts it off.

    `recipients` names everybody who gets a message of this stream that was posted by `post_from_source`; it may be asked twice.
    """
    if still_allowed is not None:
        _questions[stream] = still_allowed
    if recipients is not None:
        _sources[stream] = recipients


def still_allowed(delivery: Delivery) -> bool:
    question = _questions.get(delivery.message.stream)
    return question is None or question(delivery)


def recipients_of(message: Message) -> Iterable[Recipient]:
    return _sources[message.stream](message)


def forget_when_settled(stream: str) -> None:
    """For a last word to somebody whom we have promised to forget: no address of theirs waits the 90 days."""
    _forgotten.add(stream)


def forgotten_streams() -> frozenset[str]:
    return frozenset(_forgotten)
