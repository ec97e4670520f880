from __future__ import annotations

import json

from forum import actions, personal_data
from forum.models import Interest, Question
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory


def test_an_export_holds_what_the_person_wrote_hidden_or_not(member, council, now):
    QuestionFactory(title="Mine", author=member, council=council, hidden=True)
    answer = AnswerFactory(author=member, body="My answer", withdrawn=True)
    actions.need_this_too(question=answer.question, by=member, now=now)
    actions.accept(answer=AnswerFactory(question=answer.question), by=member, now=now)
    QuestionFactory(title="Somebody else's")

    data = personal_data.export(member)

    assert [question["title"] for question in data["questions"]] == ["Mine"]
    assert data["answers"][0]["text"] == "My answer"
    assert len(data["needed_too"]) == len(data["answers_marked"]) == 1
    assert "Somebody else's" not in json.dumps(data)


def test_somebody_who_wrote_nothing_exports_nothing(stranger):
    assert personal_data.export(stranger) == {}


def test_erasing_keeps_the_text_and_the_council_and_forgets_the_person(member, council, facilitator, now):
    question = QuestionFactory(author=member, council=council, author_job="Team leader")
    answer = AnswerFactory(author=member)
    InterestFactory(user=member, council=council, question=answer.question)
    actions.accept(answer=answer, by=member, now=now)

    personal_data.erase(member)

    question.refresh_from_db()
    assert (question.author, question.author_job, question.council) == (None, "", council)
    assert question.byline == f"A former member, {council}"
    assert personal_data.export(member) == {}
    assert Interest.objects.get().council == council
    assert Question.objects.for_cards().get(pk=answer.question_id).councils_waiting == 1


def test_two_people_erased_leave_posts_that_do_not_collide(db):
    for _ in range(2):
        question = QuestionFactory(submission="same")
        InterestFactory(question=QuestionFactory(), user=question.author)

        personal_data.erase(question.author)

    assert Question.objects.filter(author=None).count() == 2
