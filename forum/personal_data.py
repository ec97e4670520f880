"""What somebody asked, answered and needed. What was written stays, under “A former member” and the council."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

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
    """Hidden and withdrawn posts too: they are still the author's. Others' questions by name only where they can still be read."""
    entries = Prefetch("moderation_entries", ModerationEntry.objects.order_by("decided_at"))
    may_read = Exists(Question.objects.visible_to(user).filter(pk=OuterRef("question")))
    questions = Question.objects.filter(author=user).select_related("council").order_by("asked_at", "public_id")
    answers = Answer.objects.filter(author=user).select_related("council", "question").order_by("answered_at", "public_id")
    interests = Interest.objects.filter(user=user).select_related("council", "question").order_by("needed_at")
    marks = AnswerMark.objects.filter(marked_by=user).select_related("question").order_by("marked_at")
    decisions = ModerationEntry.objects.filter(decided_by=user).select_related("question").order_by("decided_at")
    data = {
        "questions": [
            {"title": q.title, "asked_at": q.asked_at.isoformat(), "read_by": q.get_audience_display(), **_post(q)}
            for q in questions.prefetch_related(entries)
        ],
        "answers": [
            {"question": _title(a), "answered_at": a.answered_at.isoformat(), **_post(a)}
            for a in answers.annotate(may_read=may_read).prefetch_related(entries)
        ],
        "needed_too": [
            {"question": _title(i), "council": str(i.council), "at": i.needed_at.isoformat()}
            for i in interests.annotate(may_read=may_read)
        ],
        "answers_marked": [
            {"question": _title(m), "mark": m.get_kind_display(), "at": m.marked_at.isoformat()}
            for m in marks.annotate(may_read=may_read)
        ],
        "decisions_as_facilitator": [
            {"question": _title(d), "decision": d.get_decision_display(), "reason": d.reason, "at": d.decided_at.isoformat()}
            for d in decisions.annotate(may_read=may_read)
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    questions, answers = Question.objects.filter(author=user).count(), Answer.objects.filter(author=user).count()
    stays = "with your council beside “A former member”."
    if questions:
        yield f"{_counted(questions, 'question')} that you asked", f"{_it(questions)}, {stays}", True
    if answers:
        yield f"{_counted(answers, 'answer')} that you gave", f"{_it(answers)}, {stays}", True
    if needs := Interest.objects.filter(user=user).count():
        yield (
            f"{_counted(needs, 'question')} that you said your council needs too",
            "The council goes on waiting, without your name.",
            True,
        )


def erase(user: User) -> None:
    """The council goes on waiting for what it needed."""
    for posts in (Question.objects.filter(author=user), Answer.objects.filter(author=user)):
        posts.update(author=None, author_job="")
    Interest.objects.filter(user=user).update(user=None)
    AnswerMark.objects.filter(marked_by=user).update(marked_by=None)
    ModerationEntry.objects.filter(decided_by=user).update(decided_by=None)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _it(number: int) -> str:
    return "It stays" if number == 1 else "They stay"


def _title(row: Answer | Interest | AnswerMark | ModerationEntry) -> str:
    """Needs `question`, and `may_read` annotated."""
    return row.question.title if row.may_read else "A question that you can no longer read"  # type: ignore[union-attr]  # annotated


def _post(post: Question | Answer) -> dict[str, Any]:
    hidden = post.last_decision if post.status == post.Status.HIDDEN else None
    return {
        "id": post.public_id,
        "text": post.body,
        "job": post.author_job,
        "council": str(post.council) if post.council else None,
        "status": post.get_status_display(),
        "hidden_because": hidden.reason if hidden else None,
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
    }
