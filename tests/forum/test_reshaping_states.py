"""However threads are joined, split and moved, nothing is lost, every address leads on, and no word gets wider readers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum import actions
from forum.models import Answer, AnswerMark, Comment, Interest, Post, Question, QuestionEvent, Reshaping
from hub.core.audience import Audience
from tests.conftest import NOW
from tests.forum.test_thread_states import SEQUENCES

NUMBER = st.integers(min_value=0, max_value=3)
SAID = ("answer", "afterthought", "comment", "accept", "worked", "need", "hide", "unhide")
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *SAID,
                *("merge", "unmerge", "split") * 2,
                "merge",
                "unsplit",
                "narrow",
                "narrow",
                "widen",
                "move back",
                "move back",
                "close",
                "reopen",
            ]
        ),
        NUMBER,
        NUMBER,
    ),
    max_size=16,
)
REFUSALS = (actions.NotOpen, actions.WouldExpose, actions.NotParted)


def do(deed, one, other, people, now):
    """With whatever of the kind has these numbers, out of date or not."""
    questions = list(Question.objects.order_by("asked_at", "pk"))
    answers = list(Answer.objects.order_by("answered_at", "pk"))
    reshapings = list(Reshaping.objects.order_by("pk"))
    question, second = questions[one % len(questions)], questions[other % len(questions)]
    answer = answers[other % len(answers)] if answers else None
    by = {"by": people["facilitator"], "now": now}
    stranger = {"by": people["stranger"], "now": now}
    if deed in ("answer", "afterthought", "comment", "need"):
        {
            "answer": lambda: actions.answer(question=question, body="Text", **stranger),
            "afterthought": lambda: answer_oneself(question, people, now),
            "comment": lambda: actions.comment(on=answer if answer and other % 2 else question, body="Text", **stranger),
            "need": lambda: actions.need_this_too(question=question, **stranger),
        }[deed]()
    elif deed in ("merge", "narrow", "widen", "move back", "close", "reopen"):
        {
            "merge": lambda: actions.merge(source=question, target=second, **by),
            "narrow": lambda: actions.move(question=question, audience=Audience.MEMBERS, **by),
            "widen": lambda: actions.move(question=question, audience=Audience.PUBLIC, by=question.author, now=now),
            "move back": lambda: actions.move(question=question, audience=Audience.PUBLIC, **by),
            "close": lambda: actions.close_question(question=question, reason="R", **by),
            "reopen": lambda: actions.reopen_question(question=question, **by),
        }[deed]()
    elif deed in ("unmerge", "unsplit") and reshapings:
        getattr(actions, deed)(reshaping=reshapings[-1 - one % len(reshapings)], **by)
    elif deed == "split":
        actions.split(question=question, answers=list(question.answers.all()[: 1 + other % 2]), title="S", body="B", **by)
    elif answer and deed in ("accept", "worked", "hide", "unhide"):
        {
            "accept": lambda: actions.accept(answer=answer, **by),
            "worked": lambda: actions.mark_for_council(answer=answer, kind=AnswerMark.Kind.WORKED, **stranger),
            "hide": lambda: actions.hide_answer(answer=answer, reason="R", **by),
            "unhide": lambda: actions.unhide_answer(answer=answer, **by),
        }[deed]()


def answer_oneself(question, people, now):
    asker = people["stranger"] if question.is_sealed else question.author
    own = actions.answer(question=question, body="Text", by=asker, now=now, unnamed=question.is_sealed)
    if question.is_sealed:
        actions.approve_post(post=own, by=people["facilitator"], now=now)
    people["askers"][own.pk] = question.pk


def leads_to(question):
    steps = 0
    while question.status == Post.Status.MERGED:
        question, steps = question.duplicate_of, steps + 1
        assert steps < 20
    return question


@settings(max_examples=max(4, SEQUENCES // 3), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_reshaped_threads_keep_their_promises(member, stranger, colleague, facilitator, visitor, deeds):
    # `askers`: the answers that askers gave themselves, and to which question.
    people = {"facilitator": facilitator, "stranger": stranger, "askers": {}}
    with transaction.atomic():
        for number, by in enumerate((member, member, stranger)):
            at = NOW + dt.timedelta(seconds=number)
            unnamed = by == stranger
            question = actions.ask(title=f"Q{number}", body="B", audience=Audience.PUBLIC, by=by, now=at, unnamed=unnamed)
            if unnamed:
                actions.approve_post(post=question, by=facilitator, now=at)
            first = actions.answer(question=question, body="A", by=colleague, now=at + dt.timedelta(seconds=10))
            actions.accept(answer=first, by=facilitator, now=at)
        among_members: set[tuple[type, int]] = set()
        for step, (deed, one, other) in enumerate(deeds, start=1):
            now = NOW + dt.timedelta(minutes=step)
            there = posts()
            try_to(deed, one, other, people, now)

            assert there <= posts()
            for question in Question.objects.for_cards():
                assert_counts_are_right(question)
                assert_the_asker_is_its_own(question, people["askers"])
            marks = AnswerMark.objects.exclude(kind="accepted")
            assert not marks.exclude(question=F("answer__question")).exists()
            assert not Comment.objects.exclude(answer=None).exclude(question=F("answer__question")).exists()
            # What is written while its thread is among members stays there.
            for model, at in ((Answer, "answered_at"), (Comment, "commented_at")):
                fresh = model.objects.filter(**{at: now}, question__audience=Audience.MEMBERS)
                among_members |= {(model, pk) for pk in fresh.values_list("pk", flat=True)}
                seen = {(model, pk) for pk in model.objects.visible_to(visitor).values_list("pk", flat=True)}
                assert not seen & among_members
        transaction.set_rollback(True)


def try_to(deed, one, other, people, now):
    """A refusal changes nothing, and no change goes untold."""
    before, told = snapshot(), QuestionEvent.objects.count()
    try:
        do(deed, one, other, people, now)
    except REFUSALS:
        assert snapshot() == before
    else:
        assert snapshot() == before or QuestionEvent.objects.count() > told


def assert_counts_are_right(question):
    open_answers = list(question.answers.open())
    said = [*(answer.answered_at for answer in open_answers), *(comment.commented_at for comment in question.comments.shown())]
    assert question.last_activity_at == max([question.asked_at, *said])
    assert question.answer_count == len(open_answers)
    needing = set(question.interests.values_list("council", flat=True)) | {question.council_id} - {None}
    assert question.councils_waiting == len(needing)
    if leads_to(question) == question:
        marks = AnswerMark.objects.accepted().filter(question=question)
        assert all(mark.answer.question_id == question.pk and mark.answer.is_open for mark in marks)
        assert question.is_accepted is marks.exists()
    else:
        assert not question.answers.exists()


def assert_the_asker_is_its_own(question, askers):
    """The one who asked this one, in what is counted and in what they are called."""
    answers = list(question.answers.select_related("author", "council"))
    own = [answer for answer in answers if askers.get(answer.pk) == question.pk]
    assert {answer for answer in answers if answer.author_name == "Asker"} == {answer for answer in own if answer.is_sealed}
    by_others = {
        answer for answer in answers if answer not in own and (answer.author_id is None or answer.author_id != question.author_id)
    }
    assert set(question.answers.by_others()) == by_others
    is_unanswered = question.takes_answers and not question.is_accepted and not any(answer.is_open for answer in by_others)
    assert Question.objects.unanswered().filter(pk=question.pk).exists() is is_unanswered


def posts():
    return {(model, pk) for model in (Question, Answer, Comment) for pk in model.objects.values_list("pk", flat=True)}


def snapshot():
    """Every row but of events."""
    return [
        list(model.objects.order_by("pk").values_list()) for model in (Question, Answer, Comment, AnswerMark, Interest, Reshaping)
    ]
