from __future__ import annotations

import datetime as dt

from forum.models import Answer, AnswerMark, Interest, Question, QuestionConcept
from hub.core.markdown import render
from hub.members.models import Membership
from taxonomy.models import Concept
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    """Three answers to a question on average; every seventh question has none."""
    chance = words.chance
    memberships = list(Membership.objects.select_related("user", "organisation").order_by("pk"))
    concepts = list(Concept.objects.order_by("pk"))
    bodies = [(body, render(body)) for body in (words.paragraphs(3) for _ in range(200))]
    questions = []
    for _ in range(size.questions):
        asker, (body, html) = chance.choice(memberships), chance.choice(bodies)
        asked = now - dt.timedelta(minutes=chance.randint(1, 500_000))
        questions.append(
            Question(
                title=f"{words.title()[:138]}?",
                body=body,
                body_html=html,
                author=asker.user,
                council=asker.organisation,
                audience=chance.choice(["public"] * 5 + ["members"]),
                asked_at=asked,
                last_activity_at=asked,
            )
        )
    questions = Question.objects.bulk_create(questions, batch_size=1000)
    QuestionConcept.objects.bulk_create(
        [QuestionConcept(question=question, concept=concept) for question in questions for concept in chance.sample(concepts, 2)],
        batch_size=1000,
    )
    asked = [question for n, question in enumerate(questions) if n % 7]
    answers = []
    for _ in range(size.answers):
        question, author, (body, html) = chance.choice(asked), chance.choice(memberships), chance.choice(bodies)
        answers.append(
            Answer(
                question=question,
                body=body,
                body_html=html,
                author=author.user,
                council=author.organisation,
                answered_at=question.asked_at + dt.timedelta(hours=chance.randint(1, 200)),
            )
        )
    answers = Answer.objects.bulk_create(answers, batch_size=1000)
    for answer in answers:
        answer.question.last_activity_at = max(answer.question.last_activity_at, answer.answered_at)
    Question.objects.bulk_update(asked, ["last_activity_at"], batch_size=1000)
    accepted = {answer.question_id: answer for n, answer in enumerate(answers) if n % 5 == 0}
    AnswerMark.objects.bulk_create(
        [
            AnswerMark(kind=AnswerMark.Kind.ACCEPTED, answer=answer, question_id=question, marked_at=now)
            for question, answer in accepted.items()
        ],
        batch_size=1000,
    )
    wanted = {(question.pk, chance.choice(memberships)) for question in questions for _ in range(chance.randint(0, 3))}
    Interest.objects.bulk_create(
        [
            Interest(question_id=question, user=membership.user, council=membership.organisation, needed_at=now)
            for question, membership in sorted(wanted, key=lambda pair: (pair[0], pair[1].pk))
        ],
        batch_size=1000,
    )
    Question.objects.recount_waiting()
