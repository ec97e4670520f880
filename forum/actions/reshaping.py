"""Joining two threads, splitting one, and moving one to another audience. What was written among members never gets wider (ADR 0014)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from forum.access import can_move_back
from forum.actions.naming import name_people
from forum.actions.threads import Kind, NotOpen, announce, locked, locked_open, settle, speaks_for, tell
from forum.models import Answer, AnswerMark, Comment, Interest, Post, Question, QuestionEvent, ReshapedPart, Reshaping
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.core.markdown import render


class WouldExpose(PermissionDenied):
    """Others wrote there among members."""


class NotParted(PermissionDenied):
    """What was joined or split has been joined or split further since: the later goes first."""


# --- Two about the same ---------------------------------------------------------------------------


@transaction.atomic
def merge(*, source: Question, target: Question, by: User, now: dt.datetime) -> Reshaping:
    """Answers, comments and the councils that wait go to `target`; the address of `source` leads there for ever."""
    _lock_both(source, target)
    if source.pk == target.pk or not (source.is_open and target.is_open):
        raise NotOpen
    if source.audience == Audience.MEMBERS and target.audience != Audience.MEMBERS:
        raise WouldExpose
    return _join(source, target, by, now)


@transaction.atomic
def unmerge(*, reshaping: Reshaping, by: User, now: dt.datetime) -> None:
    """What came with `source` goes back, and its answers' marks with them; what was posted since stays.

    If it had been public, and was joined to a thread among members, it is public again unless somebody wrote in it there.
    """
    source, target = _standing(reshaping, Reshaping.Kind.MERGE)
    if source.status != Post.Status.MERGED or source.duplicate_of_id != target.pk or target.status == Post.Status.MERGED:
        raise NotParted
    parts = list(reshaping.parts.select_related("answer", "comment", "interest"))
    answers = [part.answer for part in parts if part.answer and part.answer.question_id == target.pk]
    comments = [part.comment for part in parts if part.comment and part.comment.question_id == target.pk]
    written_since = QuestionEvent.objects.filter(
        Q(answer__in=answers) | Q(comment__in=comments), kind__in=QuestionEvent.WRITTEN, at__gte=reshaping.done_at
    )
    # Whose words were hidden or withdrawn is so now with all that it has.
    source.status, source.status_apart, source.duplicate_of = source.status_apart, Post.Status.OPEN, None
    if target.audience == Audience.MEMBERS and written_since.exists():
        source.audience = Audience.MEMBERS
    source.save(update_fields=["status", "status_apart", "duplicate_of", "audience"])
    _move_posts(answers, comments, target, source)
    # One too many where the question had kept its own, and none where its accepted answer has gone elsewhere.
    AnswerMark.objects.accepted().filter(answer__in=answers, question=target).delete()
    AnswerMark.objects.accepted().filter(question=source).exclude(answer__question=source).delete()
    for part in parts:
        if part.interest is None or part.interest.question_id != target.pk:
            continue
        if part.made_here:
            part.interest.delete()
        else:
            Interest.objects.filter(pk=part.interest.pk).update(question=source)
    Question.objects.filter(pk__in=[source.pk, target.pk]).recount_waiting()
    _undone(reshaping, by, now)
    tell(Kind.UNMERGED, source, by=by, now=now, parted_from=target.public_id)
    tell(Kind.UNMERGED, target, by=by, now=now, parted_from=source.public_id)
    settle(source)
    settle(target)


# --- Two things in one ----------------------------------------------------------------------------


@transaction.atomic
def split(*, question: Question, answers: Collection[Answer], title: str, body: str, by: User, now: dt.datetime) -> Reshaping:
    """The answers become those of a new question, in the facilitator's words, about the same things and for the same readers."""
    locked_open(question)
    chosen = list(question.answers.filter(pk__in=[answer.pk for answer in answers]))
    if not chosen or len(chosen) != len(answers):
        raise NotOpen
    council, job = speaks_for(by, now)
    new = Question.objects.create(
        title=title,
        body=body,
        body_html=render(body),
        audience=question.audience,
        author=by,
        author_job=job,
        council=council,
        asked_at=now,
        last_activity_at=now,
        split_from=question,
    )
    name_people(new, by=by, now=now)
    new.concepts.set(question.concepts.all())
    new.products.set(question.products.all())
    new.projects.set(question.projects.all())
    reshaping = Reshaping.objects.create(kind=Reshaping.Kind.SPLIT, source=question, target=new, done_by=by, done_at=now)
    ReshapedPart.objects.bulk_create(ReshapedPart(reshaping=reshaping, answer=answer) for answer in chosen)
    _move_posts(chosen, [], question, new)
    tell(Kind.SPLIT, new, by=by, now=now, from_question=question.public_id, answers=len(chosen))
    tell(Kind.SPLIT, question, by=by, now=now, to_question=new.public_id, answers=len(chosen))
    settle(question)
    settle(new)
    return reshaping


@transaction.atomic
def unsplit(*, reshaping: Reshaping, by: User, now: dt.datetime) -> Reshaping:
    """All that the new question has goes back, what was posted there since as well; its address leads to the old one."""
    source, new = _standing(reshaping, Reshaping.Kind.SPLIT)
    if not (source.is_open and new.is_open):
        raise NotParted
    if new.audience == Audience.MEMBERS and source.audience != Audience.MEMBERS:
        raise WouldExpose
    _undone(reshaping, by, now)
    tell(Kind.UNSPLIT, source, by=by, now=now, from_question=new.public_id)
    return _join(new, source, by, now)


# --- Who can read it ------------------------------------------------------------------------------


@transaction.atomic
def move(*, question: Question, audience: Audience, by: User, now: dt.datetime) -> None:
    """From everyone to members at any time. The other way its asker moves it while nobody else wrote in it, and a facilitator
    while nobody wrote in it since it was moved to members."""
    locked(question)
    if question.status == Post.Status.MERGED:
        raise NotOpen
    if question.audience == audience:
        return
    if audience == Audience.PUBLIC and not (may_open_to_everyone(question, by) or can_move_back(by, question)):
        raise WouldExpose
    question.audience = audience
    question.save(update_fields=["audience"])
    tell(Kind.MOVED, question, by=None if question.is_sealed else by, now=now, to_audience=str(audience))
    announce(question)


def may_open_to_everyone(question: Question, by: User) -> bool:
    """What is out of sight counts too: it may come back. Hidden and withdrawn words were promised to members as well."""
    if question.is_sealed or question.author_id != by.pk or question.split_from_id is not None:
        return False
    return not (
        question.answers.exclude(author=by).exists()
        or question.comments.exclude(author=by).exists()
        or question.duplicates.exists()
        or question.reshapings_to.exists()
        or question.marks.exclude(marked_by=by).exists()
    )


# --- How ------------------------------------------------------------------------------------------


def _lock_both(one: Question, other: Question) -> None:
    """Always in the same order, so that two facilitators do not wait for each other."""
    for question in sorted((one, other), key=lambda question: question.pk):
        locked(question)


def _standing(reshaping: Reshaping, kind: Reshaping.Kind) -> tuple[Question, Question]:
    reshaping.refresh_from_db()
    _lock_both(reshaping.source, reshaping.target)
    if reshaping.undone_at is not None or reshaping.kind != kind:
        raise NotParted
    return reshaping.source, reshaping.target


def _undone(reshaping: Reshaping, by: User, now: dt.datetime) -> None:
    reshaping.undone_by, reshaping.undone_at = by, now
    reshaping.save(update_fields=["undone_by", "undone_at"])


def _join(source: Question, target: Question, by: User, now: dt.datetime) -> Reshaping:
    answers, comments = list(source.answers.all()), list(source.comments.filter(answer=None))
    heard = set(target.interests.exclude(user=None).values_list("user_id", flat=True))
    interests = [need for need in source.interests.all() if need.user_id is None or need.user_id not in heard]
    reshaping = Reshaping.objects.create(kind=Reshaping.Kind.MERGE, source=source, target=target, done_by=by, done_at=now)
    parts = [ReshapedPart(reshaping=reshaping, answer=answer) for answer in answers]
    parts += [ReshapedPart(reshaping=reshaping, comment=comment) for comment in comments]
    parts += [ReshapedPart(reshaping=reshaping, interest=need) for need in interests]
    Interest.objects.filter(pk__in=[need.pk for need in interests]).update(question=target)
    if need := _askers_need(source, target):
        parts.append(ReshapedPart(reshaping=reshaping, interest=need, made_here=True))
    ReshapedPart.objects.bulk_create(parts)
    Question.objects.filter(pk__in=[source.pk, target.pk]).recount_waiting()
    _move_posts(answers, comments, source, target)
    source.status, source.duplicate_of = Post.Status.MERGED, target
    source.save(update_fields=["status", "duplicate_of"])
    tell(Kind.MERGED, source, by=by, now=now, into=target.public_id)
    tell(Kind.MERGED, target, by=by, now=now, merged_from=source.public_id, answers=len(answers))
    settle(source)
    settle(target)
    return reshaping


def _askers_need(source: Question, target: Question) -> Interest | None:
    """Who asked the same waits for the same answer."""
    if source.council is None or source.council_id == target.council_id or source.split_from_id == target.pk:
        return None
    if source.author_id and target.interests.filter(user=source.author_id).exists():
        return None
    return Interest.objects.create(question=target, user=source.author, council=source.council, needed_at=source.asked_at)


def _move_posts(answers: Iterable[Answer], comments: Iterable[Comment], here: Question, there: Question) -> None:
    """With everything that hangs on them. Of two accepted answers the one that is there already stays accepted."""
    keys = [answer.pk for answer in answers]
    Answer.objects.filter(pk__in=keys).update(question=there)
    Comment.objects.filter(Q(answer__in=keys) | Q(pk__in=[comment.pk for comment in comments])).update(question=there)
    marks = AnswerMark.objects.filter(answer__in=keys)
    marks.filter(kind__in=AnswerMark.OF_COUNCILS).update(question=there)
    if not AnswerMark.objects.accepted().filter(question=there).exists():
        marks.accepted().filter(question=here).update(question=there)
