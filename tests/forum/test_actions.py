from __future__ import annotations

import datetime as dt

import pytest

from forum import actions
from forum.models import Answer, Interest, ModerationEntry, Post, Question
from forum.signals import question_changed
from hub.core.audience import Audience
from hub.core.markdown import MAX_LENGTH
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory
from tests.factories.members import MembershipFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

LATER = dt.timedelta(hours=1)


@pytest.fixture
def heard():
    """The questions that were announced as changed."""
    questions = []

    def hear(sender, question, **kwargs):
        questions.append(question)

    question_changed.connect(hear)
    yield questions
    question_changed.disconnect(hear)


def ask(by, now, **fields) -> Question:
    return actions.ask(
        **{"title": "Who mends it?", "body": "The *light*.", "audience": Audience.PUBLIC, "by": by, "now": now, **fields}
    )


def test_a_question_keeps_its_text_as_written_and_as_shown(member, council, now):
    MembershipFactory(user=member, job_role="At another council, later", started_at=now - dt.timedelta(days=1))
    member.memberships.filter(organisation=council).update(job_role="Team leader")
    term, system = ConceptFactory(), ProductFactory()

    question = ask(member, now, concepts=[term], products=[system])

    assert (question.body, question.body_html) == ("The *light*.", "<p>The <em>light</em>.</p>\n")
    assert (question.author, question.council, question.author_job) == (member, council, "Team leader")
    assert (question.asked_at, question.last_activity_at) == (now, now)
    assert ([*question.concepts.all()], [*question.products.all()]) == ([term], [system])


def test_an_editor_without_a_council_asks_as_themselves(editor, now):
    question = ask(editor, now)

    assert (question.council, question.author_job) == (None, "")


def test_the_same_submission_asks_once(member, stranger, now):
    first = ask(member, now, submission="abc")
    again = ask(member, now, submission="abc", title="Pressed twice")
    ask(stranger, now, submission="abc")

    assert again == first
    assert Question.objects.count() == 2
    assert Question.objects.get(author=member).title == "Who mends it?"


def test_the_same_submission_answers_once(question, stranger, now):
    first = actions.answer(question=question, body="We do.", by=stranger, now=now, submission="abc")
    again = actions.answer(question=question, body="We do!", by=stranger, now=now, submission="abc")

    assert again == first
    assert question.answers.count() == 1


def test_without_a_submission_every_call_posts(question, stranger, now):
    for _ in range(2):
        actions.answer(question=question, body="We do.", by=stranger, now=now)

    assert question.answers.count() == 2


def test_an_answer_brings_its_question_to_the_top(question, stranger, now):
    answer = actions.answer(question=question, body="We do.", by=stranger, now=now + LATER)

    question.refresh_from_db()
    assert question.last_activity_at == now + LATER
    assert (answer.author, answer.council) == (stranger, stranger.memberships.get().organisation)


@pytest.mark.parametrize("take_away", ["hide", "withdraw"])
def test_an_answer_that_goes_takes_its_activity_and_its_mark_with_it(question, stranger, facilitator, now, take_away):
    answer = actions.answer(question=question, body="We do.", by=stranger, now=now + LATER)
    actions.accept(answer=answer, by=question.author, now=now)

    if take_away == "hide":
        actions.hide_answer(answer=answer, reason="A name.", by=facilitator, now=now + LATER)
    else:
        actions.withdraw_answer(answer=answer, by=stranger, now=now + LATER)

    question.refresh_from_db()
    assert question.last_activity_at == question.asked_at
    assert not question.marks.exists()


def test_an_answer_shown_again_is_not_accepted_again(question, answer, facilitator, now):
    actions.accept(answer=answer, by=question.author, now=now)
    actions.hide_answer(answer=answer, reason="A name.", by=facilitator, now=now)

    actions.unhide_answer(answer=answer, by=facilitator, now=now)

    assert Answer.objects.open().get() == answer
    assert not answer.marks.exists()


def test_accepting_another_answer_replaces_the_first(question, answer, member, now):
    other = AnswerFactory(question=question)
    actions.accept(answer=answer, by=member, now=now)

    actions.accept(answer=other, by=member, now=now)

    assert question.marks.get().answer == other


def test_unaccepting_takes_only_that_answers_mark(question, answer, member, now):
    other = AnswerFactory(question=question)
    actions.accept(answer=answer, by=member, now=now)

    actions.unaccept(answer=other, by=member, now=now)
    assert question.marks.exists()

    actions.unaccept(answer=answer, by=member, now=now)
    assert not question.marks.exists()


def test_an_edit_is_rendered_and_dated(question, answer, member, stranger, now):
    actions.edit_question(
        question=question, title="New", body="# Big", concepts=[ConceptFactory()], products=[], by=member, now=now
    )
    actions.edit_answer(answer=answer, body="**Yes**", by=stranger, now=now)

    question.refresh_from_db()
    answer.refresh_from_db()
    assert (question.title, question.body_html, question.edited_at) == ("New", "<h3>Big</h3>\n", now)
    assert (answer.body_html, answer.edited_at) == ("<p><strong>Yes</strong></p>\n", now)
    assert question.concepts.count() == 1


def test_a_council_says_once_that_it_needs_this(question, stranger, now):
    for _ in range(2):
        actions.need_this_too(question=question, by=stranger, now=now)

    assert Interest.objects.get().council == stranger.memberships.get().organisation


def test_somebody_without_a_council_speaks_for_none(question, editor, now):
    with pytest.raises(actions.NoCouncil):
        actions.need_this_too(question=question, by=editor, now=now)


def test_taking_back_ones_own_voice_leaves_a_colleagues(question, stranger, now):
    actions.need_this_too(question=question, by=stranger, now=now)
    InterestFactory(question=question, council=stranger.memberships.get().organisation)

    actions.no_longer_need(question=question, by=stranger, now=now)

    assert Interest.objects.count() == 1
    assert Question.objects.for_cards().get().councils_waiting == 2


@pytest.mark.parametrize("status", [Post.Status.HIDDEN, Post.Status.WITHDRAWN])
def test_nothing_is_written_under_a_question_that_is_not_open(question, answer, member, facilitator, now, status):
    Question.objects.filter(pk=question.pk).update(status=status)

    for act in (
        lambda: actions.answer(question=question, body="Hm.", by=member, now=now),
        lambda: actions.edit_question(question=question, title="N", body="B", concepts=[], products=[], by=member, now=now),
        lambda: actions.edit_answer(answer=answer, body="Hm.", by=member, now=now),
        lambda: actions.accept(answer=answer, by=member, now=now),
        lambda: actions.need_this_too(question=question, by=member, now=now),
        lambda: actions.withdraw_question(question=question, by=member, now=now),
        lambda: actions.hide_question(question=question, reason="R", by=facilitator, now=now),
    ):
        with pytest.raises(actions.NotOpen):
            act()


def test_an_answer_that_went_meanwhile_cannot_be_accepted(question, answer, member, now):
    Answer.objects.filter(pk=answer.pk).update(status=Post.Status.WITHDRAWN)

    with pytest.raises(actions.NotOpen):
        actions.accept(answer=answer, by=member, now=now)


def test_hiding_records_who_and_why(question, answer, facilitator, now):
    actions.hide_answer(answer=answer, reason="Names a resident.", by=facilitator, now=now)
    actions.hide_question(question=question, reason="Libel.", by=facilitator, now=now)
    actions.unhide_question(question=question, by=facilitator, now=now + LATER)

    rows = ModerationEntry.objects.order_by("pk").values_list("decision", "reason", "answer", "decided_by")
    assert list(rows) == [
        ("hide", "Names a resident.", answer.pk, facilitator.pk),
        ("hide", "Libel.", None, facilitator.pk),
        ("unhide", "", None, facilitator.pk),
    ]


def test_what_its_author_withdrew_no_facilitator_brings_back(question, answer, member, stranger, facilitator, now):
    actions.withdraw_answer(answer=answer, by=stranger, now=now)
    actions.withdraw_question(question=question, by=member, now=now)

    actions.unhide_answer(answer=answer, by=facilitator, now=now)
    actions.unhide_question(question=question, by=facilitator, now=now)

    assert Question.objects.get().status == Answer.objects.get().status == Post.Status.WITHDRAWN
    assert not ModerationEntry.objects.exists()


def test_search_hears_of_every_write_that_changes_what_is_found(member, stranger, facilitator, now, heard):
    question = ask(member, now)
    answer = actions.answer(question=question, body="We do.", by=stranger, now=now)
    actions.edit_answer(answer=answer, body="They do.", by=stranger, now=now)
    actions.edit_question(question=question, title="N", body="B", concepts=[], products=[], by=member, now=now)
    actions.accept(answer=answer, by=member, now=now)
    actions.unaccept(answer=answer, by=member, now=now)
    actions.hide_answer(answer=answer, reason="R", by=facilitator, now=now)
    actions.unhide_answer(answer=answer, by=facilitator, now=now)
    actions.withdraw_answer(answer=answer, by=stranger, now=now)
    actions.hide_question(question=question, reason="R", by=facilitator, now=now)
    actions.unhide_question(question=question, by=facilitator, now=now)
    actions.withdraw_question(question=question, by=member, now=now)

    assert heard == [question] * 12


def test_a_second_press_changes_nothing_and_announces_nothing(member, now, heard):
    for _ in range(2):
        ask(member, now, submission="abc")

    assert len(heard) == 1


def test_a_text_that_is_too_long_is_not_posted(member, now):
    with pytest.raises(ValueError, match="characters"):
        ask(member, now, body="a" * (MAX_LENGTH + 1))

    assert not Question.objects.exists()


def test_the_factories_make_what_the_actions_make(db):
    assert QuestionFactory().body_html.startswith("<p>")
