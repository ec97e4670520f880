"""What each kind of message asks just before it is handed over."""

from __future__ import annotations

from collections.abc import Callable

from hub.mail.models import Delivery

Question = Callable[[Delivery], bool]

_questions: dict[str, Question] = {}


def register(stream: str, *, still_allowed: Question) -> None:
    """Call it in AppConfig.ready(). The delivery comes with its message; a no skips it, an error puts it off."""
    _questions[stream] = still_allowed


def still_allowed(delivery: Delivery) -> bool:
    question = _questions.get(delivery.message.stream)
    return question is None or question(delivery)
