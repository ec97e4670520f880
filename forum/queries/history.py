"""How a post read before, and what each change made of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from forum.models import Answer, Comment, PostRevision, PostRevisionQuerySet, Question
from forum.wording import Piece, pieces
from hub.core.audience import Viewer

CHANGES_ON_A_PAGE = 10


@dataclass(frozen=True)
class Change:
    """From `revision` to what replaced it. Where that is not to be read, the earlier wording stands by itself."""

    revision: PostRevision
    replaced_at: dt.datetime
    title: list[Piece]
    body: list[Piece]


def history(viewer: Viewer, post: Question | Answer | Comment, page: str | None) -> tuple[Page[PostRevision], list[Change]]:
    """The latest change first. Two queries."""
    revisions = PostRevision.objects.visible_to(viewer).filter(**{str(post._meta.model_name): post})
    shown = Paginator(revisions.order_by("-replaced_at", "-pk"), CHANGES_ON_A_PAGE).get_page(page)
    rows = list(shown)
    later = _just_after(revisions, rows[0]) if rows and shown.has_previous() else None
    changes = []
    for revision in rows:
        title, body = (later.title, later.body) if later else (getattr(post, "title", ""), post.body)
        changes.append(
            Change(
                revision=revision,
                replaced_at=revision.replaced_at,
                title=pieces(revision.title, title) if revision.title != title else [],
                body=pieces(revision.body, body),
            )
        )
        later = revision
    return shown, changes


def _just_after(revisions: PostRevisionQuerySet, first: PostRevision) -> PostRevision | None:
    return revisions.filter(replaced_at__gt=first.replaced_at).order_by("replaced_at", "pk").first()
