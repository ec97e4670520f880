"""Two facilitators at the same post: the second reads what has happened, and keeps the reason that they typed."""

from __future__ import annotations

import pytest

from forum import actions
from forum.models import Question
from tests.factories.forum import QuestionFactory
from tests.forum.test_nothing_lost import signed_in


@pytest.fixture
def too_late(question, answer, facilitator, now):
    """Addresses that a facilitator had open while a colleague hid the question and the answer."""
    actions.hide_answer(answer=answer, reason="A colleague was first.", by=facilitator, now=now)
    actions.hide_question(question=question, reason="A colleague was first.", by=facilitator, now=now)
    return {
        "question": f"/question-time/{question.public_id}/hide/",
        "answer": f"/question-time/answers/{answer.public_id}/hide/",
        "close": f"/question-time/{question.public_id}/close/",
        "decline": f"/question-time/review/question/{question.public_id}/decline/",
    }


@pytest.mark.parametrize("door", ["question", "answer", "close", "decline"])
def test_a_reason_stays_in_the_form_when_a_colleague_was_first(facilitator, too_late, door):
    page = signed_in(facilitator).post(too_late[door], {"reason": "It names a resident."})

    text = page.content.decode()
    assert page.status_code == 200
    assert "It names a resident.</textarea>" in text
    assert "It has changed since you opened this page" in text


def test_what_was_taken_back_already_says_so(facilitator, now):
    source, target = QuestionFactory(), QuestionFactory()
    reshaping = actions.merge(source=source, target=target, by=facilitator, now=now)
    actions.merge(source=target, target=QuestionFactory(), by=facilitator, now=now)

    page = signed_in(facilitator).post(f"/question-time/reshaped/{reshaping.public_id}/undo/")

    assert page.status_code == 403
    assert "the later change goes first" in page.content.decode()


def test_a_split_of_what_has_been_joined_meanwhile_keeps_its_words(facilitator, question, answer, now):
    actions.merge(source=question, target=QuestionFactory(), by=facilitator, now=now)

    page = signed_in(facilitator).post(
        f"/question-time/{question.public_id}/split/", {"answers": answer.public_id, "title": "Who pays?", "body": "About paying."}
    )

    assert "About paying.</textarea>" in page.content.decode()
    assert "It has changed since you opened this page" in page.content.decode()
    assert not Question.objects.filter(title="Who pays?").exists()
