"""How many take the bulletin, and how that changes: numbers only. And whether the proof of their consent is whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from hub.accounts.models import User
from hub.bulletin import topics
from hub.bulletin.models import ConsentEvent, ListReading, Subscriber
from hub.mail.recipients import address_hash
from hub.members.belonging import has_confirmed

Kind = ConsentEvent.Kind
State = Subscriber.State


@dataclass(frozen=True)
class Totals:
    active: int
    with_account: int  # of the active
    members_edition: int  # of the active: those who would get it now
    pending: int
    paused: int
    suppressed: int
    confirmed_this_month: int
    left_this_month: int
    by_topic: list[tuple[str, int]]
    everything_new: int  # of the active: those who chose no topic


def totals(now: dt.datetime) -> Totals:
    """As many queries however many people."""
    states = dict(Subscriber.objects.order_by().values_list("state").annotate(Count("pk")))
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lately = ConsentEvent.objects.filter(happened_at__gte=month).order_by()
    events = dict(lately.values_list("kind").annotate(Count("address_hash", distinct=True)))
    active, offered, numbers = Subscriber.objects.active(), topics.offered(), topics.choosers()
    return Totals(
        active=states.get(State.ACTIVE, 0),
        with_account=active.exclude(user=None).count(),
        members_edition=active.who_get_members_edition(now).count(),
        pending=states.get(State.PENDING, 0),
        paused=states.get(State.PAUSED, 0),
        suppressed=states.get(State.SUPPRESSED, 0),
        confirmed_this_month=events.get(Kind.CONFIRMED, 0),
        left_this_month=events.get(Kind.LEFT, 0),
        by_topic=[(topic.label, numbers[topic.public_id]) for topic in offered],
        everything_new=active.filter(topic_key=0).count(),
    )


def list_readings() -> QuerySet[ListReading]:
    return ListReading.objects.select_related("read_by").order_by("-read_at", "-pk")


def subscription_of(user: User) -> Subscriber | None:
    """Under their main address, which they have proved."""
    if not has_confirmed(user, user.email):
        return None
    return Subscriber.objects.of_address(user.email).on_the_list().first()


# --- The proof --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """Why a mailbox was written to at a moment: what it asked for, when, to which words and where; and that it did not say no since."""

    asked: ConsentEvent | None
    confirmed: ConsentEvent | None
    last_word: ConsentEvent | None

    @property
    def is_complete(self) -> bool:
        return (
            self.asked is not None
            and self.confirmed is not None
            and self.last_word is not None
            and self.last_word.kind in ConsentEvent.YES
        )


def proof_of(at: dt.datetime, *, email: str = "", hashed: str = "") -> Proof:
    """By the address or its keyed hash, so that it can be shown of somebody who was erased."""
    events = list(
        ConsentEvent.objects.filter(address_hash=hashed or address_hash(email), happened_at__lte=at).order_by("happened_at", "pk")
    )
    words = [event for event in events if event.kind in (*ConsentEvent.YES, *ConsentEvent.NO)]
    confirmed = next((event for event in reversed(events) if event.kind == Kind.CONFIRMED), None)
    before = events[: events.index(confirmed)] if confirmed else events
    asked = next((event for event in reversed(before) if event.kind == Kind.ASKED), None)
    return Proof(asked, confirmed, words[-1] if words else None)
