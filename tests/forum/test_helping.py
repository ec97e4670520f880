"""A question that nobody answered finds the people who may know: whom, why, how often, and what they can say to it."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from forum import actions, candidates, queries
from forum.models import HelpRequest, Question
from hub.core.audience import Audience
from hub.core.working_time import working_days_after
from hub.members.models import ProfileConcept
from hub.notifications.models import Notification
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.members import MembershipFactory, ProfileFactory
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProductOfferFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db

State, Reason = HelpRequest.State, HelpRequest.Reason


@pytest.fixture
def product(db):
    return ProductFactory(name="Northgate CRM")


@pytest.fixture
def term(db):
    return ConceptFactory(label="Channel shift")


@pytest.fixture
def question(member, council, product, term, now):
    return QuestionFactory(author=member, council=council, asked_at=now, products=[product], concepts=[term])


def offers(person, term):
    return ProfileConcept.objects.create(profile=ProfileFactory(user=person), concept=term, kind=ProfileConcept.Kind.OFFER)


def found(question, now, most=10):
    return {candidate.user_id: candidate.reasons for candidate in candidates.candidates(question, now, most=most)}


# --- Who ------------------------------------------------------------------------------------------------


def test_members_of_councils_that_run_the_system(question, product, now):
    user = MembershipFactory().user
    InstallationFactory(council=user.memberships.get().organisation, product=product)
    retired = MembershipFactory().user
    InstallationFactory(council=retired.memberships.get().organisation, product=product, status="retired")

    assert found(question, now) == {user.pk: {Reason.SYSTEM}}


def test_those_who_offered_and_those_whose_answer_was_accepted(question, product, term, now):
    offered, knows, helped = (MembershipFactory().user for _ in range(3))
    offers(offered, term)
    ProductOfferFactory(user=knows, product=product)
    AnswerFactory(question=QuestionFactory(concepts=[term]), author=helped, accepted=True)
    AnswerFactory(question=QuestionFactory(), author=MembershipFactory().user, accepted=True)

    assert found(question, now) == {
        offered.pk: {Reason.OFFERED_TERM},
        knows.pk: {Reason.OFFERED_SYSTEM},
        helped.pk: {Reason.ACCEPTED},
    }


def test_whoever_has_more_reasons_comes_first_and_councils_take_turns(question, product, term, now):
    ours = InstallationFactory(product=product).council
    first, second = (MembershipFactory(organisation=ours).user for _ in range(2))
    offers(first, term)
    elsewhere = MembershipFactory().user
    InstallationFactory(product=product, council=elsewhere.memberships.get().organisation)

    assert list(found(question, now)) == [first.pk, elsewhere.pk, second.pk]


def test_nobody_who_asked_answered_left_or_waits(question, member, product, term, pending, supplier_person, now):
    answered, left, suspended = (MembershipFactory().user for _ in range(3))
    for person in (member, answered, left, suspended, pending, supplier_person):
        offers(person, term)
    AnswerFactory(question=question, author=answered)
    left.memberships.update(ended_at=now)
    suspended.is_active = False
    suspended.save()

    assert found(question, now) == {}


def test_nobody_is_asked_more_often_than_the_setting_says(question, stranger, term, now, settings):
    settings.HELP_REQUESTS_A_MONTH = 1
    offers(stranger, term)
    earlier = QuestionFactory(concepts=[term])
    (request,) = actions.propose_helpers(question=earlier, by=None, now=now)
    actions.ask_helpers(question=earlier, requests=[request], by=None, now=now)

    assert found(question, now) == {}
    assert found(question, now + dt.timedelta(days=31)) == {stranger.pk: {Reason.OFFERED_TERM}}


# --- When, and who asks -----------------------------------------------------------------------------------


def test_the_hub_looks_after_two_working_days_and_once(question, stranger, term, now):
    offers(stranger, term)

    assert actions.look_for_helpers(now=now + dt.timedelta(days=1)) == 0
    later = working_days_after(now, 2) + dt.timedelta(minutes=1)
    assert actions.look_for_helpers(now=later) == 1
    assert actions.look_for_helpers(now=later) == 0

    assert question.help_requests.get().state == State.PROPOSED
    assert not Notification.objects.exists()


def test_a_question_with_an_answer_needs_no_help(question, stranger, term, now):
    offers(MembershipFactory().user, term)
    AnswerFactory(question=question, author=stranger)

    assert actions.look_for_helpers(now=working_days_after(now, 5)) == 0


def test_the_hub_asks_by_itself_where_it_is_set_to(question, stranger, term, now, settings):
    settings.HELP_ASKED_BY_THE_HUB = True
    offers(stranger, term)

    actions.look_for_helpers(now=working_days_after(now, 3))

    told = Notification.objects.get()
    assert (told.person, told.kind, told.reasons) == (stranger, "help-asked", ["help-offered-term"])


def test_a_facilitator_asks_nobody_and_finds_them_again(client, question, stranger, facilitator, term, now):
    offers(stranger, term)
    later = working_days_after(now, 3)
    actions.look_for_helpers(now=later)
    client.force_login(facilitator)
    assert question in queries.with_helpers_to_ask(facilitator)
    address = reverse("forum:helpers", args=[question.public_id])

    page = client.post(address, {"people": [question.help_requests.get().public_id], "nobody": "1"}, follow=True).text

    assert "Nobody is asked" in page
    assert "Nobody is proposed just now" in page
    assert not Notification.objects.exists()
    assert question not in queries.with_helpers_to_ask(facilitator)
    assert actions.look_for_helpers(now=later) == 0
    client.post(address, {"look": "1"})
    assert question.help_requests.get().person == stranger


def test_who_was_asked_stays_asked_when_nobody_else_is(question, stranger, term, now):
    offers(stranger, term)
    offers(MembershipFactory().user, term)
    first, _ = actions.propose_helpers(question=question, by=None, now=now)
    actions.ask_helpers(question=question, requests=[first], by=None, now=now)

    assert actions.ask_nobody(question=question, now=now) == 1
    assert question.help_requests.get() == first


def test_asking_twice_asks_once(question, stranger, facilitator, term, now):
    offers(stranger, term)
    requests = actions.propose_helpers(question=question, by=facilitator, now=now)

    assert actions.ask_helpers(question=question, requests=requests, by=facilitator, now=now) == 1
    assert actions.ask_helpers(question=question, requests=requests, by=facilitator, now=now) == 0
    assert Notification.objects.count() == 1


# --- What they say ----------------------------------------------------------------------------------------


@pytest.fixture
def asked(question, stranger, facilitator, term, now):
    offers(stranger, term)
    requests = actions.propose_helpers(question=question, by=facilitator, now=now)
    actions.ask_helpers(question=question, requests=requests, by=facilitator, now=now)
    return question.help_requests.get()


def test_not_me_and_the_other_is_asked_without_being_told_by_whom(asked, question, stranger, term, client, now):
    other = MembershipFactory(user__first_name="Olu").user
    offers(other, term)
    client.force_login(stranger)

    page = client.get(f"/question-time/help/{asked.public_id}/not-me/").content.decode()
    client.post(f"/question-time/help/{asked.public_id}/not-me/", {"instead": other.public_id})

    assert "try Olu" in page
    asked.refresh_from_db()
    assert asked.state == State.DECLINED
    passed_on = question.help_requests.get(person=other)
    assert (passed_on.state, passed_on.reasons, passed_on.sent_by) == (State.SENT, [Reason.NAMED], None)


def test_who_is_offered_instead_follows_what_the_viewer_may_know(asked, question, stranger, product, now):
    """A council's own fact puts its people among those the hub would ask, and nowhere that another council sees."""
    secret = MembershipFactory().user
    InstallationFactory(council=secret.memberships.get().organisation, product=product, own_council=True)

    assert secret.pk in found(question, now)
    assert candidates.to_try_instead(question, stranger, now) == []


def test_not_me_can_be_taken_back(asked, stranger, now):
    actions.not_me(request=asked, by=stranger, now=now)
    actions.after_all(request=asked, by=stranger, now=now)

    asked.refresh_from_db()
    assert (asked.state, asked.settled_at) == (State.SENT, None)


def test_whoever_answers_is_done_and_whoever_lets_it_go_by_is_left_alone(asked, question, stranger, now):
    assert actions.settle_help(now=now) == 0
    AnswerFactory(question=question, author=stranger, answered_at=now + dt.timedelta(hours=1))

    actions.settle_help(now=now + dt.timedelta(hours=2))

    asked.refresh_from_db()
    assert asked.state == State.ANSWERED


def test_a_request_that_nobody_reacts_to_lapses(asked, now):
    actions.settle_help(now=now + dt.timedelta(days=15))

    asked.refresh_from_db()
    assert asked.state == State.LAPSED


# --- Who sees it --------------------------------------------------------------------------------------------


def test_a_request_is_seen_by_its_person_and_the_facilitators(asked, question, member, stranger, facilitator, now):
    other = MembershipFactory().user

    for viewer, sees in ((stranger, True), (facilitator, True), (member, False), (other, False), (AnonymousUser(), False)):
        assert HelpRequest.objects.visible_to(viewer).exists() is sees


def test_a_request_goes_out_of_sight_with_its_question(asked, question, stranger):
    Question.objects.filter(pk=question.pk).update(status=Question.Status.HIDDEN)

    assert not HelpRequest.objects.visible_to(stranger).exists()


def test_both_lists_cost_the_same_however_long_they_get(
    asked, question, stranger, facilitator, term, client, now, assert_constant_queries
):
    def grow():
        for _ in range(5):
            offers(MembershipFactory().user, term)
            another = QuestionFactory(concepts=[term])
            actions.propose_helpers(question=another, by=None, now=now)
            actions.ask_helpers(question=another, requests=list(another.help_requests.filter(person=stranger)), by=None, now=now)
        actions.propose_helpers(question=question, by=None, now=now)

    client.force_login(facilitator)
    assert_constant_queries(lambda: client.get(f"/question-time/{question.public_id}/helpers/"), grow=grow)
    client.force_login(stranger)
    assert_constant_queries(lambda: client.get("/question-time/help/"), grow=grow)


def test_the_facilitator_asks_those_who_are_ticked(question, facilitator, term, client, now):
    for _ in range(2):
        offers(MembershipFactory().user, term)
    client.force_login(facilitator)
    address = f"/question-time/{question.public_id}/helpers/"

    client.post(address, {"look": "1"})
    page = client.get(address).content.decode()
    assert all(request.person.memberships.get().organisation.name in page for request in question.help_requests.all())
    one, other = question.help_requests.order_by("position")
    client.post(address, {"people": [other.public_id]})

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (State.PROPOSED, State.SENT)


# --- Whatever is done, in whatever order ----------------------------------------------------------------------


class Helping(RuleBasedStateMachine):
    """Three people on one question."""

    def __init__(self) -> None:
        super().__init__()
        self.now = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)
        self.term = ConceptFactory()
        self.people = [MembershipFactory().user for _ in range(3)]
        for person in self.people:
            offers(person, self.term)
        self.question = QuestionFactory(concepts=[self.term], audience=Audience.MEMBERS)
        self.told: dict[int, int] = {}

    @rule(hours=st.integers(1, 200))
    def wait(self, hours):
        self.now += dt.timedelta(hours=hours)
        actions.settle_help(now=self.now)

    @rule()
    def look(self):
        actions.look_for_helpers(now=self.now)
        actions.propose_helpers(question=self.question, by=None, now=self.now)

    @rule(number=st.integers(1, 3))
    def ask(self, number):
        actions.ask_helpers(
            question=self.question, requests=list(self.question.help_requests.all()[:number]), by=None, now=self.now
        )

    @rule()
    def ask_nobody(self):
        actions.ask_nobody(question=self.question, now=self.now)

    @rule(who=st.integers(0, 2), other=st.integers(0, 2))
    def say_not_me(self, who, other):
        request = self.question.help_requests.filter(person=self.people[who]).exclude(state=State.PROPOSED).first()
        if request is not None and who != other:
            actions.not_me(request=request, by=self.people[who], instead=self.people[other], now=self.now)

    @rule(who=st.integers(0, 2))
    def say_after_all(self, who):
        request = self.question.help_requests.filter(person=self.people[who]).first()
        if request is not None:
            actions.after_all(request=request, by=self.people[who], now=self.now)

    @invariant()
    def everybody_is_told_once_at_most(self):
        for person in self.people:
            assert Notification.objects.filter(person=person, kind="help-asked").count() <= 1

    @invariant()
    def whoever_was_told_was_asked(self):
        told = set(Notification.objects.filter(kind="help-asked").values_list("person", flat=True))
        assert told == set(self.question.help_requests.sent().values_list("person", flat=True))


class HelpingTests(TestCase):
    def test_whatever_is_done_nobody_is_bothered_twice(self):
        def machine():
            Notification.objects.all().delete()
            return Helping()

        sequences = int(os.environ.get("HUB_SEQUENCES", "4"))
        run_state_machine_as_test(
            machine, settings=hypothesis_settings(max_examples=sequences, stateful_step_count=12, deadline=None)
        )
