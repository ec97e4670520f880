"""What somebody asked, answered and needed. What was written stays, under “Former member” and the council."""

from __future__ import annotations

from typing import Any

from forum.models import Answer, AnswerMark, Interest, ModerationEntry, Question
from hub.accounts.models import User

_POST = {
    "id": "not",
    "public_id": "not",
    "submission": "not",
    "council": "not",
    "status": "not",
    **dict.fromkeys(["body", "body_html", "author", "author_job", "edited_at"], "personal"),
}

FIELDS = {
    "forum.Question": {**_POST, "title": "personal", "asked_at": "personal", "audience": "not", "last_activity_at": "not"},
    "forum.Answer": {**_POST, "question": "not", "answered_at": "personal"},
    "forum.AnswerMark": {
        **dict.fromkeys(["id", "kind", "answer", "question"], "not"),
        **dict.fromkeys(["marked_by", "marked_at"], "personal"),
    },
    "forum.Interest": {**dict.fromkeys(["id", "question", "council"], "not"), **dict.fromkeys(["user", "needed_at"], "personal")},
    "forum.QuestionConcept": dict.fromkeys(["id", "question", "concept"], "not"),
    "forum.QuestionProduct": dict.fromkeys(["id", "question", "product"], "not"),
    "forum.ModerationEntry": {
        **dict.fromkeys(["id", "question", "answer", "decision"], "not"),
        **dict.fromkeys(["reason", "decided_by", "decided_at"], "personal"),
    },
}


def export(user: User) -> dict[str, Any]:
    """Hidden and withdrawn posts too: they are still the author's."""
    questions = Question.objects.filter(author=user).select_related("council").order_by("asked_at", "public_id")
    answers = Answer.objects.filter(author=user).select_related("council", "question").order_by("answered_at", "public_id")
    interests = Interest.objects.filter(user=user).select_related("council", "question").order_by("needed_at")
    marks = AnswerMark.objects.filter(marked_by=user).select_related("question").order_by("marked_at")
    data = {
        "questions": [
            {"title": q.title, "asked_at": q.asked_at.isoformat(), "read_by": q.get_audience_display(), **_post(q)}
            for q in questions
        ],
        "answers": [{"question": a.question.title, "answered_at": a.answered_at.isoformat(), **_post(a)} for a in answers],
        "needed_too": [{"question": i.question.title, "council": str(i.council), "at": i.needed_at.isoformat()} for i in interests],
        "answers_marked": [
            {"question": m.question.title, "mark": m.get_kind_display(), "at": m.marked_at.isoformat()} for m in marks
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def erase(user: User) -> None:
    """The council goes on waiting for what it needed."""
    for posts in (Question.objects.filter(author=user), Answer.objects.filter(author=user)):
        posts.update(author=None, author_job="")
    Interest.objects.filter(user=user).update(user=None)
    AnswerMark.objects.filter(marked_by=user).update(marked_by=None)
    ModerationEntry.objects.filter(decided_by=user).update(decided_by=None)


def _post(post: Question | Answer) -> dict[str, Any]:
    return {
        "id": post.public_id,
        "text": post.body,
        "job": post.author_job,
        "council": str(post.council) if post.council else None,
        "status": post.get_status_display(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
    }
