"""Everything that can be reported: how it is found for whoever reports it, what it is called, and whether the desk can hide it.

A new kind is one entry in `_KINDS`; the link to report it is `components/report_link.html`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from wagtail.models import Page, Site

from forum import actions as forum
from forum.models import Answer, Comment, Post, Question
from hub.accounts.models import User
from hub.bulletin.models import BulletinIssue
from hub.core.audience import Viewer
from hub.core.models import pages_visible_to
from hub.members.models import Member
from hub.organisations.models import Organisation
from stepshare.models import Product, Project
from taxonomy.models import Concept, Proposal

Rows = Callable[[Viewer], QuerySet[Any]]
Hide = Callable[..., dict[str, Any]]


class HiddenAlready(Exception):
    """Or withdrawn by its author: there is nothing to hide."""


class NotPosted(Exception):
    """It may still be: hiding is not what settles it."""


@dataclass(frozen=True)
class Kind:
    """`rows` are those that a viewer may read. `hide` returns what `show` needs to undo it."""

    slug: str
    noun: str
    rows: Rows
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] = lambda thing: str(thing.get_absolute_url())
    found_by: str = "public_id"
    # What deciders see besides `rows`: hidden and unpublished ones too.
    also: Rows | None = None
    hide: Hide | None = None
    show: Callable[..., None] | None = None

    def find(self, viewer: Viewer, key: str) -> Model | None:
        found: Model | None = self.rows(viewer).filter(**{self.found_by: _url_path(key) if self.slug == "page" else key}).first()
        return found


@dataclass(frozen=True)
class Subject:
    """One thing that a report is about, in words. `url` is empty when it is no longer there."""

    noun: str
    title: str
    url: str
    thing: Model | None = None


# --- Hiding -----------------------------------------------------------------------------------------


def _hide_question(*, thing: Question, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
    try:
        forum.hide_question(question=thing, reason=reason, by=by, now=now)
    except forum.NotOpen:
        raise _why_not(thing) from None
    return {}


def _hide_answer(*, thing: Answer, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
    try:
        forum.hide_answer(answer=thing, reason=reason, by=by, now=now)
    except forum.NotOpen:
        raise _why_not(thing) from None
    return {}


def _hide_comment(*, thing: Comment, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
    try:
        forum.hide_comment(comment=thing, reason=reason, by=by, now=now)
    except forum.NotOpen:
        raise _why_not(thing) from None
    return {}


def _why_not(post: Question | Answer | Comment) -> Exception:
    """As the refusal left it, under the lock."""
    return HiddenAlready() if post.own_status in (Post.Status.HIDDEN, Post.Status.WITHDRAWN) else NotPosted()


def _unpublish(*, thing: Page, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
    """Remembers which version readers saw: a later draft must not come out when this is undone."""
    page = Page.objects.select_for_update(of=("self",)).get(pk=thing.pk).specific
    if not page.live:
        raise HiddenAlready
    seen = page.live_revision_id
    page.unpublish(user=by)
    return {"revision": seen}


def _publish_again(*, thing: Page, details: dict[str, Any], by: User, now: dt.datetime) -> None:
    page = Page.objects.select_for_update(of=("self",)).get(pk=thing.pk).specific
    if page.live:
        return
    revision = page.revisions.filter(pk=details.get("revision")).first() or page.save_revision(user=by)
    revision.publish(user=by)


# --- The kinds --------------------------------------------------------------------------------------


def _name_of(member: Member) -> str:
    """Never the address, which stands in for a name elsewhere."""
    return member.get_full_name() or "A member"


def _url_path(path: str) -> str:
    """A page's address below the front page, as Wagtail keeps it."""
    root = Site.objects.select_related("root_page").get(is_default_site=True).root_page.url_path
    return f"{root}{path.strip('/')}/" if path.strip("/") else str(root)


_KINDS = (
    Kind(
        "question",
        "question",
        lambda viewer: Question.objects.read_by(viewer),
        hide=_hide_question,
        show=lambda *, thing, details, by, now: forum.unhide_question(question=thing, by=by, now=now),
    ),
    Kind(
        "answer",
        "answer",
        lambda viewer: Answer.objects.visible_to(viewer).select_related("question"),
        hide=_hide_answer,
        show=lambda *, thing, details, by, now: forum.unhide_answer(answer=thing, by=by, now=now),
    ),
    Kind(
        "comment",
        "comment",
        lambda viewer: Comment.objects.visible_to(viewer).select_related("question", "answer"),
        hide=_hide_comment,
        show=lambda *, thing, details, by, now: forum.unhide_comment(comment=thing, by=by, now=now),
    ),
    Kind(
        "page",
        "page",
        lambda viewer: pages_visible_to(viewer),
        url=lambda page: page.url or "",
        found_by="url_path",
        also=lambda viewer: Page.objects.all(),
        hide=_unpublish,
        show=_publish_again,
    ),
    Kind("term", "term", lambda viewer: Concept.objects.visible_to(viewer)),
    Kind("proposal", "proposal for a term", lambda viewer: Proposal.objects.visible_to(viewer)),
    Kind("council", "council or supplier", lambda viewer: Organisation.objects.visible_to(viewer)),
    Kind("system", "system", lambda viewer: Product.objects.visible_to(viewer)),
    Kind("project", "project", lambda viewer: Project.objects.visible_to(viewer)),
    Kind("member", "profile", lambda viewer: Member.objects.visible_to(viewer), title=_name_of),
    Kind("issue", "bulletin issue", lambda viewer: BulletinIssue.objects.visible_to(viewer)),
)
KINDS = {kind.slug: kind for kind in _KINDS}


def find(viewer: Viewer, kind: str, key: str) -> Model | None:
    """None alike for what is not there and for what this viewer may not read."""
    known = KINDS.get(kind)
    return known.find(viewer, key) if known else None


def told(kind: str, thing: Model) -> Subject:
    known = KINDS[kind]
    return Subject(known.noun, known.title(thing), known.url(thing), thing)


def content_type_of(thing: Model) -> ContentType:
    return ContentType.objects.get_for_model(thing)


def subjects_of(viewer: Viewer, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """By kind and primary key, for those who decide. One query for each kind there is among them, however many things."""
    by_kind: dict[str, set[int]] = {}
    for slug, pk in wanted:
        by_kind.setdefault(slug, set()).add(pk)
    found: dict[tuple[str, int], Subject] = {}
    for slug, pks in by_kind.items():
        kind = KINDS[slug]
        rows = (kind.also or kind.rows)(viewer).filter(pk__in=pks)
        found |= {(slug, pk): Subject(kind.noun, f"A {kind.noun} that is no longer there", "") for pk in pks}
        found |= {(slug, thing.pk): told(slug, thing) for thing in rows}
    return found
