"""What somebody wrote without their name, for them alone; and which seals somebody asked to have broken."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models.functions import Coalesce

from forum import access
from forum.models import Answer, Comment, ModerationEntry, Post, Question, Seal, SealBreak, SealBreakQuerySet, SealedNote
from hub.accounts.models import User
from hub.core.audience import Viewer


@dataclass(frozen=True)
class WrittenUnnamed:
    """A post as its author alone finds it."""

    post: Question | Answer | Comment
    question: Question
    kind: str
    written_at: dt.datetime
    notes: list[SealedNote]
    may_withdraw: bool
    may_read: bool
    refused: str


def written_unnamed(user: User) -> list[WrittenUnnamed]:
    """The latest first. Whatever has become of it; a thread that has gone from sight is named no more."""
    seals = Seal.objects.by(user).with_posts()
    entries = _last_refusals([seal.post for seal in seals])
    threads = {_question_of(seal.post).pk for seal in seals}
    readable = set(Question.objects.visible_to(user).filter(pk__in=threads).values_list("pk", flat=True))
    found = [_written(seal, user, entries, readable) for seal in seals]
    return sorted(found, key=lambda written: written.written_at, reverse=True)


def _question_of(post: Question | Answer | Comment) -> Question:
    return post if isinstance(post, Question) else post.question


def _written(seal: Seal, user: User, refusals: dict[str, str], readable: set[int]) -> WrittenUnnamed:
    post: Question | Answer | Comment = seal.post
    question = _question_of(post)
    at = getattr(post, {"question": "asked_at", "answer": "answered_at", "comment": "commented_at"}[str(post._meta.model_name)])
    may_withdraw = access.can_withdraw_unnamed(user, post)
    kind = str(post._meta.verbose_name).capitalize()
    may_read = question.is_open and question.pk in readable
    refused = refusals.get(post.public_id, "")
    return WrittenUnnamed(post, question, kind, at, list(seal.notes.all()), may_withdraw, may_read, refused)


def _last_refusals(posts: list[Question | Answer | Comment]) -> dict[str, str]:
    """Why, by the post's id, of those that were hidden or not posted."""
    refused = {post.public_id for post in posts if post.status in (Post.Status.HIDDEN, Post.Status.DECLINED)}
    about = Coalesce("comment__public_id", "answer__public_id", "question__public_id")
    entries = ModerationEntry.objects.in_order().annotate(about=about)
    told = entries.filter(about__in=refused, decision__in=["hide", "decline"])
    return dict(told.values_list("about", "reason"))


def breaks_for_list(viewer: Viewer) -> SealBreakQuerySet:
    return SealBreak.objects.visible_to(viewer).select_related("asked_by", "second").newest_first()
