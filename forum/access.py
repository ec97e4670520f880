"""Who may do what in question time. Loaders answer 404 for what one may not see, 403 for what one sees but may not do."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from forum.models import MODERATE, Answer, AnswerQuerySet, Post, Question
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.queries import own_council_ids

ASK = "forum.ask"
ANSWER = "forum.answer"

PostT = TypeVar("PostT", bound=Post)


def is_author(viewer: Viewer, post: Post) -> bool:
    """A visitor's key and an erased author's are both None: that makes nobody an author."""
    return isinstance(viewer, User) and viewer.pk is not None and post.author_id == viewer.pk


def can_ask(viewer: Viewer) -> bool:
    return viewer.has_perm(ASK)


def can_answer(viewer: Viewer, question: Question) -> bool:
    return question.is_open and viewer.has_perm(ANSWER)


def can_moderate(viewer: Viewer) -> bool:
    return viewer.has_perm(MODERATE)


def can_edit(viewer: Viewer, post: Post) -> bool:
    """Withdrawing needs the same: one's own, and still open."""
    return post.is_open and is_author(viewer, post)


def can_accept(viewer: Viewer, question: Question) -> bool:
    return question.is_open and (is_author(viewer, question) or can_moderate(viewer))


def can_need(viewer: Viewer, question: Question) -> bool:
    """A council speaks through its members; the asker's own waits already."""
    councils = own_council_ids(viewer)
    return question.is_open and can_ask(viewer) and bool(councils) and question.council_id not in councils


def get_question_to_read(viewer: Viewer, public_id: str) -> Question:
    return get_object_or_404(Question.objects.visible_to(viewer).for_thread(), public_id=public_id)


def get_question_to_answer(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_answer(viewer, question))


def get_question_to_edit(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_edit(viewer, question))


def get_question_to_need(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_need(viewer, question))


def get_question_to_moderate(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_moderate(viewer))


def get_answer_to_read(viewer: Viewer, public_id: str) -> Answer:
    return get_object_or_404(_answers(viewer), public_id=public_id)


def get_answer_to_edit(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    if not answer.question.is_open:
        raise PermissionDenied
    return _allowed(answer, can_edit(viewer, answer))


def get_answer_to_accept(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    return _allowed(answer, answer.is_open and can_accept(viewer, answer.question))


def get_answer_to_moderate(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    return _allowed(answer, can_moderate(viewer))


def _answers(viewer: Viewer) -> AnswerQuerySet:
    return Answer.objects.visible_to(viewer).for_thread().select_related("question", "author", "council")


def _allowed(post: PostT, allowed: bool) -> PostT:
    if not allowed:
        raise PermissionDenied
    return post
