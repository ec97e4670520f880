"""What every write to a thread shares: its lock, the event that tells of it, and the time of its newest post."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from forum.models import Answer, AnswerMark, Comment, ModerationEntry, Post, PostRevision, Question, QuestionEvent
from forum.signals import question_changed, question_event
from hub.accounts.models import User
from hub.members.queries import council_of, memberships_of, shows_job_role
from hub.organisations.models import Organisation

Kind = QuestionEvent.Kind
PostT = TypeVar("PostT", Question, Answer, Comment)


class NotOpen(PermissionDenied):
    """The post has been hidden, withdrawn or closed, perhaps since the page was drawn."""


class ChangedSince(Exception):
    """Its author has changed the post since whoever decides about it read it."""


class NoCouncil(PermissionDenied):
    """Only a member of a council can say what their council needs."""


def speaks_for(user: User, now: dt.datetime) -> tuple[Organisation | None, str]:
    """The council somebody posts for, and their job there unless they keep it from the others."""
    council = council_of(user, now)
    if not shows_job_role(user):
        return council, ""
    jobs = (membership.job_role for membership in memberships_of(user, now) if council and membership.organisation_id == council.pk)
    return council, next(jobs, "")


def locked(question: Question) -> None:
    """One writer at a time to each thread; SQLite has one for the whole database anyway."""
    told = ("status", "status_apart", "closed_at", "audience", "duplicate_of")
    row = Question.objects.select_for_update().values(*told).get(pk=question.pk)
    question.status, question.closed_at, question.audience = row["status"], row["closed_at"], row["audience"]
    question.status_apart = row["status_apart"]
    question.duplicate_of_id = row["duplicate_of"]


def locked_open(question: Question) -> None:
    locked(question)
    if not question.is_open:
        raise NotOpen


def locked_to_edit(question: Question) -> None:
    """While it waits for a facilitator, too."""
    locked(question)
    if not (question.is_open or question.is_held):
        raise NotOpen


def locked_for_answers(question: Question) -> None:
    locked(question)
    if not question.takes_answers:
        raise NotOpen


def question_of(post: Question | Answer | Comment) -> Question:
    """As it stands now: an answer may have moved to another thread since the page was drawn."""
    if isinstance(post, Question):
        return post
    post.refresh_from_db(fields=["status", "question"])
    return post.question


def refresh_open(post: Answer | Comment) -> None:
    post.refresh_from_db(fields=["status"])
    if not post.is_open:
        raise NotOpen


def refresh_to_edit(post: Answer | Comment) -> None:
    post.refresh_from_db(fields=["status"])
    if not (post.is_open or post.is_held):
        raise NotOpen


def doer(post: Question | Answer | Comment, by: User) -> User | None:
    """Who is told of as having done it: nobody, of what a sealed author does to their own post."""
    return None if post.is_sealed else by


def about(post: Question | Answer | Comment) -> dict[str, Any]:
    """The columns of an event or a decision that say which post it is of."""
    if isinstance(post, Comment):
        return {"question": post.question, "answer": post.answer, "comment": post}
    if isinstance(post, Answer):
        return {"question": post.question, "answer": post}
    return {"question": post}


def tell(
    kind: QuestionEvent.Kind, post: Question | Answer | Comment, *, by: User | None, now: dt.datetime, **details: str | int
) -> None:
    """`by` is None for what a sealed author does to their own post."""
    event = QuestionEvent.objects.create(kind=kind, by=by, at=now, details=details, **about(post))
    question_event.send(QuestionEvent, event=event)


def enter(post: Question | Answer | Comment, decision: ModerationEntry.Decision, reason: str, by: User, now: dt.datetime) -> None:
    ModerationEntry.objects.create(decision=decision, reason=reason, decided_by=by, decided_at=now, **about(post))


def set_status(post: Question | Answer | Comment, status: Post.Status) -> None:
    post.status = status
    post.save(update_fields=["status"])


def set_own_status(question: Question, status: Post.Status) -> None:
    """Of a joined question, of its words alone: what was answered stays where it went."""
    if question.status == Post.Status.MERGED:
        question.status_apart = status
        question.save(update_fields=["status_apart"])
    else:
        set_status(question, status)


def wait_again(post: Question | Answer | Comment, *, by: User, now: dt.datetime) -> None:
    """After a change by somebody whose posts are read first: other words were let through (ADR 0029)."""
    set_status(post, Post.Status.HELD)
    if isinstance(post, Answer) and unaccept_silently(post):
        tell(Kind.UNACCEPTED, post, by=by, now=now)
    tell(Kind.HELD, post, by=by, now=now)


def keep_wording(post: Question | Answer | Comment, now: dt.datetime) -> None:
    """Before a change: what stood there can still be read."""
    PostRevision.objects.create(
        **{str(post._meta.model_name): post},
        title=getattr(post, "title", ""),
        body=post.body,
        written_at=post.edited_at or post.posted_at,
        replaced_at=now,
    )


def unaccept_silently(answer: Answer) -> bool:
    """Whether it had been accepted."""
    return bool(AnswerMark.objects.accepted().filter(answer=answer).delete()[0])


def settle(question: Question) -> None:
    """Activity is the newest post that everybody can read: a hidden answer must not move the question up."""
    answered = question.answers.open().aggregate(at=Max("answered_at"))["at"]
    commented = question.comments.shown().aggregate(at=Max("commented_at"))["at"]
    question.last_activity_at = max(at for at in (question.asked_at, answered, commented) if at)
    question.save(update_fields=["last_activity_at"])
    announce(question)


def announce(question: Question) -> None:
    question_changed.send(Question, question=question)
