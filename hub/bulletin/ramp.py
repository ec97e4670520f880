"""A few people first, then a wait, then the rest: a mail that servers refuse, or a list gone stale, reaches few."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q

from hub.bulletin import editions
from hub.bulletin.editions import Plan
from hub.bulletin.models import BulletinIssue
from hub.mail.models import Delivery, Message

State, Fate = Delivery.State, Delivery.Fate
CAME_BACK = (Fate.SOFT_BOUNCE, Fate.HARD_BOUNCE, Fate.COMPLAINT)


@dataclass(frozen=True)
class Verdict:
    """Without trouble everybody else may go."""

    trouble: str = ""


def shares(planned: list[Plan], now: dt.datetime) -> list[int | None]:
    """How many of each edition go first: some of the one that most people get, and nobody of the others. None holds nobody."""
    people = editions.counts(planned, now)
    if not planned or sum(people) <= settings.BULLETIN_RAMP:
        return [None] * len(planned)
    largest = people.index(max(people))
    return [settings.BULLETIN_RAMP if place == largest else 0 for place in range(len(planned))]


def verdict(issue: BulletinIssue, messages: list[Message], now: dt.datetime) -> Verdict | None:
    """None while the first are on their way, or may still come back. Whoever a server has put off is not waited for."""
    found = _first(messages)
    if not _has_ended(messages, found):
        return None
    if found["settled"] and now < found["last"] + dt.timedelta(minutes=settings.BULLETIN_RAMP_MINUTES):
        return None
    if found["bad"] * 100 > found["settled"] * settings.BULLETIN_RAMP_PERCENT:
        return Verdict(
            f"{found['bad']} of the first {found['settled']} were refused or came back: look at why before the others get it."
        )
    return Verdict()


def has_been_tried(messages: list[Message]) -> bool:
    """The first have theirs, or were refused: before that nothing is known of how the others would fare."""
    found = _first(messages)
    return _has_ended(messages, found) and found["settled"] > 0


def _first(messages: list[Message]) -> dict[str, Any]:
    first = Delivery.objects.filter(message__in=messages).exclude(next_attempt_at__in=[Delivery.HELD, Delivery.FREEZING])
    return first.exclude(state=State.SKIPPED).aggregate(
        all=Count("pk"),
        in_hand=Count("pk", filter=Q(state__in=[State.QUEUED, *Delivery.IN_HAND])),
        settled=Count("pk", filter=Q(state__in=Delivery.SETTLED)),
        bad=Count("pk", filter=Q(state=State.FAILED) | Q(fate__in=CAME_BACK)),
        last=Max("settled_at"),
    )


def _has_ended(messages: list[Message], found: dict[str, Any]) -> bool:
    return not (any(message.freezing for message in messages) or found["in_hand"] or (found["all"] and not found["settled"]))
