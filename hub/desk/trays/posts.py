"""What waits to be posted in question time: of newcomers, of suppliers' people, and what is asked without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from forum import actions as forum
from forum.models import MODERATE, Answer, Comment, Post, Question
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.desk.models.reasons import ReasonTemplate
from hub.desk.trays.base import ChangedMeanwhile, DecidedAlready, Decision, Item, Tray

POST = Decision("approve", "Post it", "Posted", needs_reason=False)
DECLINE = Decision("decline", "Do not post it", "Not posted", template=ReasonTemplate.For.DECLINE)

AnyPost = Question | Answer | Comment


class HeldPosts(Tray):
    """One tray for each kind of post."""

    detail = "desk/details/post.html"
    reader_of_reason = "Its author is told, and reads this beside what they wrote. They may write it anew."
    known = (POST, DECLINE)

    def __init__(self, model: type[AnyPost], when: str, related: tuple[str, ...] = ()) -> None:
        noun = str(model._meta.verbose_name)
        self.model, self.when, self.related = model, when, ("author", "council", *related)
        self.slug = f"held-{noun}"
        self.label, self.plural = f"{noun.capitalize()} to be posted", f"{noun.capitalize()}s to be posted"

    def awaiting(self, viewer: Viewer) -> QuerySet[Any]:
        posts = self.model.objects.visible_to(viewer) if viewer.has_perm(MODERATE) else self.model.objects.none()
        return posts.filter(status=Post.Status.HELD).select_related(*self.related).order_by(self.when, "public_id")

    def item(self, row: AnyPost) -> Item:
        return Item(self.slug, row.public_id, self.label, str(row), getattr(row, self.when), row.author_name)

    def version(self, row: AnyPost) -> str:
        return row.version

    def context(self, row: AnyPost, viewer: Viewer) -> dict[str, Any]:
        return {"question": row if isinstance(row, Question) else row.question}

    def do(self, decision: str, row: AnyPost, *, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
        try:
            if decision == POST.slug:
                forum.approve_post(post=row, by=by, now=now)
            else:
                forum.decline_post(post=row, reason=reason, by=by, now=now)
        except forum.NotOpen:
            raise DecidedAlready("Somebody else has decided this, or its author has taken it back.") from None
        except forum.ChangedSince:
            raise ChangedMeanwhile from None
        return {}

    def undo(self, decision: str, key: str, details: dict[str, Any], *, by: User, now: dt.datetime) -> None:
        try:
            forum.reconsider_post(post=self.model._default_manager.select_related(*self.related).get(public_id=key), by=by, now=now)
        except forum.NotOpen:
            raise DecidedAlready("Something else has become of it since.") from None

    def names(self, viewer: Viewer, keys: Collection[str]) -> dict[str, str]:
        rows = self.model.objects.visible_to(viewer).filter(public_id__in=keys).select_related(*self.related)
        return {row.public_id: str(row) for row in rows}


HELD = (
    HeldPosts(Question, "asked_at", ("asked_elsewhere",)),
    HeldPosts(Answer, "answered_at", ("question",)),
    HeldPosts(Comment, "commented_at", ("question",)),
)
