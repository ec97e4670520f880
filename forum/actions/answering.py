"""Answers and comments: posting, changing and withdrawing them; and what the asker and other councils say of an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from forum.access import is_author, is_reviewed
from forum.actions.attaching import Added, attach
from forum.actions.drafting import drop_draft
from forum.actions.naming import name_people
from forum.actions.reading import has_read
from forum.actions.sealing import seal
from forum.actions.threads import (
    Kind,
    NoCouncil,
    announce,
    doer,
    keep_wording,
    locked,
    locked_for_answers,
    locked_open,
    question_of,
    refresh_open,
    refresh_to_edit,
    set_status,
    settle,
    speaks_for,
    tell,
    unaccept_silently,
    wait_again,
)
from forum.models import Answer, AnswerMark, Comment, Post, Question
from hub.accounts.models import User
from hub.core.markdown import render
from hub.public_ids import new_public_id
from stepshare.models import Product


@transaction.atomic
def answer(
    *,
    question: Question,
    body: str,
    by: User,
    now: dt.datetime,
    files: Iterable[Added] = (),
    submission: str = "",
    unnamed: bool = False,
) -> Answer:
    """The same submission again returns the answer it made the first time. Whose posts are reviewed first waits, and so does
    what is `unnamed`: it tells neither author nor council, and takes no files."""
    locked_for_answers(question)
    council, job = (None, "") if unnamed else speaks_for(by, now)
    new, is_new = Answer.objects.get_or_create(
        author=None if unnamed else by,
        is_sealed=unnamed,
        submission=submission or new_public_id(),
        defaults={
            "question": question,
            "body": body,
            "body_html": render(body),
            "author_job": job,
            "council": council,
            "status": Post.Status.HELD if unnamed or is_reviewed(by) else Post.Status.OPEN,
            "asker_of": question if _is_asker(question, by, unnamed=unnamed) else None,
            "answered_at": now,
        },
    )
    if is_new:
        if unnamed:
            seal(new, by=by)
        else:
            attach(new, files, now=now)
        name_people(new, by=by, now=now)
        begin_reply(new, by=None if unnamed else by, now=now)
    drop_draft(submission=new.submission, by=by)
    return new


@transaction.atomic
def comment(
    *, on: Question | Answer, body: str, by: User, now: dt.datetime, submission: str = "", unnamed: bool = False
) -> Comment:
    """The same submission again returns the comment it made the first time. Reviewed first as an answer is."""
    question = question_of(on)
    locked_open(question)
    if isinstance(on, Answer):
        refresh_open(on)
    council, job = (None, "") if unnamed else speaks_for(by, now)
    new, is_new = Comment.objects.get_or_create(
        author=None if unnamed else by,
        is_sealed=unnamed,
        submission=submission or new_public_id(),
        defaults={
            "question": question,
            "answer": on if isinstance(on, Answer) else None,
            "body": body,
            "body_html": render(body),
            "author_job": job,
            "council": council,
            "status": Post.Status.HELD if unnamed or is_reviewed(by) else Post.Status.OPEN,
            "asker_of": question if _is_asker(question, by, unnamed=unnamed) else None,
            "commented_at": now,
        },
    )
    if is_new:
        if unnamed:
            seal(new, by=by)
        name_people(new, by=by, now=now)
        begin_reply(new, by=None if unnamed else by, now=now)
    drop_draft(submission=new.submission, by=by)
    return new


def _is_asker(question: Question, by: User, *, unnamed: bool) -> bool:
    """Of two posts, one with a name and one without, it is never said that one person wrote both: not even in a count."""
    if question.is_sealed != unnamed:
        return False
    return is_author(by, question)


def begin_reply(post: Answer | Comment, *, by: User | None, now: dt.datetime) -> None:
    """The first event of an answer or comment just made. `by` is None for one whose author is sealed."""
    tell(Kind.HELD if post.is_held else Kind.POSTED, post, by=by, now=now)
    has_read(post.question, by=by, now=now)
    settle(post.question)


@transaction.atomic
def edit_answer(*, answer: Answer, body: str, by: User, now: dt.datetime, submission: str = "") -> None:
    _edit(answer, body, by, now)
    drop_draft(submission=submission, by=by)


@transaction.atomic
def edit_comment(*, comment: Comment, body: str, by: User, now: dt.datetime, submission: str = "") -> None:
    _edit(comment, body, by, now)
    drop_draft(submission=submission, by=by)


@transaction.atomic
def withdraw_answer(*, answer: Answer, by: User, now: dt.datetime) -> None:
    _withdraw(answer, by, now)


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: User, now: dt.datetime) -> None:
    _withdraw(comment, by, now)


# --- What is said of an answer --------------------------------------------------------------------


@transaction.atomic
def accept(*, answer: Answer, by: User, now: dt.datetime) -> None:
    """In place of any other: a question has one accepted answer."""
    question = question_of(answer)
    locked_open(question)
    refresh_open(answer)
    before = AnswerMark.objects.accepted().filter(question=question).select_related("answer").first()
    if before is not None and before.answer_id == answer.pk:
        return
    AnswerMark.objects.update_or_create(
        question=question,
        kind=AnswerMark.Kind.ACCEPTED,
        defaults={"answer": answer, "marked_by": doer(question, by), "marked_at": now},
    )
    if before is not None:
        tell(Kind.UNACCEPTED, before.answer, by=doer(question, by), now=now)
    tell(Kind.ACCEPTED, answer, by=doer(question, by), now=now)
    announce(question)


@transaction.atomic
def unaccept(*, answer: Answer, by: User, now: dt.datetime) -> None:
    question = question_of(answer)
    locked_open(question)
    if AnswerMark.objects.accepted().filter(answer=answer, question=question).delete()[0]:
        tell(Kind.UNACCEPTED, answer, by=doer(question, by), now=now)
    announce(question)


@transaction.atomic
def mark_for_council(*, answer: Answer, kind: AnswerMark.Kind, by: User, now: dt.datetime) -> AnswerMark:
    """ "It worked for us" or "it is out of date", once for each council: a colleague who says so too changes nothing."""
    question = question_of(answer)
    locked_open(question)
    refresh_open(answer)
    council, _ = speaks_for(by, now)
    if council is None or kind not in AnswerMark.OF_COUNCILS:
        raise NoCouncil
    mark, is_new = AnswerMark.objects.get_or_create(
        answer=answer,
        kind=kind,
        council=council,
        defaults={"question": question, "marked_by": by, "marked_at": now},
    )
    if is_new:
        tell(Kind.MARKED, answer, by=by, now=now, mark=str(kind))
    announce(question)
    return mark


@transaction.atomic
def say_what_it_worked_with(*, answer: Answer, product: Product | None, by: User, now: dt.datetime) -> bool:
    """None takes the system back. False if the council does not say, or no longer, that the answer worked. The mark is of
    whoever has said something of it last: what was said among members keeps a thread among them (`access.can_move_back`)."""
    locked_open(question_of(answer))
    refresh_open(answer)
    council, _ = speaks_for(by, now)
    if council is None:
        raise NoCouncil
    said = AnswerMark.objects.filter(answer=answer, kind=AnswerMark.Kind.WORKED, council=council)
    return bool(said.update(product=product, marked_by=by, marked_at=now))


@transaction.atomic
def unmark_for_council(*, answer: Answer, kind: AnswerMark.Kind, by: User, now: dt.datetime) -> None:
    """For the whole council, whoever of it said so."""
    question = question_of(answer)
    locked(question)
    council, _ = speaks_for(by, now)
    if council is None or kind not in AnswerMark.OF_COUNCILS:
        raise NoCouncil
    if AnswerMark.objects.filter(answer=answer, kind=kind, council=council).delete()[0]:
        tell(Kind.UNMARKED, answer, by=by, now=now, mark=str(kind))
        announce(question)


def _edit(post: Answer | Comment, body: str, by: User, now: dt.datetime) -> None:
    locked_open(question_of(post))
    refresh_to_edit(post)
    is_reworded = post.body != body
    if is_reworded:
        keep_wording(post, now)
    post.body, post.body_html, post.edited_at = body, render(body), now
    post.save(update_fields=["body", "body_html", "edited_at"])
    name_people(post, by=by, now=now)
    if is_reworded and post.is_open and is_reviewed(by):
        wait_again(post, by=by, now=now)
    tell(Kind.EDITED, post, by=doer(post, by), now=now)
    settle(post.question)


def _withdraw(post: Answer | Comment, by: User, now: dt.datetime) -> None:
    locked(question_of(post))
    refresh_to_edit(post)
    set_status(post, Post.Status.WITHDRAWN)
    if isinstance(post, Answer) and unaccept_silently(post):
        tell(Kind.UNACCEPTED, post, by=doer(post, by), now=now)
    tell(Kind.WITHDRAWN, post, by=doer(post, by), now=now)
    settle(post.question)
