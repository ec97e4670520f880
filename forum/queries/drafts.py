"""What somebody has typed and not posted."""

from __future__ import annotations

from forum.models import Answer, Comment, Draft, DraftQuerySet, Question
from hub.core.audience import Viewer

MOST_DRAFTS_SHOWN = 5


def drafts_of(viewer: Viewer) -> DraftQuerySet:
    return Draft.objects.visible_to(viewer).with_questions(viewer).newest_first()


def drafts_of_questions(viewer: Viewer) -> list[Draft]:
    """A few, for the page where one asks."""
    return list(drafts_of(viewer).filter(question=None)[:MOST_DRAFTS_SHOWN])


def draft_of_answer(viewer: Viewer, question: Question) -> Draft | None:
    """The latest one."""
    return drafts_of(viewer).filter(question=question).first()


def is_posted(submission: str) -> bool:
    """Whoever knows the submission typed it."""
    return any(model.objects.filter(submission=submission).exists() for model in (Question, Answer, Comment))
