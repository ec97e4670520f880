"""Whatever is done in whatever order, a thread keeps its promises."""

from __future__ import annotations

import datetime as dt
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum import actions
from forum.models import Answer, Post, Question
from hub.core.audience import Audience
from tests.conftest import NOW

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "8"))

TARGET = st.integers(min_value=0, max_value=3)
DEEDS = st.lists(
    st.one_of(
        st.just(("answer", 0)),
        st.tuples(st.sampled_from(["accept", "unaccept", "hide", "unhide", "withdraw", "edit"]), TARGET),
        st.sampled_from([("hide question", 0), ("unhide question", 0), ("withdraw question", 0)]),
        st.tuples(st.sampled_from(["need", "stop needing"]), st.integers(min_value=0, max_value=1)),
    ),
    max_size=14,
)


def do(deed: str, number: int, question: Question, people: dict[str, object], now: dt.datetime) -> None:
    """As the views do it: with objects that may be out of date."""
    who = {"by": people["facilitator"], "now": now}
    needer = people["needers"][number % 2]
    on_question = {
        "answer": lambda: actions.answer(question=question, body="Text", **who),
        "hide question": lambda: actions.hide_question(question=question, reason="R", **who),
        "unhide question": lambda: actions.unhide_question(question=question, **who),
        "withdraw question": lambda: actions.withdraw_question(question=question, **who),
        "need": lambda: actions.need_this_too(question=question, by=needer, now=now),
        "stop needing": lambda: actions.no_longer_need(question=question, by=needer, now=now),
    }
    if deed in on_question:
        on_question[deed]()
        return
    answers = people["answers"]
    if number >= len(answers):
        return
    answer = answers[number]
    {
        "accept": lambda: actions.accept(answer=answer, **who),
        "unaccept": lambda: actions.unaccept(answer=answer, **who),
        "hide": lambda: actions.hide_answer(answer=answer, reason="R", **who),
        "unhide": lambda: actions.unhide_answer(answer=answer, **who),
        "withdraw": lambda: actions.withdraw_answer(answer=answer, **who),
        "edit": lambda: actions.edit_answer(answer=answer, body="Other", **who),
    }[deed]()


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_a_thread_keeps_its_promises(member, stranger, colleague, facilitator, visitor, deeds):
    question = actions.ask(title="Q", body="B", audience=Audience.PUBLIC, by=member, now=NOW)
    people = {"facilitator": facilitator, "needers": [stranger, colleague], "answers": []}

    for step, (deed, number) in enumerate(deeds):
        was_open = Question.objects.open().filter(pk=question.pk).exists()
        try:
            do(deed, number, question, people, NOW + dt.timedelta(minutes=step))
        except actions.NotOpen:
            assert deed not in {"unhide", "unhide question", "stop needing"}
        else:
            assert was_open or deed not in {"answer", "accept", "edit", "need"} or number >= len(people["answers"])
        people["answers"] = list(question.answers.order_by("answered_at", "public_id"))

        row = Question.objects.for_cards().get(pk=question.pk)
        open_answers = list(Answer.objects.open().filter(question=question))
        marks = list(question.marks.all())

        assert len(marks) <= 1
        assert all(mark.answer.status == Post.Status.OPEN and mark.answer.question_id == question.pk for mark in marks)
        assert row.is_accepted is bool(marks)
        assert row.answer_count == len(open_answers)
        needing = {interest.council_id for interest in question.interests.all()} | {question.council_id}
        assert row.councils_waiting == len(needing)
        assert row.last_activity_at == max([row.asked_at, *(answer.answered_at for answer in open_answers)])
        shown = Answer.objects.visible_to(visitor).filter(question=question)
        assert set(shown) == (set(open_answers) if row.is_open else set())
