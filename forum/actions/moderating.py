"""What facilitators decide: what may be posted, what goes out of sight, and when a question takes no more answers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from forum.actions.threads import (
    ChangedSince,
    Kind,
    NotOpen,
    announce,
    enter,
    locked,
    locked_open,
    question_of,
    refresh_open,
    set_own_status,
    set_status,
    settle,
    tell,
    unaccept_silently,
)
from forum.models import Answer, Comment, ModerationEntry, Post, PostRevision, Question, QuestionEvent
from forum.signals import question_asked
from hub.accounts.models import User

Decision = ModerationEntry.Decision
POSTED_BEFORE = (Kind.POSTED, Kind.APPROVED, Kind.IMPORTED)

# --- Review before posting ------------------------------------------------------------------------


@transaction.atomic
def approve_post(*, post: Question | Answer | Comment, by: User, now: dt.datetime, read: str | None = None) -> None:
    """It stands in the thread from now on, and its time is now: nobody would find it among what they have read already. What
    stood there before it was changed keeps its time, and its place.

    `read` is the version that was read, which is that of `post` where nothing else is said. Raises ChangedSince where the
    author has written something else meanwhile."""
    _lock_as_read(post, read)
    was_posted = QuestionEvent.objects.filter(**_exactly(post), kind__in=POSTED_BEFORE).exists()
    set_status(post, Post.Status.OPEN)
    if not was_posted:
        _posted_now(post, now)
    enter(post, Decision.APPROVE, "", by, now)
    tell(Kind.APPROVED, post, by=by, now=now)
    if isinstance(post, Question) and not was_posted:
        question_asked.send(Question, question=post)
    settle(post.question if not isinstance(post, Question) else post)


@transaction.atomic
def decline_post(*, post: Question | Answer | Comment, reason: str, by: User, now: dt.datetime, read: str | None = None) -> None:
    """Its author reads why. `read` as in `approve_post`."""
    _lock_as_read(post, read)
    set_status(post, Post.Status.DECLINED)
    enter(post, Decision.DECLINE, reason, by, now)
    tell(Kind.DECLINED, post, by=by, now=now)
    announce(post.question if not isinstance(post, Question) else post)


@transaction.atomic
def reconsider_post(*, post: Question | Answer | Comment, by: User, now: dt.datetime) -> None:
    """Takes approving or declining back: it waits again. Only what was reviewed, and is as the review left it."""
    _lock(post)
    decided = ModerationEntry.objects.in_order().filter(**_exactly(post)).last()
    if decided is None or decided.decision not in (Decision.APPROVE, Decision.DECLINE):
        raise NotOpen
    _demand(post, Post.Status.OPEN if decided.decision == Decision.APPROVE else Post.Status.DECLINED)
    set_status(post, Post.Status.HELD)
    if isinstance(post, Answer) and unaccept_silently(post):
        tell(Kind.UNACCEPTED, post, by=by, now=now)
    enter(post, Decision.RECONSIDER, "", by, now)
    tell(Kind.RECONSIDERED, post, by=by, now=now)
    settle(post.question if not isinstance(post, Question) else post)


# --- Out of sight, and back -----------------------------------------------------------------------


@transaction.atomic
def hide_question(*, question: Question, reason: str, by: User, now: dt.datetime) -> None:
    """Of one that was joined to another, its words: its answers stay in sight where they are."""
    locked(question)
    if question.own_status != Post.Status.OPEN:
        raise NotOpen
    set_own_status(question, Post.Status.HIDDEN)
    enter(question, Decision.HIDE, reason, by, now)
    tell(Kind.HIDDEN, question, by=by, now=now)
    announce(question)


@transaction.atomic
def unhide_question(*, question: Question, by: User, now: dt.datetime) -> None:
    """Only what was hidden: what its author withdrew stays withdrawn."""
    locked(question)
    if question.own_status == Post.Status.HIDDEN:
        set_own_status(question, Post.Status.OPEN)
        enter(question, Decision.UNHIDE, "", by, now)
        tell(Kind.UNHIDDEN, question, by=by, now=now)
        announce(question)


@transaction.atomic
def hide_answer(*, answer: Answer, reason: str, by: User, now: dt.datetime) -> None:
    _hide(answer, reason, by, now)


@transaction.atomic
def unhide_answer(*, answer: Answer, by: User, now: dt.datetime) -> None:
    """Not accepted again by itself."""
    _unhide(answer, by, now)


@transaction.atomic
def hide_comment(*, comment: Comment, reason: str, by: User, now: dt.datetime) -> None:
    _hide(comment, reason, by, now)


@transaction.atomic
def unhide_comment(*, comment: Comment, by: User, now: dt.datetime) -> None:
    _unhide(comment, by, now)


@transaction.atomic
def hide_revision(*, revision: PostRevision, by: User, now: dt.datetime) -> None:
    """An earlier wording that should not have been written; the post stays as it is."""
    post = revision.post
    locked(question_of(post))
    if PostRevision.objects.filter(pk=revision.pk, hidden_at=None).update(hidden_at=now, hidden_by=by):
        tell(Kind.REVISION_HIDDEN, post, by=by, now=now, revision=revision.public_id)


@transaction.atomic
def unhide_revision(*, revision: PostRevision, by: User, now: dt.datetime) -> None:
    post = revision.post
    locked(question_of(post))
    if PostRevision.objects.filter(pk=revision.pk, hidden_at__isnull=False).update(hidden_at=None, hidden_by=None):
        tell(Kind.REVISION_SHOWN, post, by=by, now=now, revision=revision.public_id)


# --- No more answers ------------------------------------------------------------------------------


@transaction.atomic
def close_question(*, question: Question, reason: str, by: User, now: dt.datetime) -> None:
    """It is read and found as before, and takes no more answers."""
    locked_open(question)
    if question.closed_at is not None:
        return
    question.closed_at = now
    question.save(update_fields=["closed_at"])
    enter(question, Decision.CLOSE, reason, by, now)
    tell(Kind.CLOSED, question, by=by, now=now)
    announce(question)


@transaction.atomic
def reopen_question(*, question: Question, by: User, now: dt.datetime) -> None:
    locked(question)
    if question.closed_at is None:
        return
    question.closed_at = None
    question.save(update_fields=["closed_at"])
    enter(question, Decision.REOPEN, "", by, now)
    tell(Kind.REOPENED, question, by=by, now=now)
    announce(question)


def _lock(post: Question | Answer | Comment) -> None:
    locked(question_of(post))
    if not isinstance(post, Question):
        post.refresh_from_db(fields=["status"])


def _lock_as_read(post: Question | Answer | Comment, read: str | None) -> None:
    read = post.version if read is None else read
    _lock(post)
    _demand(post, Post.Status.HELD)
    post.refresh_from_db(fields=["edited_at"])
    if post.version != read:
        raise ChangedSince


def _posted_now(post: Question | Answer | Comment, now: dt.datetime) -> None:
    """Only its times: its author may be writing the rest this moment."""
    times = {Question: ["asked_at", "last_activity_at"], Answer: ["answered_at"], Comment: ["commented_at"]}[type(post)]
    for name in times:
        setattr(post, name, now)
    post.save(update_fields=times)


def _demand(post: Question | Answer | Comment, status: Post.Status) -> None:
    if post.status != status:
        raise NotOpen


def _exactly(post: Question | Answer | Comment) -> dict[str, object]:
    if isinstance(post, Question):
        return {"question": post, "answer": None, "comment": None}
    if isinstance(post, Answer):
        return {"answer": post, "comment": None}
    return {"comment": post}


def _hide(post: Answer | Comment, reason: str, by: User, now: dt.datetime) -> None:
    locked(question_of(post))
    refresh_open(post)
    set_status(post, Post.Status.HIDDEN)
    if isinstance(post, Answer) and unaccept_silently(post):
        tell(Kind.UNACCEPTED, post, by=by, now=now)
    enter(post, Decision.HIDE, reason, by, now)
    tell(Kind.HIDDEN, post, by=by, now=now)
    settle(post.question)


def _unhide(post: Answer | Comment, by: User, now: dt.datetime) -> None:
    _lock(post)
    if post.status == Post.Status.HIDDEN:
        set_status(post, Post.Status.OPEN)
        enter(post, Decision.UNHIDE, "", by, now)
        tell(Kind.UNHIDDEN, post, by=by, now=now)
        settle(post.question)
