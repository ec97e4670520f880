"""What each kind of message asks just before it is handed over, and which is forgotten as soon as it has gone."""

from __future__ import annotations

from collections.abc import Callable

from hub.mail.models import Delivery

Question = Callable[[Delivery], bool]

_questions: dict[str, Question] = {}
_forgotten: set[str] = set()


def register(stream: str, *, still_allowed: Question) -> None:
    """Call it in AppConfig.ready(). The delivery comes with its message; a no skips it, an error puts it off."""
    _questions[stream] = still_allowed


def still_allowed(delivery: Delivery) -> bool:
    question = _questions.get(delivery.message.stream)
    return question is None or question(delivery)


def forget_when_settled(stream: str) -> None:
    """For a last word to somebody whom we have promised to forget: no address of theirs waits the 90 days."""
    _forgotten.add(stream)


def forgotten_streams() -> frozenset[str]:
    return frozenset(_forgotten)
