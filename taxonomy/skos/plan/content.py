"""What becomes of the content that carries a term which the file takes out of use."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count

from taxonomy.models import Concept, tag_models
from taxonomy.skos.plan.outcome import Move
from taxonomy.skos.plan.planning import Planning
from taxonomy.skos.vocabulary import DEPRECATED, PUBLISHED


def tell_of_content(planning: Planning) -> None:
    if planning.problems.stop_it or planning.plan.scheme.pk is None:
        return
    gone = {uri: concept for uri, concept in planning.own.items() if concept.status == DEPRECATED}
    carried, shown = _carried(planning), _carried(planning, shown=True)
    after = _after(planning)
    for uri, concept in sorted(gone.items()):
        if not carried[concept.pk]:
            continue
        successors = _successors(planning, uri, after)
        if successors:
            labels = sorted(map(planning.label, successors))
            planning.plan.moves.append(Move(uri, planning.label(uri), tuple(labels), shown[concept.pk]))
        elif planning.statuses[uri] != DEPRECATED:
            planning.problems.warn(
                "A term goes out of use, and no term in use replaces it. Readers no longer see it on what carries it; say"
                " what replaces it, and that is carried instead.",
                f"“{planning.label(uri)}”",
            )


def _carried(planning: Planning, *, shown: bool = False) -> Counter[int]:
    """By how many things each term of the scheme is carried; `shown` leaves out what people keep to themselves."""
    found: Counter[int] = Counter()
    for model in tag_models():
        tags: Any = model._base_manager.all()
        if shown and hasattr(model._default_manager.all(), "shown"):
            tags = model._default_manager.all().shown()  # type: ignore[attr-defined]
        rows = tags.filter(concept__scheme=planning.plan.scheme).order_by().values_list("concept").annotate(Count("pk"))
        found.update(dict(rows))
    return found


def _after(planning: Planning) -> dict[str, set[str]]:
    """What replaces each term once the file is in."""
    after: dict[str, set[str]] = defaultdict(set)
    for source, target in Concept.replaced_by.through.objects.values_list("from_concept_id", "to_concept_id"):
        after[planning.uris[source]].add(planning.uris[target])
    for low, high in planning.plan.replaced_in:
        after[low].add(high)
    return after


def _successors(planning: Planning, uri: str, after: dict[str, set[str]]) -> set[str]:
    """As `queries.successors` will find them then."""
    found: set[str] = set()
    seen = {uri}
    ahead = [uri]
    while ahead:
        for successor in after.get(ahead.pop(), set()) - seen:
            seen.add(successor)
            status = _status(planning, successor)
            if status == PUBLISHED:
                found.add(successor)
            elif status == DEPRECATED:
                ahead.append(successor)
    return found


def _status(planning: Planning, uri: str) -> str:
    concept = planning.own.get(uri) or planning.plan.new.get(uri)
    return concept.status if concept is not None else planning.statuses[uri]
