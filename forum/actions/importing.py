"""Bringing in what was asked and answered elsewhere, and giving it to those who wrote it."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from forum.import_file import ANSWER, COMMENT, QUESTION, Row
from forum.import_plan import Plan, Planned, users_with
from forum.models import (
    Answer,
    AnswerMark,
    Comment,
    ImportedPost,
    PostRevision,
    Question,
    QuestionConcept,
    QuestionEvent,
    QuestionProduct,
)
from forum.signals import questions_changed
from hub.accounts.models import User
from hub.core.prepared_inserts import PreparedInserts, reserve_keys
from hub.mail.recipients import address_hash

AT_ONCE = 500
Post = Question | Answer | Comment


class Overtaken(Exception):
    """Something that the plan was made from has changed since: another import, or somebody's account."""


@dataclass
class _Rows:
    """What a plan's new rows come to, one list for each table, made before there is a lock. `touched` are the questions of
    earlier imports that they belong to."""

    questions: dict[str, Question] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    concepts: list[QuestionConcept] = field(default_factory=list)
    products: list[QuestionProduct] = field(default_factory=list)
    accepted: list[AnswerMark] = field(default_factory=list)
    imported: list[ImportedPost] = field(default_factory=list)
    events: list[QuestionEvent] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    @cached_property
    def questions_by_pk(self) -> dict[int, Question]:
        """To be asked for once all of them are made."""
        return {question.pk: question for question in self.questions.values()}

    def prepared(self) -> PreparedInserts:
        """Past the signal that notifications hear."""
        inserts = PreparedInserts()
        inserts.add(Question, [*self.questions.values()])
        inserts.add(Answer, [*self.answers.values()])
        inserts.add(Comment, [*self.comments.values()])
        inserts.add(QuestionConcept, self.concepts)
        inserts.add(QuestionProduct, self.products)
        inserts.add(AnswerMark, self.accepted)
        inserts.add(ImportedPost, self.imported)
        inserts.add(QuestionEvent, self.events)
        return inserts


def bring_in(*, plan: Plan, update: bool, by: User | None, now: dt.datetime) -> None:
    """All of it or nothing. Nobody is notified, and nobody is asked to help with what is long past."""
    rows = _built(plan, by, now)
    inserts = rows.prepared()
    # The collector would look through all that waits to be written, again and again, while everybody waits for the lock.
    was_on = gc.isenabled()
    gc.disable()
    try:
        with transaction.atomic():
            if users_with(plan.authors) != plan.authors:
                raise Overtaken
            inserts.write()
            _settle(rows.touched)
            questions_changed.send(Question, questions=set(rows.questions_by_pk))
            if update:
                _change(plan, by, now)
    except IntegrityError as error:
        raise Overtaken from error
    finally:
        if was_on:
            gc.enable()


def _built(plan: Plan, by: User | None, now: dt.datetime) -> _Rows:
    rows = _Rows()
    build: tuple[tuple[str, type[Post], Callable[[_Rows, Planned, Plan, int, dt.datetime], Post]], ...] = (
        (QUESTION, Question, _question),
        (ANSWER, Answer, _answer),
        (COMMENT, Comment, _comment),
    )
    posts: dict[str, Post] = {}
    for kind, model, build_one in build:
        of_kind = [planned for planned in plan.new if planned.row.kind == kind]
        for planned, key in zip(of_kind, reserve_keys(model, len(of_kind)), strict=True):
            posts[planned.row.key] = build_one(rows, planned, plan, key, now)
    for planned in plan.new:
        post = posts[planned.row.key]
        rows.imported.append(
            ImportedPost(
                source=plan.source,
                key=planned.row.key,
                address_hash=planned.address_hash,
                fingerprint=planned.fingerprint,
                imported_at=now,
                **{f"{planned.row.kind}_id": post.pk},
            )
        )
        rows.events.append(QuestionEvent(kind=QuestionEvent.Kind.IMPORTED, by=by, at=now, **_about(post)))
    return rows


def _question(rows: _Rows, planned: Planned, plan: Plan, key: int, now: dt.datetime) -> Question:
    row = planned.row
    question = rows.questions[row.key] = Question(
        pk=key,
        **_written(planned),
        title=row.title,
        audience=row.audience,
        asked_at=row.at,
        last_activity_at=row.at,
        helpers_sought_at=now,
    )
    rows.concepts.extend(QuestionConcept(question_id=key, concept_id=concept) for concept in planned.concepts)
    rows.products.extend(QuestionProduct(question_id=key, product_id=product) for product in planned.products)
    return question


def _answer(rows: _Rows, planned: Planned, plan: Plan, key: int, now: dt.datetime) -> Answer:
    row = planned.row
    home = _home(rows, row, plan)
    answer = rows.answers[row.key] = Answer(
        pk=key, question_id=home, **_written(planned), answered_at=row.at, asker_of_id=home if planned.by_asker else None
    )
    if row.is_accepted:
        rows.accepted.append(AnswerMark(kind=AnswerMark.Kind.ACCEPTED, answer_id=key, question_id=home, marked_at=row.at))
    return answer


def _comment(rows: _Rows, planned: Planned, plan: Plan, key: int, now: dt.datetime) -> Comment:
    row = planned.row
    answer: int | None = None
    if row.parent in rows.answers:
        answer = rows.answers[row.parent].pk
    elif row.parent in plan.parents:
        answer = plan.parents[row.parent].answer
    home = _home(rows, row, plan)
    comment = rows.comments[row.key] = Comment(
        pk=key,
        question_id=home,
        answer_id=answer,
        **_written(planned),
        commented_at=row.at,
        asker_of_id=home if planned.by_asker else None,
    )
    return comment


def _home(rows: _Rows, row: Row, plan: Plan) -> int:
    """The question that a reply belongs to, which it makes more recent. One from an earlier import is settled in the end, since
    more may have happened there."""
    key: int
    if row.parent in rows.questions:
        key = rows.questions[row.parent].pk
    elif row.parent in rows.answers:
        key = rows.answers[row.parent].question_id
    else:
        key = plan.parents[row.parent].question
    if (question := rows.questions_by_pk.get(key)) is None:
        rows.touched.add(key)
    else:
        question.last_activity_at = max(question.last_activity_at, row.at)
    return key


def _written(planned: Planned) -> dict[str, Any]:
    return {
        "body": planned.row.body,
        "body_html": planned.body_html,
        "author_id": planned.author,
        "author_before": planned.name,
        "council_id": planned.council,
    }


def _tell(kind: QuestionEvent.Kind, posts: Iterable[Post], by: User | None, now: dt.datetime) -> None:
    """Past the signal that notifications hear."""
    QuestionEvent.objects.bulk_create(
        (QuestionEvent(kind=kind, by=by, at=now, **_about(post)) for post in posts),
        batch_size=AT_ONCE,
    )


def _about(post: Post) -> dict[str, int | None]:
    if isinstance(post, Question):
        return {"question_id": post.pk}
    if isinstance(post, Answer):
        return {"question_id": post.question_id, "answer_id": post.pk}
    return {"question_id": post.question_id, "answer_id": post.answer_id, "comment_id": post.pk}


def _settle(questions: Collection[int]) -> None:
    """As `threads.settle`, for many at once."""
    answered = _latest(Answer.objects.open(), "answered_at")
    commented = _latest(Comment.objects.shown(), "commented_at")
    active = Greatest(F("asked_at"), Coalesce(answered, F("asked_at")), Coalesce(commented, F("asked_at")))
    for part in _parts(sorted(questions)):
        Question.objects.filter(pk__in=part).update(last_activity_at=active)
    questions_changed.send(Question, questions=questions)


def _latest(posts: Any, at: str) -> Subquery:
    of_one = posts.filter(question=OuterRef("pk")).order_by().values("question")
    return Subquery(of_one.annotate(latest=Max(at)).values("latest"))


def _parts(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


# --- What the file says otherwise now -------------------------------------------------------------


def _change(plan: Plan, by: User | None, now: dt.datetime) -> None:
    """Title, text, date, council, terms and systems. What stood there can still be read."""
    touched: set[int] = set()
    for model, kind, at in ((Question, QUESTION, "asked_at"), (Answer, ANSWER, "answered_at"), (Comment, COMMENT, "commented_at")):
        of_kind = {getattr(known, f"{kind}_id"): planned for planned, known in plan.changed if planned.row.kind == kind}
        touched |= _change_posts(model, kind, at, of_kind, by, now)
    questions = {known.question_id: planned for planned, known in plan.changed if known.question_id}
    _say_anew(QuestionConcept, "concept_id", {key: planned.concepts for key, planned in questions.items()})
    _say_anew(QuestionProduct, "product_id", {key: planned.products for key, planned in questions.items()})
    imported = _locked(ImportedPost, [known.pk for _, known in plan.changed])
    fingerprints = {known.pk: planned.fingerprint for planned, known in plan.changed}
    for row in imported:
        row.fingerprint = fingerprints[row.pk]
    _write_over(ImportedPost, imported, ["fingerprint"])
    _settle(touched)


def _change_posts(model: Any, kind: str, at: str, of_kind: dict[int, Planned], by: User | None, now: dt.datetime) -> set[int]:
    """Returns the questions they belong to."""
    posts = _locked(model, of_kind)
    PostRevision.objects.bulk_create(
        (
            PostRevision(
                **{kind: post},
                title=getattr(post, "title", ""),
                body=post.body,
                written_at=post.edited_at or post.posted_at,
                replaced_at=now,
            )
            for post in posts
        ),
        batch_size=AT_ONCE,
    )
    fields = ["body", "body_html", "edited_at", "council", at]
    for post in posts:
        planned = of_kind[post.pk]
        post.body, post.body_html, post.edited_at = planned.row.body, planned.body_html, now
        post.council_id = planned.council
        setattr(post, at, planned.row.at)
        if kind == QUESTION:
            post.title = planned.row.title
            post.last_activity_at = max(post.last_activity_at, planned.row.at)
    _write_over(model, posts, [*fields, "title", "last_activity_at"] if kind == QUESTION else fields)
    _tell(QuestionEvent.Kind.EDITED, posts, by, now)
    return {post.pk if kind == QUESTION else post.question_id for post in posts}


def _say_anew(model: Any, name: str, wanted: dict[int, tuple[int, ...]]) -> None:
    """Terms or systems of each question: those the file no longer names go."""
    there = {
        (question, thing): key
        for part in _parts(sorted(wanted))
        for key, question, thing in model.objects.filter(question__in=part).values_list("pk", "question_id", name)
    }
    named = {(question, thing) for question, things in wanted.items() for thing in things}
    for part in _parts(sorted(there[pair] for pair in there.keys() - named)):
        model.objects.filter(pk__in=part).delete()
    added = sorted(named - there.keys())
    model.objects.bulk_create((model(question_id=question, **{name: thing}) for question, thing in added), batch_size=AT_ONCE)


def _locked(model: Any, keys: Iterable[int]) -> list[Any]:
    return [row for part in _parts(sorted(keys)) for row in model.objects.select_for_update().filter(pk__in=part)]


def _write_over(model: Any, rows: list[Any], fields: list[str]) -> None:
    """Of rows that are locked, and so still there. A bulk_update says each value in a CASE of its own and takes ten times as long."""
    model.objects.bulk_create(rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["pk"], update_fields=fields)


# --- Whose it is ----------------------------------------------------------------------------------


@transaction.atomic
def claim(*, posts: Collection[ImportedPost], addresses: Collection[str], by: User, now: dt.datetime) -> int:
    """Of these, those that were written under one of the addresses, which are proved to be the claimant's. Returns how many."""
    hashes = [address_hash(address) for address in addresses]
    mine = list(
        ImportedPost.objects.select_for_update(of=("self",))
        .filter(pk__in=[post.pk for post in posts], address_hash__in=hashes)
        .select_related("question", "answer", "comment")
    )
    if not mine:
        return 0
    for model, kind in _MODELS:
        of_kind = [getattr(row, f"{kind}_id") for row in mine if getattr(row, f"{kind}_id")]
        model.objects.filter(pk__in=of_kind).update(author=by, author_before="")
    questions = {row.question_id or row.post.question_id for row in mine}
    for replies in (Answer, Comment):
        # Whoever had two addresses there is known now to be one person.
        replies.objects.filter(question__in=questions, author=by, question__author=by).update(asker_of=F("question"))
    ImportedPost.objects.filter(pk__in=[row.pk for row in mine]).update(address_hash="", claimed_at=now)
    _tell(QuestionEvent.Kind.CLAIMED, [row.post for row in mine], by, now)
    questions_changed.send(Question, questions=questions)
    return len(mine)


@transaction.atomic
def forget_imported_author(*, addresses: Collection[str]) -> int:
    """Somebody who never joined wants their name gone: what was written under their addresses is a former member's."""
    mine = list(ImportedPost.objects.filter(address_hash__in=[address_hash(address) for address in addresses]))
    for model, kind in _MODELS:
        of_kind = [getattr(row, f"{kind}_id") for row in mine if getattr(row, f"{kind}_id")]
        model.objects.filter(pk__in=of_kind).update(author_before="")
    ImportedPost.objects.filter(pk__in=[row.pk for row in mine]).update(address_hash="")
    return len(mine)


_MODELS: tuple[tuple[Any, str], ...] = ((Question, QUESTION), (Answer, ANSWER), (Comment, COMMENT))
