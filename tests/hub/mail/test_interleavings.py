"""However posting, leaving, killing and draining interleave, the counts balance and nobody gets anything twice."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hub.mail import actions, fates, queries, sender
from hub.mail.models import Delivery, Lane, Message, Suppression
from hub.mail.recipients import Recipient
from hub.mail.transports import Accepted, ConnectionFailed, Deferred, Envelope, Outcome, Refused, Uncertain
from tests.conftest import NOW

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "10"))
PEOPLE = [f"reader{number}@council.example" for number in range(6)]
STREAMS = ["bulletin", "notices"]

person = st.sampled_from(PEOPLE)
answers = st.lists(
    st.sampled_from(["take", "take", "take", "refuse", "defer", "away", "take-and-lose", "lose", "kill", "take-and-kill"]),
    max_size=8,
)
steps = st.one_of(
    st.tuples(st.just("post"), st.sampled_from(STREAMS), st.lists(person, max_size=6), st.sampled_from([None, None, 2])),
    st.tuples(st.just("drain"), answers),
    st.tuples(st.just("leave"), person, st.sampled_from(STREAMS)),
    st.tuples(st.just("return"), person, st.sampled_from(STREAMS)),
    st.tuples(st.just("suppress"), person),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume")),
    st.tuples(st.just("release")),
    st.tuples(st.just("cancel"), st.sampled_from(STREAMS)),
    st.tuples(st.just("hear"), st.integers(0, 5), st.sampled_from(["delivered", "soft-bounce", "hard-bounce", "complaint"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 3, 15, 24 * 60])),
)


class Killed(BaseException):
    """Not an Exception, so that nothing on the way tidies up: a kill would not let it."""


class World:
    """The ledger, a mail server that keeps what it took, and the people who left."""

    def __init__(self) -> None:
        self.now = NOW
        self.mailbox: Counter[tuple[str, str]] = Counter()
        self.gone: set[tuple[str, str]] = set()
        self.stopped: set[str] = set()
        self.may_be_uncertain = 0
        self.answers: list[str] = []
        self.trouble: list[str] = []

    def hand_over(self, envelope: Envelope) -> Outcome:
        delivery = Delivery.objects.select_related("message").get(public_id=envelope.name)
        if delivery.state != Delivery.State.SENDING:
            self.trouble.append(f"handed over while {delivery.state}")
        person = envelope.recipient.lower()
        if delivery.message.paused_at or delivery.message.cancelled_at:
            self.trouble.append("handed over though it was paused or called off")
        if (person, delivery.message.stream) in self.gone or person in self.stopped:
            self.trouble.append("handed over to somebody who left")
        fate = self.answers.pop(0) if self.answers else "take"
        if fate.startswith("take"):
            self.mailbox[delivery.message.key, person] += 1
        if fate.endswith(("lose", "kill")):
            self.may_be_uncertain += 1
        if fate.endswith("kill"):
            raise Killed
        if fate.endswith("lose"):
            return Uncertain(None, "Lost")
        answers = {"refuse": Refused(550, "No"), "defer": Deferred(451, "Later"), "away": ConnectionFailed(None, "Away")}
        return answers.get(fate, Accepted(250, "OK"))

    def is_resting(self) -> bool:
        return False

    def drain(self, answers: list[str]) -> None:
        self.answers = list(answers)
        with suppress(Killed):
            sender.drain(Lane.BULK, self, self.now)  # type: ignore[arg-type]

    def post(self, stream: str, people: list[str], ramp: int | None) -> None:
        recipients = [Recipient(address.title() if place % 2 else address) for place, address in enumerate(people)]
        actions.post(
            key=stream, stream=stream, lane=Lane.BULK, subject="S", text="T", recipients=recipients, ramp=ramp, now=self.now
        )

    def leave(self, address: str, stream: str) -> None:
        actions.opt_out(address.upper(), stream, self.now)
        self.gone.add((address, stream))

    def come_back(self, address: str, stream: str) -> None:
        actions.opt_in(address, stream, self.now)
        self.gone.discard((address, stream))

    def suppress(self, address: str) -> None:
        actions.suppress(address, "manual", self.now)
        self.stopped.add(address)

    def pause(self) -> None:
        for message in Message.objects.all():
            actions.pause(message, None, self.now)

    def resume(self) -> None:
        for message in Message.objects.all():
            actions.resume(message, None, self.now)

    def release(self) -> None:
        for message in Message.objects.all():
            actions.release(message, None, self.now)

    def cancel(self, stream: str) -> None:
        for message in Message.objects.filter(key=stream):
            actions.cancel(message, None, self.now)

    def hear(self, place: int, kind: str) -> None:
        """Of one that the server really took; a complaint ends the stream for them."""
        went = Delivery.objects.select_related("message").filter(state__in=["accepted", "uncertain"]).order_by("pk")
        taken = [delivery for delivery in went if self.mailbox[delivery.message.key, delivery.address.lower()]]
        if not taken:
            return
        delivery = taken[place % len(taken)]
        heard = fates.Heard("x", f"{delivery.public_id}:{kind}", kind, self.now)
        if fates.record(delivery_id=delivery.public_id, heard=heard, now=self.now) and kind == "complaint":
            self.gone.add((delivery.address.lower(), delivery.message.stream))
        if Suppression.objects.filter(address_hash=delivery.address_hash).exists():
            self.stopped.add(delivery.address.lower())

    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    def do(self, verb: str, *what: object) -> None:
        getattr(self, {"return": "come_back"}.get(verb, verb))(*what)

    def check(self) -> None:
        assert not self.trouble
        assert all(times == 1 for times in self.mailbox.values())
        for message in Message.objects.all():
            assert queries.is_balanced(message)
        for message in Message.objects.filter(ramp__isnull=False, released_at=None, cancelled_at=None):
            assert message.deliveries.filter(attempts__gt=0).count() <= message.ramp
        uncertain = Delivery.objects.uncertain().count()
        assert uncertain <= self.may_be_uncertain
        for key, address, state in Delivery.objects.values_list("message__key", "address", "state"):
            taken = self.mailbox[key, address.lower()]
            assert taken == 1 if state == "accepted" else taken == 0 or state in ("sending", "uncertain"), (state, taken)


class InterleavingTests(TestCase):
    @settings(max_examples=SEQUENCES, deadline=None)
    @given(st.lists(steps, min_size=1, max_size=14))
    def test_the_ledger_always_tells_the_truth(self, story):
        world = World()
        for step in story:
            world.do(*step)
            world.check()

        world.resume()
        world.release()
        for _ in range(4):
            world.wait(2 * 24 * 60)
            world.drain([])
            world.check()

        for message in Message.objects.all():
            assert queries.is_finished(message)
