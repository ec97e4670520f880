"""Asking, changing and withdrawing a question, and saying that one's council needs the answer too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from forum.access import is_reviewed
from forum.actions.attaching import Added, attach
from forum.actions.drafting import drop_draft
from forum.actions.naming import name_people
from forum.actions.reading import has_read
from forum.actions.sealing import seal
from forum.actions.threads import (
    Kind,
    NoCouncil,
    NotOpen,
    announce,
    doer,
    keep_wording,
    locked,
    locked_open,
    locked_to_edit,
    set_own_status,
    speaks_for,
    tell,
    wait_again,
)
from forum.models import AskedElsewhere, AskedOf, Interest, Post, Question
from forum.signals import question_asked
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.core.markdown import render
from hub.public_ids import new_public_id
from stepshare.models import Product, Project
from taxonomy.models import Concept


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
    projects: Iterable[Project] = (),
    asked_of: Iterable[str] = (),
    files: Iterable[Added] = (),
    submission: str = "",
    unnamed: bool = False,
) -> Question:
    """The same submission again returns the question it made the first time. Whose posts are reviewed first waits, and so does
    what is `unnamed`: it tells neither author nor council, and takes no files."""
    if is_reviewed(by) and audience != Audience.PUBLIC:
        raise PermissionDenied
    council, job = (None, "") if unnamed else speaks_for(by, now)
    question, is_new = Question.objects.get_or_create(
        author=None if unnamed else by,
        is_sealed=unnamed,
        submission=submission or new_public_id(),
        defaults={
            "title": title,
            "body": body,
            "body_html": render(body),
            "audience": audience,
            "author_job": job,
            "council": council,
            "status": Post.Status.HELD if unnamed or is_reviewed(by) else Post.Status.OPEN,
            "asked_at": now,
            "last_activity_at": now,
        },
    )
    if is_new:
        _say_what_about(question, concepts, products, projects, asked_of)
        if unnamed:
            seal(question, by=by)
        else:
            attach(question, files, now=now)
        name_people(question, by=by, now=now)
        begin(question, by=None if unnamed else by, now=now)
    drop_draft(submission=question.submission, by=by)
    return question


@transaction.atomic
def ask_for(
    *,
    title: str,
    body: str,
    audience: Audience,
    way: AskedElsewhere.Way,
    by: User,
    now: dt.datetime,
    asker: User | None = None,
    name: str = "",
    email: str = "",
    concepts: Iterable[Concept] = (),
    products: Iterable[Product] = (),
    projects: Iterable[Project] = (),
    asked_of: Iterable[str] = (),
    files: Iterable[Added] = (),
    submission: str = "",
) -> Question:
    """A facilitator types in what came by mail or telephone. `asker` is a member who is named as its author; otherwise `name`
    is shown, if there is one, and answers go to `email`."""
    submission = submission or new_public_id()
    # One at a time for each facilitator: where no member asked, the row names no author whom a constraint could go by.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    again = Question.objects.filter(asked_elsewhere__entered_by=by, submission=submission).first()
    if again is not None:
        return again
    council, job = speaks_for(asker, now) if asker else (None, "")
    question = Question.objects.create(
        title=title,
        body=body,
        body_html=render(body),
        audience=audience,
        author=asker,
        author_job=job,
        council=council,
        asked_at=now,
        last_activity_at=now,
        submission=submission,
    )
    AskedElsewhere.objects.create(question=question, way=way, name=name, email=email, entered_by=by, entered_at=now)
    _say_what_about(question, concepts, products, projects, asked_of)
    attach(question, files, now=now)
    name_people(question, by=by, now=now)
    begin(question, by=by, now=now, way=str(way))
    drop_draft(submission=submission, by=by)
    return question


@transaction.atomic
def stop_answers(*, question: str, now: dt.datetime) -> None:
    """By the link in a mail: whoever asked hears no more, and their address is forgotten."""
    AskedElsewhere.objects.filter(question__public_id=question).update(email="")


@transaction.atomic
def edit_question(
    *,
    question: Question,
    title: str,
    body: str,
    concepts: Iterable[Concept],
    products: Iterable[Product],
    projects: Iterable[Project] | None = None,
    asked_of: Iterable[str] | None = None,
    by: User,
    now: dt.datetime,
    submission: str = "",
) -> None:
    """Not the audience: what others answered among members stays there. None leaves as it is what the form does not ask. Other
    words of those whose posts are reviewed first wait again."""
    locked_to_edit(question)
    is_reworded = (question.title, question.body) != (title, body)
    if is_reworded:
        keep_wording(question, now)
    question.title, question.body, question.body_html, question.edited_at = title, body, render(body), now
    question.save(update_fields=["title", "body", "body_html", "edited_at"])
    name_people(question, by=by, now=now)
    _say_what_about(question, concepts, products, projects, asked_of)
    if is_reworded and question.is_open and is_reviewed(by):
        wait_again(question, by=by, now=now)
    tell(Kind.EDITED, question, by=doer(question, by), now=now)
    announce(question)
    drop_draft(submission=submission, by=by)


@transaction.atomic
def need_this_too(*, question: Question, by: User, now: dt.datetime) -> Interest:
    locked_open(question)
    council, _ = speaks_for(by, now)
    if council is None:
        raise NoCouncil
    interest, is_new = Interest.objects.get_or_create(question=question, user=by, defaults={"council": council, "needed_at": now})
    if is_new:
        Question.objects.filter(pk=question.pk).recount_waiting()
        tell(Kind.NEEDED, question, by=by, now=now)
    return interest


@transaction.atomic
def no_longer_need(*, question: Question, by: User, now: dt.datetime) -> None:
    """One's own voice only: a colleague's keeps the council waiting."""
    locked(question)
    if Interest.objects.filter(question=question, user=by).delete()[0]:
        Question.objects.filter(pk=question.pk).recount_waiting()
        tell(Kind.NOT_NEEDED, question, by=by, now=now)


@transaction.atomic
def withdraw_question(*, question: Question, by: User, now: dt.datetime) -> None:
    """Its answers go out of sight with it; of one that was joined to another they stay where they are."""
    locked(question)
    if question.own_status not in (Post.Status.OPEN, Post.Status.HELD):
        raise NotOpen
    set_own_status(question, Post.Status.WITHDRAWN)
    tell(Kind.WITHDRAWN, question, by=doer(question, by), now=now)
    announce(question)


def begin(question: Question, *, by: User | None, now: dt.datetime, **details: str) -> None:
    """The first event of a question just made. `by` is None for one whose author is sealed."""
    tell(Kind.HELD if question.is_held else Kind.POSTED, question, by=by, now=now, **details)
    has_read(question, by=by, now=now)
    if question.is_open:
        question_asked.send(Question, question=question)
    announce(question)


def _say_what_about(
    question: Question,
    concepts: Iterable[Concept],
    products: Iterable[Product],
    projects: Iterable[Project] | None,
    asked_of: Iterable[str] | None,
) -> None:
    question.concepts.set(concepts)
    question.products.set(products)
    if projects is not None:
        question.projects.set(projects)
    if asked_of is not None:
        question.asked_of.all().delete()
        AskedOf.objects.bulk_create(AskedOf(question=question, tier=tier) for tier in sorted(set(asked_of)))
