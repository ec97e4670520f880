"""Reading question time: the lists, a thread, and what may be chosen to narrow them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from forum import access
from forum.models import Answer, Interest, Question, QuestionConcept, QuestionQuerySet
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.directory import addresses_of
from hub.members.models import Role
from hub.members.queries import memberships_of
from taxonomy.models import Concept, ConceptQuerySet

MOST_OF_A_PERSON = 5  # questions of each kind on their page


@dataclass(frozen=True)
class ShownAnswer:
    """An answer as one viewer meets it in a thread; `number` counts what this viewer sees."""

    answer: Answer
    number: int
    may_edit: bool
    may_accept: bool
    may_moderate: bool


def questions_for_list(viewer: Viewer, params: Mapping[str, str]) -> QuestionQuerySet:
    return Question.objects.visible_to(viewer).open().filtered(params).for_cards().newest_activity_first()


def unanswered_for_list(viewer: Viewer, params: Mapping[str, str]) -> QuestionQuerySet:
    return Question.objects.visible_to(viewer).unanswered().filtered(params).for_cards().most_wanted()


def concepts_to_choose_from(viewer: Viewer, chosen: str) -> ConceptQuerySet:
    """Those of questions in this viewer's lists: a choice must not tell what they cannot read."""
    tags = QuestionConcept.objects.filter(question__in=Question.objects.visible_to(viewer).open())
    return Concept.objects.visible_to(viewer).to_choose_from(tags, chosen)


def asked_by(viewer: Viewer, author: User) -> QuestionQuerySet:
    """Open ones, the latest first."""
    questions = Question.objects.visible_to(viewer).open().filter(author=author)
    return questions.for_cards().order_by("-asked_at", "public_id")


def answered_by(viewer: Viewer, author: User) -> QuestionQuerySet:
    """Open questions in which they have an open answer, those with the latest such answer first."""
    answers = Answer.objects.visible_to(viewer).open().filter(author=author, question=OuterRef("pk"))
    latest = answers.order_by("-answered_at").values("answered_at")[:1]
    questions = Question.objects.visible_to(viewer).open().annotate(answered_at=Subquery(latest))
    return questions.filter(answered_at__isnull=False).for_cards().order_by("-answered_at", "public_id")


def thread(viewer: Viewer, question: Question) -> list[ShownAnswer]:
    """Bylines lead members to the author's page, while there is one."""
    answers = list(Answer.objects.visible_to(viewer).filter(question=question).for_thread())
    pages = addresses_of(viewer, [question.author_id, *(answer.author_id for answer in answers)])
    for post in (question, *answers):
        post.author_url = pages.get(post.author_id or 0, "")
    may_accept, may_moderate = access.can_accept(viewer, question), access.can_moderate(viewer)
    return [
        ShownAnswer(
            answer=answer,
            number=number,
            may_edit=question.is_open and access.can_edit(viewer, answer),
            may_accept=may_accept and answer.is_open,
            may_moderate=may_moderate,
        )
        for number, answer in enumerate(answers, start=1)
    ]


def needs(viewer: Viewer, question: Question) -> bool:
    """Whether the viewer has said that their council needs it too."""
    return isinstance(viewer, User) and Interest.objects.filter(question=question, user=viewer).exists()


def roles_that_wait(user: User, now: dt.datetime) -> set[Role]:
    """Why somebody may not post yet: pending, a supplier's person, or (empty) of no organisation."""
    return {membership.role for membership in memberships_of(user, now)}
