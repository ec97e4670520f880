"""What similar things were shown, opened, and spared a question: by draft, never by person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone

from forum.models import Question
from hub.core.audience import Viewer
from hub.search.models import Suggestion
from hub.search.similar import SimilarGroup, named
from hub.search.sources import Hit, Source, all_sources

KEPT_FOR = dt.timedelta(days=200)
MOST_OF_A_DRAFT = 60  # things: whoever types on sees others
MOST_IN_REPORT = 10


# --- Written down --------------------------------------------------------------------------------


@transaction.atomic
def note_shown(*, draft: str, viewer: Viewer, groups: Iterable[SimilarGroup], now: dt.datetime) -> None:
    """Once for each thing beside each draft."""
    if not draft or Suggestion.objects.filter(draft=draft).count() >= MOST_OF_A_DRAFT:
        return
    found = [named(viewer, item.ref) for group in groups for item in group.items]
    Suggestion.objects.bulk_create(
        [Suggestion(draft=draft, shown_at=now, **_key(thing)) for _source, thing in filter(None, found)], ignore_conflicts=True
    )


@transaction.atomic
def note_opened(*, draft: str, thing: models.Model, now: dt.datetime) -> None:
    """The first time. What was never shown beside this draft is not noted: anybody can send anything."""
    rows = Suggestion.objects.filter(draft=draft, opened_at=None, **_key(thing))
    if rows.exists():
        rows.update(opened_at=now)


@transaction.atomic
def note_answered(*, draft: str, thing: models.Model, now: dt.datetime) -> None:
    """ "This answered it." """
    rows = Suggestion.objects.filter(draft=draft, answered_at=None, **_key(thing))
    if rows.exists():
        rows.update(answered_at=now)


def note_posted(question: Question, **kwargs: Any) -> None:
    """Heard as a question is posted, or let through: what stood beside it did not answer it."""
    Suggestion.objects.filter(draft=question.submission, posted_at=None).update(posted_at=question.asked_at)


def forget_old(now: dt.datetime) -> int:
    return Suggestion.objects.filter(shown_at__lt=now - KEPT_FOR).delete()[0]


def run() -> int:
    """The worker's duty."""
    return forget_old(timezone.now())


def _key(thing: models.Model) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(thing), "object_pk": str(thing.pk)}


# --- Told to facilitators ------------------------------------------------------------------------


@dataclass(frozen=True)
class Spared:
    """One thing, and how many drafts it stood beside, was opened from, and answered."""

    hit: Hit
    shown: int
    opened: int
    answered: int


@dataclass(frozen=True)
class Report:
    """Drafts beside which something similar stood, since a day."""

    since: dt.datetime
    drafts: int
    opened: int
    answered: int
    posted: int
    things: list[Spared]

    @property
    def left(self) -> int:
        """Neither answered nor posted: given up, or still being written."""
        return self.drafts - self.answered - self.posted


def report(viewer: Viewer, *, since: dt.datetime) -> Report:
    """A draft that was answered and then posted all the same counts as posted."""
    rows = Suggestion.objects.filter(shown_at__gte=since)
    counts = rows.aggregate(
        drafts=Count("draft", distinct=True),
        opened=Count("draft", distinct=True, filter=Q(opened_at__isnull=False)),
        answered=Count("draft", distinct=True, filter=Q(answered_at__isnull=False, posted_at=None)),
        posted=Count("draft", distinct=True, filter=Q(posted_at__isnull=False)),
    )
    return Report(since=since, things=_things(viewer, rows), **counts)


def _things(viewer: Viewer, rows: models.QuerySet[Suggestion]) -> list[Spared]:
    """Those that answered most."""
    by_type = {ContentType.objects.get_for_model(source.model).pk: source for source in all_sources()}
    counted = (
        rows.values("content_type", "object_pk")
        .annotate(
            shown=Count("pk"),
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            answered=Count("pk", filter=Q(answered_at__isnull=False, posted_at=None)),
        )
        .filter(answered__gt=0)
        .order_by("-answered", "-opened", "content_type", "object_pk")[:MOST_IN_REPORT]
    )
    found = []
    for row in counted:
        source = by_type.get(row["content_type"])
        thing = source and _thing(viewer, source, row["object_pk"])
        if source and thing:
            found.append(Spared(source.hit(thing), row["shown"], row["opened"], row["answered"]))
    return found


def _thing(viewer: Viewer, source: Source, pk: str) -> Any:
    return source.cards(source.visible(viewer).filter(pk=pk)).first()
