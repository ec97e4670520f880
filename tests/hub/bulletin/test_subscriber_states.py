"""Whatever anybody does in whatever order: nobody is written to who did not ask, and nobody who left."""

from __future__ import annotations

import datetime as dt

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hub.bulletin import actions
from hub.bulletin.models import Section, Subscriber
from hub.mail.models import OptOut
from hub.mail.recipients import address_hash

START = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)
ADDRESS = "ann@council.example"
TOPICS = st.sets(st.sampled_from(list(Section)), min_size=1)


class OneMailbox(RuleBasedStateMachine):
    """`wants` is what the person behind the mailbox last said."""

    def __init__(self) -> None:
        super().__init__()
        Subscriber.objects.all().delete()
        OptOut.objects.all().delete()
        self.now = START
        self.wants = False

    def subscriber(self) -> Subscriber | None:
        return Subscriber.objects.of_address(ADDRESS).first()

    @rule(topics=TOPICS)
    def somebody_asks(self, topics: set[Section]) -> None:
        actions.subscribe(email=ADDRESS, topics=topics, now=self.now)

    @rule()
    def they_confirm(self) -> None:
        if (subscriber := self.subscriber()) and subscriber.state == Subscriber.State.PENDING:
            actions.confirm(subscriber=subscriber, now=self.now)
            self.wants = True

    @rule()
    def they_leave(self) -> None:
        if subscriber := self.subscriber():
            actions.unsubscribe(subscriber=subscriber, now=self.now)
            self.wants = False

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        actions.purge_unconfirmed(now=self.now)

    @invariant()
    def only_who_wants_it_is_on_the_list(self) -> None:
        assert Subscriber.objects.active().exists() == self.wants

    @invariant()
    def an_opt_out_and_a_subscription_never_stand_together(self) -> None:
        left = OptOut.objects.filter(address_hash=address_hash(ADDRESS), stream="bulletin").exists()
        assert not (left and self.wants)

    @invariant()
    def there_is_one_row_at_most(self) -> None:
        assert Subscriber.objects.count() <= 1


class TestOneMailbox(OneMailbox.TestCase, TestCase):  # type: ignore[misc, name-defined]
    settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
