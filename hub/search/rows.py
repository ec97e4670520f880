"""What the database says of things of many kinds in one query, and the cards drawn from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import CharField, DateTimeField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from hub.search.sources import Hit, Term, all_sources, source_called
from taxonomy.models import Concept

Row = tuple[str, Any]  # kind and primary key, for use inside queries only; plain, as there may be ten thousand


def visible(things: Mapping[str, QuerySet[Any]]) -> dict[str, set[Any]]:
    """The primary keys of each kind: one query for all kinds."""
    sources = all_sources()
    legs = [
        things[source.kind].order_by().annotate(row_kind=Value(place, IntegerField())).values_list("pk", "row_kind")
        for place, source in enumerate(sources)
        if source.kind in things
    ]
    found: dict[str, set[Any]] = {kind: set() for kind in things}
    for pk, place in _together(legs):
        found[sources[place].kind].add(pk)
    return found


def newest_first(things: Mapping[str, QuerySet[Any]]) -> list[Row]:
    """One query for all kinds. What was made in the same moment stands in the order of kinds, and then of its tie."""
    sources = all_sources()
    legs = []
    for place, source in enumerate(sources):
        if source.kind in things:
            when = F(source.newest) if source.newest else Value(None, DateTimeField(null=True))
            legs.append(
                things[source.kind]
                .order_by()
                .annotate(
                    row_kind=Value(place, IntegerField()),
                    row_tie=Cast(source.tie, TextField()),
                    row_when=Cast(when, DateTimeField(null=True)),
                )
                .values_list("pk", "row_kind", "row_tie", "row_when")
            )
    dated = sorted((-(when.timestamp() if when else 0.0), place, tie, pk) for pk, place, tie, when in _together(legs))
    return [(sources[place].kind, pk) for _when, place, _tie, pk in dated]


def _together(legs: Sequence[QuerySet[Any, Any]]) -> Iterable[Any]:
    if not legs:
        return []
    return legs[0].union(*legs[1:], all=True) if legs[1:] else legs[0]


def hits(shown: Sequence[Row], things: Mapping[str, QuerySet[Any]], *, with_concepts: bool = False) -> list[Hit]:
    """One query for each kind shown, and one for the concepts of them all; in the order of the rows."""
    keys = _keys_by_kind(shown)
    found: dict[tuple[str, Any], Hit] = {}
    for kind, pks in keys.items():
        source = source_called(kind)
        if source is not None:
            cards = source.cards(things[kind].order_by().filter(pk__in=pks))
            found |= {(kind, thing.pk): source.hit(thing) for thing in cards}
    concepts = _concepts(keys) if with_concepts else {}
    # What was withdrawn between the two queries is left out.
    return [replace(found[row], concepts=concepts.get(row, ())) for row in shown if row in found]


def _keys_by_kind(shown: Iterable[Row]) -> dict[str, list[Any]]:
    keys: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in shown:
        keys[kind].append(pk)
    return keys


def _concepts(keys: Mapping[str, list[Any]]) -> dict[tuple[str, Any], tuple[Term, ...]]:
    """The published terms of each thing, by name."""
    legs = []
    for kind, pks in keys.items():
        source = source_called(kind)
        if source is not None and source.tag_model is not None:
            tags = source.tag_model._default_manager.filter(
                **{f"{source.tag_key}__in": pks}, concept__status=Concept.Status.PUBLISHED
            )
            legs.append(
                tags.annotate(row_kind=Value(kind, CharField())).values_list(
                    source.tag_key, "row_kind", "concept__label", "concept__slug"
                )
            )
    terms: dict[tuple[str, Any], list[Term]] = defaultdict(list)
    for pk, kind, label, slug in _together(legs):
        terms[kind, pk].append(Term(label, slug))
    return {key: tuple(sorted(of_one, key=lambda term: term.label)) for key, of_one in terms.items()}
