"""Every write to question time. What the writer may do is asked in `access`; what a post's state allows is asked here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from forum.models import Answer, AnswerMark, Interest, ModerationEntry, Post, Question
from forum.signals import question_changed
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.core.markdown import render
from hub.members.queries import council_of, memberships_of, shows_job_role
from hub.organisations.models import Organisation
from hub.public_ids import new_public_id
from stepshare.models import Product
from taxonomy.models import Concept


class NotOpen(PermissionDenied):
    """The post has been hidden or withdrawn, perhaps since the page was drawn."""


class NoCouncil(PermissionDenied):
    """Only a member of a council can say what their council needs."""


@transaction.atomic
def ask(
    *,
    title: str,
    body: str,
    audience: Audience,
    by: User,
    now: dt.datetime,
    concepts: Iterable[Concept] = (),
    products: Iterable[Product] = (),
    submission: str = "",
) -> Question:
    """The same submission again returns the question it made the first time."""
    council, job = _speaks_for(by, now)
    question, is_new = Question.objects.get_or_create(
        author=by,
        submission=submission or new_public_id(),
        defaults={
            "title": title,
            "body": body,
            "body_html": render(body),
            "audience": audience,
            "author_job": job,
            "council": council,
            "asked_at": now,
            "last_activity_at": now,
        },
    )
    if is_new:
        question.concepts.set(concepts)
        question.products.set(products)
        _announce(question)
    return question


@transaction.atomic
def edit_question(
    *,
    question: Question,
    title: str,
    body: str,
    concepts: Iterable[Concept],
    products: Iterable[Product],
    by: User,
    now: dt.datetime,
) -> None:
    """Not the audience: what others answered among members stays there."""
    _locked_open(question)
    question.title, question.body, question.body_html, question.edited_at = title, body, render(body), now
    question.save(update_fields=["title", "body", "body_html", "edited_at"])
    question.concepts.set(concepts)
    question.products.set(products)
    _announce(question)


@transaction.atomic
def answer(*, question: Question, body: str, by: User, now: dt.datetime, submission: str = "") -> Answer:
    """The same submission again returns the answer it made the first time."""
    _locked_open(question)
    council, job = _speaks_for(by, now)
    new, is_new = Answer.objects.get_or_create(
        author=by,
        submission=submission or new_public_id(),
        defaults={
            "question": question,
            "body": body,
            "body_html": render(body),
            "author_job": job,
            "council": council,
            "answered_at": now,
        },
    )
    if is_new:
        _settle(question)
    return new


@transaction.atomic
def edit_answer(*, answer: Answer, body: str, by: User, now: dt.datetime) -> None:
    _locked_open(answer.question)
    _refresh_open(answer)
    answer.body, answer.body_html, answer.edited_at = body, render(body), now
    answer.save(update_fields=["body", "body_html", "edited_at"])
    _announce(answer.question)


@transaction.atomic
def accept(*, answer: Answer, by: User, now: dt.datetime) -> None:
    """In place of any other: a question has one accepted answer."""
    _locked_open(answer.question)
    _refresh_open(answer)
    AnswerMark.objects.update_or_create(
        question=answer.question, kind=AnswerMark.Kind.ACCEPTED, defaults={"answer": answer, "marked_by": by, "marked_at": now}
    )
    _announce(answer.question)


@transaction.atomic
def unaccept(*, answer: Answer, by: User, now: dt.datetime) -> None:
    _locked_open(answer.question)
    _unmark(answer)
    _announce(answer.question)


@transaction.atomic
def need_this_too(*, question: Question, by: User, now: dt.datetime) -> Interest:
    _locked_open(question)
    council, _ = _speaks_for(by, now)
    if council is None:
        raise NoCouncil
    interest, _ = Interest.objects.get_or_create(question=question, user=by, defaults={"council": council, "needed_at": now})
    return interest


@transaction.atomic
def no_longer_need(*, question: Question, by: User, now: dt.datetime) -> None:
    """One's own voice only: a colleague's keeps the council waiting."""
    Interest.objects.filter(question=question, user=by).delete()


@transaction.atomic
def withdraw_question(*, question: Question, by: User, now: dt.datetime) -> None:
    """Its answers go out of sight with it."""
    _locked_open(question)
    _set_status(question, Post.Status.WITHDRAWN)
    _announce(question)


@transaction.atomic
def withdraw_answer(*, answer: Answer, by: User, now: dt.datetime) -> None:
    _locked(answer.question)
    _refresh_open(answer)
    _set_status(answer, Post.Status.WITHDRAWN)
    _unmark(answer)
    _settle(answer.question)


@transaction.atomic
def hide_question(*, question: Question, reason: str, by: User, now: dt.datetime) -> None:
    _locked_open(question)
    _set_status(question, Post.Status.HIDDEN)
    _enter(question, None, ModerationEntry.Decision.HIDE, reason, by, now)
    _announce(question)


@transaction.atomic
def unhide_question(*, question: Question, by: User, now: dt.datetime) -> None:
    """Only what was hidden: what its author withdrew stays withdrawn."""
    _locked(question)
    if question.status == Post.Status.HIDDEN:
        _set_status(question, Post.Status.OPEN)
        _enter(question, None, ModerationEntry.Decision.UNHIDE, "", by, now)
        _announce(question)


@transaction.atomic
def hide_answer(*, answer: Answer, reason: str, by: User, now: dt.datetime) -> None:
    _locked(answer.question)
    _refresh_open(answer)
    _set_status(answer, Post.Status.HIDDEN)
    _unmark(answer)
    _enter(answer.question, answer, ModerationEntry.Decision.HIDE, reason, by, now)
    _settle(answer.question)


@transaction.atomic
def unhide_answer(*, answer: Answer, by: User, now: dt.datetime) -> None:
    """Not accepted again by itself."""
    _locked(answer.question)
    answer.refresh_from_db(fields=["status"])
    if answer.status == Post.Status.HIDDEN:
        _set_status(answer, Post.Status.OPEN)
        _enter(answer.question, answer, ModerationEntry.Decision.UNHIDE, "", by, now)
        _settle(answer.question)


def _speaks_for(user: User, now: dt.datetime) -> tuple[Organisation | None, str]:
    """The council somebody posts for, and their job there unless they keep it from the others."""
    council = council_of(user, now)
    if not shows_job_role(user):
        return council, ""
    jobs = (membership.job_role for membership in memberships_of(user, now) if council and membership.organisation_id == council.pk)
    return council, next(jobs, "")


def _locked(question: Question) -> None:
    """One writer at a time to each thread; SQLite has one for the whole database anyway."""
    question.status = Question.objects.select_for_update().values_list("status", flat=True).get(pk=question.pk)


def _locked_open(question: Question) -> None:
    _locked(question)
    if not question.is_open:
        raise NotOpen


def _refresh_open(answer: Answer) -> None:
    answer.refresh_from_db(fields=["status"])
    if not answer.is_open:
        raise NotOpen


def _set_status(post: Question | Answer, status: Post.Status) -> None:
    post.status = status
    post.save(update_fields=["status"])


def _unmark(answer: Answer) -> None:
    answer.marks.filter(kind=AnswerMark.Kind.ACCEPTED).delete()


def _enter(
    question: Question, answer: Answer | None, decision: ModerationEntry.Decision, reason: str, by: User, now: dt.datetime
) -> None:
    ModerationEntry.objects.create(
        question=question, answer=answer, decision=decision, reason=reason, decided_by=by, decided_at=now
    )


def _settle(question: Question) -> None:
    """Activity is the newest post that everybody can read: a hidden answer must not move the question up."""
    newest = question.answers.open().aggregate(at=Max("answered_at"))["at"]
    question.last_activity_at = max(question.asked_at, newest or question.asked_at)
    question.save(update_fields=["last_activity_at"])
    _announce(question)


def _announce(question: Question) -> None:
    question_changed.send(Question, question=question)
