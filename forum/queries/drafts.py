"""What somebody has typed and not posted."""

from __future__ import annotations

from forum.models import Answer, Comment, Draft, DraftQuerySet, Question
from hub.core.audience import Viewer

MOST_DRAFTS_SHOWN = 5


def drafts_of(viewer: Viewer) -> DraftQuerySet:
    return Draft.objects.visible_to(viewer).with_questions(viewer).newest_first()


def drafts_of_questions(viewer: Viewer) -> list[Draft]:
    """A few, for the page where one asks."""
    return list(drafts_of(viewer).filter(form=Draft.Form.ASK)[:MOST_DRAFTS_SHOWN])


def draft_of_answer(viewer: Viewer, question: Question) -> Draft | None:
    """The latest one."""
    return drafts_of(viewer).filter(form=Draft.Form.ANSWER, question=question).first()


def text_of_draft(viewer: Viewer, public_id: str) -> str:
    found = drafts_of(viewer).filter(public_id=public_id.replace("\0", "")).first()
    return found.text if found else ""


def question_written_to(viewer: Viewer, form: str, post_id: str) -> Question | None:
    """The thread that a form at this address writes to, if the viewer may read it."""
    Form = Draft.Form
    if form in (Form.ANSWER, Form.COMMENT_ON_QUESTION, Form.EDIT_QUESTION):
        return Question.objects.visible_to(viewer).filter(public_id=post_id).first()
    if form in (Form.COMMENT_ON_ANSWER, Form.EDIT_ANSWER):
        answer = Answer.objects.visible_to(viewer).filter(public_id=post_id).select_related("question").first()
        return answer.question if answer else None
    if form == Form.EDIT_COMMENT:
        comment = Comment.objects.visible_to(viewer).filter(public_id=post_id).select_related("question").first()
        return comment.question if comment else None
    return None


def is_posted(submission: str) -> bool:
    """Whoever knows the submission typed it."""
    return any(model.objects.filter(submission=submission).exists() for model in (Question, Answer, Comment))
