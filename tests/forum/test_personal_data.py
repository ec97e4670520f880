from __future__ import annotations

import json

from forum import actions, personal_data
from forum.models import AnswerMark, Interest, Question, QuestionEvent
from hub.core.audience import Audience
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


def test_comments_marks_earlier_wordings_and_what_was_read_are_exported_and_forgotten(member, council, facilitator, now):
    question = QuestionFactory()
    remark = actions.comment(on=question, body="Which yeer?", by=member, now=now)
    actions.edit_comment(comment=remark, body="Which year?", by=member, now=now)
    actions.mark_for_council(answer=AnswerFactory(question=question), kind=AnswerMark.Kind.WORKED, by=member, now=now)
    actions.mark_all_read(by=member, now=now)
    actions.make_feed_link(by=member, now=now)

    data = personal_data.export(member)
    assert data["comments"][0]["earlier"][0]["text"] == "Which yeer?"
    assert data["answers_marked"][0]["council"] == str(council)
    assert {"what_you_did", "all_read", "feed_link_made"} <= set(data)

    personal_data.erase(member)

    assert personal_data.export(member) == {}
    assert AnswerMark.objects.get().council == council
    assert QuestionEvent.objects.filter(by=None).count() == QuestionEvent.objects.count() > 0


def test_who_wrote_in_is_forgotten_with_their_account(member, facilitator, now):
    question = actions.ask_for(
        title="Q", body="B", audience=Audience.PUBLIC, way="mail", name="Jo", email=member.email.upper(), by=facilitator, now=now
    )
    assert question.author_name == "Jo"
    assert personal_data.export(member)["asked_by_mail_or_telephone"][0]["name"] == "Jo"

    personal_data.erase(member)

    question = Question.objects.select_related("asked_elsewhere").get()
    assert (question.author_name, question.asked_elsewhere.email) == ("Somebody who wrote to us", "")


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
