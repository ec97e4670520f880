"""What carries a term, before it is changed; and which of these things go to which part of a split, without a primary key leaving the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.text import Truncator, capfirst

from hub.core.audience import Viewer
from taxonomy import queries
from taxonomy.actions import Wish
from taxonomy.models import Concept

MOST_SHOWN = 3
MOST_THINGS = 60  # on one form; what is beyond goes to all parts


@dataclass(frozen=True)
class Shown:
    """Things of one kind that carry a term: how many, the first of them in words, and how many more there are."""

    singular: str
    plural: str
    count: int
    first: list[str]
    more: int


def things_touched(concepts: Iterable[Concept], viewer: Viewer) -> list[Shown]:
    """What an editor is shown before saying yes. A query or two for each kind."""
    found = []
    for kind in queries.touched_by(concepts, viewer):
        first = [Truncator(thing).chars(80) for thing in kind.things.order_by("pk")[:MOST_SHOWN]]
        found.append(Shown(kind.singular, kind.plural, kind.count, first, kind.count - len(first)))
    return found


def named_things(concept: Concept, viewer: Viewer) -> list[tuple[str, str]]:
    """(token, words) of what the viewer may read of the things that carry the term."""
    return [(token, f"{capfirst(kind)}: {Truncator(thing).chars(80)}") for token, _, kind, thing in _things(concept, viewer)]


def things_by_token(concept: Concept, viewer: Viewer, places: Mapping[str, Sequence[int]], wish: Wish) -> Wish:
    """The wish, with its `content`."""
    content = {(model, thing.pk): places[token] for token, model, _, thing in _things(concept, viewer) if token in places}
    return replace(wish, content=content)


def _things(concept: Concept, viewer: Viewer) -> Iterator[tuple[str, str, str, Any]]:
    left = MOST_THINGS
    for kind in queries.touched_by([concept], viewer):
        for thing in kind.things.order_by("pk")[:left]:
            left -= 1
            token = salted_hmac("taxonomy.handing_out", f"{kind.model}:{thing.pk}", algorithm="sha256").hexdigest()[:16]
            yield f"thing-{token}", kind.model, kind.singular, thing
