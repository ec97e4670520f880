"""What is going quiet, and the measures, each held to its definition."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType

from forum.models import Answer, AnswerMark, Question
from hub.desk import health
from hub.search.models import Suggestion
from tests.factories.accounts import UserFactory
from tests.factories.forum import AnswerFactory, CommentFactory, InterestFactory, QuestionFactory
from tests.factories.members import MembershipFactory
from tests.factories.organisations import CouncilFactory

pytestmark = pytest.mark.django_db

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def asked(at, **fields):
    return QuestionFactory(asked_at=at, last_activity_at=at, **fields)


def answered(question, at, **fields):
    return AnswerFactory(question=question, answered_at=at, **fields)


def quiet(viewer, now):
    return {part.slug: part for part in health.going_quiet(viewer, now)}


def measured(viewer, now):
    return [measure.value for measure in health.measures(viewer, now)]


def test_unanswered_for_three_working_days(facilitator, now):
    """`now` is a Tuesday: three working days ago was the Wednesday before the bank holiday weekend."""
    late = asked(now - 6 * DAY - HOUR, title="Late")
    asked(now - 6 * DAY + HOUR)
    answered(asked(now - 9 * DAY), now)
    own = asked(now - 9 * DAY, title="Own afterthought")
    answered(own, now, author=own.author, asker_of=own)

    found = quiet(facilitator, now)["unanswered"]

    assert (found.number, [row.text for row in found.rows]) == (2, ["Own afterthought", late.title])


def test_wanted_by_three_councils_the_askers_own_among_them(facilitator, council, now):
    question = asked(now - DAY, council=council)
    InterestFactory(question=question, council=council)
    for _ in range(2):
        InterestFactory(question=question)
    InterestFactory.create_batch(2, question=asked(now - DAY))
    settled = asked(now - DAY)
    InterestFactory.create_batch(3, question=settled)
    AnswerFactory(question=settled, accepted=True)

    found = quiet(facilitator, now)["wanted"]

    assert (found.number, found.rows[0].note) == (1, "3 councils wait")


def test_accepted_answers_are_looked_at_after_a_year_unless_they_have_worked_since(facilitator, council, now):
    def accepted(days, **mark):
        answer = answered(asked(now - 500 * DAY), now - days * DAY, accepted=True)
        if mark:
            AnswerMark.objects.create(answer=answer, question=answer.question, council=council, **mark)
        return answer.question.pk

    accepted(300)
    accepted(400, kind="worked", marked_at=now - DAY)
    wanted = {
        accepted(400),
        accepted(400, kind="worked", marked_at=now - 380 * DAY),
        accepted(10, kind="out_of_date", marked_at=now),
    }

    found = quiet(facilitator, now)["review"]

    titles = set(Question.objects.filter(pk__in=wanted).values_list("title", flat=True))
    assert (found.number, {row.text for row in found.rows}) == (3, titles)


def test_councils_that_are_silent_or_without_a_lead(facilitator, now):
    spoke, silent, led, empty = (CouncilFactory(name=name) for name in ("Spoke", "Silent", "Led", "Empty"))
    for council in (spoke, silent):
        MembershipFactory(organisation=council)
    MembershipFactory(organisation=led, is_lead=True)
    MembershipFactory(organisation=empty, pending=True)
    answered(asked(now - 200 * DAY, council=silent), now - DAY, council=spoke)

    found = quiet(facilitator, now)

    assert [row.text for row in found["silent"].rows] == ["Led", "Silent"]
    assert [row.text for row in found["leads"].rows] == ["Silent", "Spoke"]


def test_the_measures_are_what_their_definitions_say(facilitator, council, now):
    monday = now.replace(day=20, month=4, hour=9)  # 10 in London
    answered(asked(monday), monday + 2 * HOUR, council=council)
    answered(asked(monday), monday + 26 * HOUR, council=council)  # 1 + 8 working hours later
    answered(asked(monday), monday + 8 * DAY)
    asked(monday)
    asked(now - DAY)  # has six days left
    answered(asked(now - 100 * DAY), now - 95 * DAY)  # before the period

    assert measured(facilitator, now)[:3] == ["50%", "10.0", "1"]


def test_the_share_of_the_ten_most_active(facilitator, now):
    """Twelve people and one who is nobody: 10 x 2 of 24 posts."""
    for person in UserFactory.create_batch(10):
        asked(now - DAY, author=person)
        CommentFactory(author=person, commented_at=now - DAY, question=asked(now - 200 * DAY))
    for person in UserFactory.create_batch(2):
        asked(now - DAY, author=person)
    asked(now - DAY, author=None)
    asked(now - DAY, author=None)

    assert measured(facilitator, now)[4] == "83%"


def test_a_duplicate_is_deflected_when_what_was_shown_answered_it_and_nothing_was_posted(facilitator, now):
    about = {"content_type": ContentType.objects.get_for_model(Question), "shown_at": now - DAY}
    for draft, number, fields in (
        ("one", "1", {"answered_at": now - DAY}),
        ("one", "2", {"answered_at": now - DAY}),
        ("two", "1", {"answered_at": now - DAY}),
        ("two", "2", {"posted_at": now}),  # posted anyway
        ("three", "1", {"opened_at": now}),
        ("four", "1", {"answered_at": now - 100 * DAY}),
    ):
        Suggestion.objects.create(draft=draft, object_pk=number, **about, **fields)

    assert measured(facilitator, now)[3] == "1"


def test_an_empty_hub_has_no_measures_yet(facilitator, now):
    assert measured(facilitator, now) == ["None yet", "None yet", "0", "0", "None yet"]
    assert all(part.number == 0 for part in health.going_quiet(facilitator, now))


def test_the_page_costs_the_same_however_long_its_lists_are(facilitator, as_, assert_constant_queries, now):
    client = as_(facilitator)

    def grow():
        for _ in range(4):
            question = asked(now - 20 * DAY)
            InterestFactory.create_batch(3, question=question)
            answered(asked(now - 500 * DAY), now - 400 * DAY, accepted=True)
            MembershipFactory()

    grow()
    assert_constant_queries(lambda: client.get("/desk/health/"), grow=grow)
    assert Answer.objects.exists()


def test_the_numbers_can_be_taken_away(facilitator, as_):
    response = as_(facilitator).get("/desk/health.csv")

    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert len(lines) == 1 + 5 + 5
    assert "How it is counted" in lines[0]
