"""What has been asked, answered or written already, while somebody is still typing their question."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from modelsearch.backends import get_search_backend

from forum.models import Question
from hub.core.audience import Audience, Viewer, reads_members_content
from hub.search.rows import Row, visible
from hub.search.sources import Hit, Source, all_sources, source_called

KINDS = ("question", "paper", "case-study", "system", "term")
MOST, MOST_OF_A_KIND = 6, 3
LOOKED_AT = 40  # the best of each kind that the database is asked about; some of them may have been taken back
FAR_WORSE = 0.3  # of the best one's score: what scores less has one common word with it and no more
LONGEST_TITLE, LONGEST_BODY = 200, 1_000  # characters that are read
MOST_WORDS = 12  # of each, the first
WEIGHT_OF_BODY = 0.4


@dataclass(frozen=True)
class Similar:
    """One thing. `ref` names it in a form: its kind, and what no other of the kind has."""

    hit: Hit
    ref: str
    standing: str = ""  # of a question, in words


@dataclass(frozen=True)
class SimilarGroup:
    kind: str
    plural: str
    items: list[Similar]


def similar(viewer: Viewer, *, title: str, body: str = "") -> list[SimilarGroup]:
    """At most MOST things by their words, grouped by kind, the likeliest kind first. One query, and one or two for each kind shown."""
    engine = get_search_backend((Audience.MEMBERS if reads_members_content(viewer) else Audience.PUBLIC).value)
    weights = dict.fromkeys(engine.stems(body[:LONGEST_BODY])[:MOST_WORDS], WEIGHT_OF_BODY)
    weights |= dict.fromkeys(engine.stems(title[:LONGEST_TITLE])[:MOST_WORDS], 1.0)
    things = {source.kind: source.visible(viewer) for source in all_sources() if source.kind in KINDS}
    rows = _best(_candidates(engine.alike(weights)), things) if weights else []
    return _grouped(rows, things)


def _candidates(ranked: list[tuple[str, str, float, str]]) -> list[tuple[float, int, str, Any]]:
    """The best of each kind; a tie is settled by words of the thing."""
    known = {source.model._meta.label_lower: place for place, source in enumerate(all_sources()) if source.kind in KINDS}
    by_kind: dict[int, list[tuple[float, int, str, Any]]] = defaultdict(list)
    for label, pk, score, tie in ranked:
        if label in known:
            by_kind[known[label]].append((-score, known[label], tie, pk))
    return sorted(entry for of_kind in by_kind.values() for entry in sorted(of_kind)[:LOOKED_AT])


def _best(candidates: list[tuple[float, int, str, Any]], things: dict[str, Any]) -> list[Row]:
    sources = all_sources()
    keys: dict[str, list[Any]] = defaultdict(list)
    for _score, place, _tie, pk in candidates:
        keys[sources[place].kind].append(sources[place].model._meta.pk.to_python(pk))
    if not keys:
        return []
    seen = visible({kind: things[kind].filter(pk__in=pks) for kind, pks in keys.items()})
    found = [
        (score, sources[place].kind, key)
        for score, place, _tie, pk in candidates
        if (key := sources[place].model._meta.pk.to_python(pk)) in seen[sources[place].kind]
    ]
    rows: list[Row] = []
    for score, kind, key in found:
        if score <= found[0][0] * FAR_WORSE and sum(kind == other for other, _pk in rows) < MOST_OF_A_KIND:
            rows.append((kind, key))
    return rows[:MOST]


def _grouped(rows: list[Row], things: dict[str, Any]) -> list[SimilarGroup]:
    """What was withdrawn between the two queries is left out."""
    keys: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in rows:
        keys[kind].append(pk)
    groups = []
    for kind, pks in keys.items():
        source = source_called(kind)
        assert source is not None  # noqa: S101 - for the type checker
        drawn = {thing.pk: _shown(source, thing) for thing in _cards(source, things[kind].filter(pk__in=pks))}
        if items := [drawn[pk] for pk in pks if pk in drawn]:
            groups.append(SimilarGroup(kind, source.plural, items))
    return groups


def _cards(source: Source, things: Any) -> Any:
    return things.for_cards() if source.model is Question else source.cards(things.order_by())


def _shown(source: Source, thing: Any) -> Similar:
    standing = _standing(thing) if isinstance(thing, Question) else ""
    return Similar(replace(source.hit(thing), text=""), f"{source.kind}:{getattr(thing, source.tie)}", standing)


def _standing(question: Question) -> str:
    """Needs `for_cards()`."""
    answers = (
        f"{question.answer_count} answer{'' if question.answer_count == 1 else 's'}" if question.answer_count else "no answer yet"
    )
    return f"{answers}, one accepted" if question.is_accepted else answers


def named(viewer: Viewer, ref: str) -> tuple[Source, Any] | None:
    """The thing that a form names, if this viewer may see it; otherwise None."""
    kind, _, tie = ref.partition(":")
    source = source_called(kind) if kind in KINDS else None
    if source is None or not tie or "\0" in tie:
        return None
    thing = source.cards(source.visible(viewer).filter(**{source.tie: tie})).first()
    return None if thing is None else (source, thing)
