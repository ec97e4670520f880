"""Whatever anybody does in whatever order: nobody is written to who did not ask, nobody who left, and the proof of it is whole.

`make proofs-bulletin SEQUENCES=10000` runs it long.
"""

from __future__ import annotations

import datetime as dt
import os
from itertools import count
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hub.accounts.models import User
from hub.bulletin import actions, links, queries, totals
from hub.bulletin.models import BulletinIssue, BulletinItem, ConsentEvent, Subscriber
from hub.bulletin.refusals import Refusal
from hub.core import personal_data
from hub.core.audience import Audience
from hub.mail import actions as mail
from hub.mail import sender
from hub.mail.models import Lane, OptOut, Suppression
from hub.mail.recipients import address_hash
from hub.members import actions as members
from hub.members.models import Membership, Role, Suspension
from hub.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.forum import QuestionFactory
from tests.factories.mail import ScriptedTransport
from tests.factories.members import MembershipFactory, OfficeFactory
from tests.factories.organisations import CouncilFactory
from tests.hub.bulletin.mailed import parse, text_of, write_down

SEQUENCES = int(os.environ.get("HUB_BULLETIN_SEQUENCES", "3"))
OPEN, CLOSED = "Who mends the street light?", "Who pays what for it?"
START = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)
NAMES = ("ann", "bob", "cat")  # Cat is a member and takes the members' edition from the beginning
ADDRESSES = {name: f"{name}@council.example" for name in NAMES}
who = st.sampled_from(NAMES)


class Person:
    """What somebody last said, as they would tell it themselves."""

    def __init__(self) -> None:
        self.wants = False
        self.rests_until: dt.datetime | None = None
        self.left_at: dt.datetime | None = None
        self.blocked = ""  # why the ledger writes to them no more
        self.has_account = False
        self.is_member = False
        self.is_suspended = False
        self.members_edition = True  # as they last chose

    @property
    def reads_as_a_member(self) -> bool:
        return self.has_account and self.is_member and not self.is_suspended


class Bulletin(RuleBasedStateMachine):
    numbers = count(1)
    sequences = 0

    @initialize()
    def an_empty_hub(self) -> None:
        type(self).sequences += 1
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        assert not Subscriber.objects.exists()
        assert not User.objects.exists()
        self.questions = [QuestionFactory(title=OPEN), QuestionFactory(title=CLOSED, for_members=True)]
        self.handed: set[tuple[str, str]] = set()
        self.council = Organisation.objects.first() or CouncilFactory()
        cache.clear()
        self.now = START
        self.people = {name: Person() for name in NAMES}
        self.letters = ScriptedTransport()
        self.issues = ScriptedTransport()
        self.facilitator = OfficeFactory(role=Role.FACILITATOR).user
        self.they_get_an_account("cat")
        self.they_join_a_council("cat")
        self.they_take_it_from_their_account("cat")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def subscriber(self, name: str) -> Subscriber | None:
        return Subscriber.objects.of_address(ADDRESSES[name]).first()

    def said_no(self, name: str) -> None:
        person = self.people[name]
        person.wants, person.rests_until = False, None

    # --- What people do -------------------------------------------------------------------------

    @rule(name=who)
    def somebody_asks(self, name: str) -> None:
        """They themselves, or somebody who typed their address."""
        actions.subscribe(email=ADDRESSES[name], now=self.now)
        sender.drain(Lane.SIGN_IN, self.letters, self.now)

    @rule(name=who)
    def they_confirm(self, name: str) -> None:
        """Only by a letter that reached them; their own new yes takes back their own no."""
        subscriber, person = self.subscriber(name), self.people[name]
        reached = ADDRESSES[name] in self.letters.recipients
        if subscriber and subscriber.state == Subscriber.State.PENDING and reached:
            actions.confirm(subscriber=subscriber, now=self.now)
            person.wants, person.left_at = True, None
            if person.blocked in ("complaint", "asked"):
                person.blocked = ""

    @rule(name=who, months=st.integers(1, 3))
    def they_rest(self, name: str, months: int) -> None:
        subscriber, person = self.subscriber(name), self.people[name]
        if subscriber:
            actions.pause(subscriber=subscriber, months=months, now=self.now)
            if person.wants:
                person.rests_until = self.now + dt.timedelta(days=30 * months)

    @rule(name=who)
    def they_start_again(self, name: str) -> None:
        if subscriber := self.subscriber(name):
            actions.resume(subscriber=subscriber, now=self.now)
            self.people[name].rests_until = None

    @rule(name=who, members_edition=st.booleans())
    def they_change(self, name: str, members_edition: bool) -> None:
        if subscriber := self.subscriber(name):
            actions.change_topics(subscriber=subscriber, topics=[], members_edition=members_edition, now=self.now)
            if self.people[name].wants:
                self.people[name].members_edition = members_edition

    @rule(name=who, everything=st.booleans(), twice=st.booleans())
    def they_leave(self, name: str, everything: bool, twice: bool) -> None:
        """By one click, as a mail program does it, from a link of any age."""
        subscriber, person = self.subscriber(name), self.people[name]
        if subscriber is None:
            return
        if person.wants:
            person.left_at = self.now
        elif subscriber.state == Subscriber.State.PENDING:
            person.left_at = None
        was_out = subscriber.state == Subscriber.State.UNSUBSCRIBED
        for _ in range(2 if twice else 1):
            actions.unsubscribe(subscriber=Subscriber.objects.get(pk=subscriber.pk), everything=everything, now=self.now)
        if everything and not person.blocked:
            person.blocked = "asked"
        if not was_out:
            self.said_no(name)

    @rule(name=who)
    def they_take_it_back(self, name: str) -> None:
        subscriber, person = self.subscriber(name), self.people[name]
        if subscriber is None:
            return
        came_back = actions.come_back(subscriber=subscriber, now=self.now)
        in_time = person.left_at is not None and self.now - person.left_at < links.UNDO_WITHIN
        if came_back and not person.wants:
            assert in_time
            person.wants, person.left_at = True, None
            if person.blocked in ("complaint", "asked"):
                person.blocked = ""

    @rule(name=who)
    def a_scanner_opens_their_links(self, name: str) -> None:
        """Three times each, and changes nothing."""
        subscriber = self.subscriber(name)
        if subscriber is None:
            return
        before = [list(model.objects.order_by("pk").values()) for model in (Subscriber, ConsentEvent, OptOut, Suppression)]
        for path in (
            f"/bulletin/confirm/{links.confirm_token(subscriber, subscriber.asked_at)}/",
            f"/bulletin/preferences/{links.preferences_token(subscriber)}/",
            f"/bulletin/unsubscribe/{links.unsubscribe_token(subscriber)}/",
        ):
            for _ in range(3):
                Client(headers={"user-agent": "LinkScanner/1.0"}).get(path)
            Client().head(path)
        assert before == [list(model.objects.order_by("pk").values()) for model in (Subscriber, ConsentEvent, OptOut, Suppression)]

    # --- What mail servers say ------------------------------------------------------------------

    @rule(name=who, reason=st.sampled_from(["hard-bounce", "complaint"]))
    def the_ledger_stops_them(self, name: str, reason: str) -> None:
        mail.suppress(ADDRESSES[name], reason, self.now)
        person = self.people[name]
        if not person.blocked:
            person.blocked = reason
            person.left_at = None
            self.said_no(name)

    # --- Accounts -------------------------------------------------------------------------------

    @rule(name=who)
    def they_get_an_account(self, name: str) -> None:
        if not self.people[name].has_account:
            user = UserFactory(email=ADDRESSES[name])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            actions.link_account(user=user, email=user.email, now=self.now)
            self.people[name].has_account = True

    @rule(name=who)
    def they_take_it_from_their_account(self, name: str) -> None:
        person = self.people[name]
        if person.has_account:
            actions.subscribe_member(email=ADDRESSES[name], by=User.objects.get(email=ADDRESSES[name]), now=self.now)
            if not person.wants:
                person.wants, person.left_at = True, None
                if person.blocked in ("complaint", "asked"):
                    person.blocked = ""

    @rule(name=who)
    def they_join_a_council(self, name: str) -> None:
        person = self.people[name]
        if person.has_account and not person.is_member:
            MembershipFactory(user=User.objects.get(email=ADDRESSES[name]), organisation=self.council, started_at=self.now)
            person.is_member = True

    @rule(name=who)
    def they_leave_their_council(self, name: str) -> None:
        """And go on taking the bulletin."""
        Membership.objects.filter(user__email=ADDRESSES[name], ended_at=None).update(ended_at=self.now)
        self.people[name].is_member = False

    @rule(name=who)
    def they_are_suspended_or_no_longer(self, name: str) -> None:
        person = self.people[name]
        if not person.has_account:
            return
        if person.is_suspended:
            members.lift_suspension(user=User.objects.get(email=ADDRESSES[name]), by=self.facilitator, now=self.now)
        else:
            user = User.objects.get(email=ADDRESSES[name])
            members.suspend(user=user, reason="Advertisements.", by=self.facilitator, now=self.now)
        person.is_suspended = not person.is_suspended

    @rule(name=who)
    def they_are_erased(self, name: str) -> None:
        person = self.people[name]
        if person.has_account:
            personal_data.erase(User.objects.get(email=ADDRESSES[name]))
            Suspension.objects.filter(user__email=ADDRESSES[name]).delete()
            Membership.objects.filter(user__email=ADDRESSES[name]).delete()
            User.objects.filter(email=ADDRESSES[name]).delete()
            person.has_account, person.is_member, person.is_suspended, person.left_at = False, False, False, None
            person.members_edition = True  # their row is gone, and with it their choice
            self.said_no(name)

    # --- What the hub does ----------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 20, 30, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        """And the worker looks after things."""
        self.now += dt.timedelta(hours=hours)
        while actions.resume_rested(now=self.now):
            pass
        actions.purge_unconfirmed(now=self.now)
        actions.forget_who_left(now=self.now)
        for person in self.people.values():
            if person.rests_until and person.rests_until <= self.now:
                person.rests_until = None

    @rule()
    def an_issue_is_sent(self) -> None:
        """Into the ledger, with something that only members may read; what waits there is handed over later."""
        number = next(self.numbers)
        issue = BulletinIssue.objects.create(
            number=number, title=f"Issue {number}", state=BulletinIssue.State.FROZEN, frozen_at=self.now, created_at=self.now
        )
        for position, (question, audience) in enumerate(zip(self.questions, Audience, strict=True)):
            BulletinItem.objects.create(
                issue=issue,
                section="questions",
                question=question,
                audience=audience,
                title=question.title,
                url=question.get_absolute_url(),
                position=position,
            )
        actions.send(issue=issue, by=None, now=self.now)

    @rule(name=who, by_suspension=st.booleans())
    def somebody_loses_their_rights_while_an_issue_goes_out(self, name: str, by_suspension: bool) -> None:
        self.an_issue_is_sent()
        write_down(self.now)
        if by_suspension:
            self.they_are_suspended_or_no_longer(name)
        else:
            self.they_leave_their_council(name)
        self.the_worker_hands_over()

    @rule()
    def the_worker_hands_over(self) -> None:
        before = len(self.issues.handed)
        with patch("django.utils.timezone.now", return_value=self.now):  # the ledger asks who is a member at this moment
            for _ in range(4):  # who was held back has their turn at the next look
                write_down(self.now)
                while sender.drain(Lane.BULK, self.issues, self.now):
                    pass
                for issue in queries.going_out():
                    actions.look_after(issue=issue, now=self.now)
                if not queries.going_out():
                    break
        assert not queries.going_out()
        for envelope in self.issues.handed[before:]:
            address, mail = envelope.recipient, parse(envelope.data)
            name = next(name for name, known in ADDRESSES.items() if known == address)
            person = self.people[name]
            assert (mail["Subject"], address) not in self.handed, f"{name} got it before"
            self.handed.add((mail["Subject"], address))
            assert OPEN in text_of(mail)
            if CLOSED in text_of(mail):
                assert person.reads_as_a_member, f"{name} is no member at this moment"
                assert person.members_edition, f"{name} wants the public edition"
            assert person.wants, f"{name} had said no"
            assert person.rests_until is None, f"{name} rests"
            assert not person.blocked, f"{name} is stopped: {person.blocked}"
            assert self.subscriber(name).is_active
            assert totals.proof_of(self.now, email=address).is_complete

    # --- What always holds ----------------------------------------------------------------------

    @invariant()
    def the_list_is_those_who_want_it(self) -> None:
        on_it = set(Subscriber.objects.on_the_list().values_list("email", flat=True))
        assert on_it == {ADDRESSES[name] for name, person in self.people.items() if person.wants}

    @invariant()
    def each_row_says_what_they_said_and_has_its_proof(self) -> None:
        """All that can be read in one query is, for this is done after every step."""
        rows = list(Subscriber.objects.all())
        people = {ADDRESSES[name]: person for name, person in self.people.items()}

        hashes = [row.address_hash for row in rows]
        assert len(hashes) == len(set(hashes)), "somebody has two rows"
        assert set(hashes) <= {address_hash(address) for address in people}
        assert {row.email for row in rows if row.is_paused} == {address for address, person in people.items() if person.rests_until}
        active = [row for row in rows if row.is_active]
        refused = OptOut.objects.filter(address_hash__in=[row.address_hash for row in active], stream="bulletin")
        assert not refused.exists()
        for row in active:
            assert totals.proof_of(self.now, email=row.email).is_complete

        found = set(Subscriber.objects.active().who_get_members_edition(self.now).values_list("email", flat=True))
        choosy = {row.email for row in active if not row.wants_members_edition}
        assert found == {row.email for row in active if people[row.email].reads_as_a_member} - choosy
        assert choosy <= {address for address, person in people.items() if not person.members_edition}


def test_whatever_anybody_does(django_db_setup, django_db_blocker) -> None:
    """Each sequence has a transaction of its own: within one for all, SQLite slows down with every savepoint."""
    with django_db_blocker.unblock():
        run_state_machine_as_test(
            Bulletin,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=20 if SEQUENCES < 100 else 30,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
    print(f"{Bulletin.sequences} sequences, {next(Bulletin.numbers) - 1} issues sent")  # noqa: T201 - what was proved
    assert Bulletin.sequences >= SEQUENCES


def test_a_refusal_leaves_no_word_of_consent(db, monkeypatch):
    monkeypatch.setattr("hub.bulletin.actions.subscribing.MOST_FROM_ONE_PLACE", 0)
    with pytest.raises(Refusal):
        actions.subscribe(email="ann@council.example", ip="192.0.2.1", now=START)

    assert not ConsentEvent.objects.exists()
