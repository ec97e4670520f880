"""Everything visible that carries a concept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from hub.core.audience import Viewer
from hub.search.rows import Row, hits, newest_first
from hub.search.sources import Hit, all_sources
from taxonomy.models import Concept

SHOWN_PER_KIND = 5


@dataclass(frozen=True)
class Group:
    """One kind under a term: how many there are for this viewer, and the newest of them."""

    kind: str
    label: str
    plural: str
    count: int
    hits: list[Hit]
    url: str


def tagged_things(viewer: Viewer, concept: Concept) -> dict[str, QuerySet[Any]]:
    return {source.kind: source.tagged(source.visible(viewer), concept) for source in all_sources() if source.tag_model is not None}


def groups(viewer: Viewer, concept: Concept) -> list[Group]:
    """One query for all kinds, then one or two for each kind that has any."""
    things = tagged_things(viewer, concept)
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in newest_first(things):
        by_kind[row[0]].append(row)
    return [
        Group(
            kind=source.kind,
            label=source.label,
            plural=source.plural,
            count=len(by_kind[source.kind]),
            hits=hits(by_kind[source.kind][:SHOWN_PER_KIND], things),
            url=f"{reverse('search:results')}?{urlencode({'concept': concept.slug, 'kind': source.kind})}",
        )
        for source in all_sources()
        if by_kind[source.kind]
    ]
