"""Matches, hierarchy, related terms and successors beside what the hub has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain

from taxonomy.hierarchy import ancestors, in_or_below_circles, loop_through
from taxonomy.models import Concept, Mapping, Relation
from taxonomy.skos.plan.outcome import Pair
from taxonomy.skos.plan.planning import Planning
from taxonomy.skos.vocabulary import BROADER, RELATED

MOST_LOOPS = 10


def compare_mappings(planning: Planning) -> None:
    kept = {concept.pk: uri for uri, concept in planning.plan.kept.items()}
    have: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    if kept:
        rows = Mapping.objects.filter(concept__scheme=planning.plan.scheme).values_list("pk", "concept_id", "target_uri", "kind")
        for pk, concept, target, kind in rows:
            if concept in kept:
                have[kept[concept]][target] = (pk, kind)
    for uri, entry in planning.vocabulary.entries.items():
        come = {target: kind for target, kind in entry.mappings.items() if target not in have[uri]}
        turned = {target: kind for target, kind in entry.mappings.items() if target in have[uri] and have[uri][target][1] != kind}
        gone = have[uri].keys() - entry.mappings.keys() if planning.loses("mappings") else set()
        planning.plan.mappings_in += [(uri, target, kind) for target, kind in sorted(come.items())]
        planning.plan.mappings_turned |= {have[uri][target][0]: kind for target, kind in turned.items()}
        planning.plan.mappings_out += [have[uri][target][0] for target in gone]
        if uri in planning.plan.kept:
            for word, targets in (("new matches", come), ("matches changed", turned), ("matches gone", gone)):
                if targets:
                    planning.plan.changes[uri].append(f"{word}: {', '.join(sorted(targets))}")


def compare_links(planning: Planning) -> None:
    _keep_known_links(planning)
    through = Concept.replaced_by.through.objects.values_list("from_concept_id", "to_concept_id")
    replaced = {(planning.uris[source], planning.uris[target]) for source, target in through}
    rows = list(Relation.objects.values_list("pk", "source_id", "target_id", "kind", "broader_kind"))
    broader: dict[Pair, tuple[int, str]] = {}
    related: dict[frozenset[str], int] = {}
    for pk, low, high, kind, broader_kind in rows:
        ends = (planning.uris[low], planning.uris[high])
        if kind == BROADER:
            broader[ends] = (pk, broader_kind)
        else:
            related[frozenset(ends)] = pk
    want = {(uri, target): kind for uri, entry in planning.vocabulary.entries.items() for target, kind in entry.broader.items()}
    out = _broader_gone(planning, broader, want)
    above = _above(broader.keys() - out, want)
    _refuse_circles(planning, above, want.keys() - broader.keys())
    if planning.problems.stop_it:
        return
    _plan_broader(planning, broader, want, out)
    _plan_related(planning, related, above)
    planning.plan.relations_in = _in_hierarchy_order(planning.plan.relations_in)
    for uri, entry in planning.vocabulary.entries.items():
        for target in sorted(entry.replaced_by):
            if (uri, target) not in replaced:
                planning.plan.replaced_in.append((uri, target))
                planning.tell(uri, "replaced by", target)


def _keep_known_links(planning: Planning) -> None:
    known = planning.plan.pks.keys() | planning.plan.new.keys()
    for uri, entry in planning.vocabulary.entries.items():
        for links in (entry.broader, entry.related, entry.replaced_by):
            for target in [target for target in links if target == uri or target not in known]:
                if target == uri:
                    planning.problems.warn(
                        "A term is broader than, related to or replaced by itself; that is left out.", entry.place
                    )
                else:
                    planning.problems.warn(
                        "A link leads to a term that is neither in the file nor in the hub; it is left out.",
                        f"{entry.place}: {target}",
                    )
                if isinstance(links, dict):
                    del links[target]
                else:
                    links.discard(target)


def _broader_gone(planning: Planning, broader: dict[Pair, tuple[int, str]], want: dict[Pair, str]) -> set[Pair]:
    """Only between two terms of the file: it cannot speak about others."""
    if not planning.loses("broader"):
        return set()
    entries = planning.vocabulary.entries
    return {pair for pair in broader if pair not in want and pair[0] in entries and pair[1] in entries}


def _above(kept: Iterable[Pair], want: Iterable[Pair]) -> dict[str, set[str]]:
    above: dict[str, set[str]] = defaultdict(set)
    for source, target in chain(kept, want):
        above[source].add(target)
    return above


def _refuse_circles(planning: Planning, above: dict[str, set[str]], fresh: Iterable[Pair]) -> None:
    in_circles = in_or_below_circles(above)
    told: set[str] = set()
    found = 0
    for source in sorted({source for source, _ in fresh} & in_circles):
        loop = [] if source in told or found >= MOST_LOOPS else loop_through(source, above)
        if loop:
            told.update(loop)
            found += 1
            path = " → ".join(planning.label(uri) for uri in loop)
            place = planning.vocabulary.entries[source].place or source
            planning.problems.stop(f"Broader terms go round in a circle: {path}.", place)


def _plan_broader(planning: Planning, broader: dict[Pair, tuple[int, str]], want: dict[Pair, str], out: set[Pair]) -> None:
    for (source, target), kind in sorted(want.items()):
        if (source, target) not in broader:
            planning.plan.relations_in.append((source, target, BROADER, kind))
            planning.tell(source, "goes under", target)
        elif kind and broader[source, target][1] != kind:
            planning.plan.relations_turned[broader[source, target][0]] = kind
            planning.tell(source, f"now a {kind} kind of", target)
    for source, target in sorted(out):
        planning.plan.relations_out.append(broader[source, target][0])
        planning.tell(source, "no longer under", target)


def _plan_related(planning: Planning, related: dict[frozenset[str], int], above: dict[str, set[str]]) -> None:
    entries, is_over = planning.vocabulary.entries, _one_over_the_other(above)
    want = {frozenset((uri, target)) for uri, entry in entries.items() for target in entry.related}
    if planning.loses("related"):
        for pair in sorted((pair for pair in related if pair not in want and pair <= entries.keys()), key=sorted):
            one, other = sorted(pair)
            planning.plan.relations_out.append(related.pop(pair))
            planning.tell(one, "no longer related to", other)
    for pair in related:
        one, other = sorted(pair)
        if is_over(one, other):
            planning.problems.stop(
                f"“{planning.label(one)}” and “{planning.label(other)}” are related in the hub; the file puts one above the other.",
                one,
            )
    for pair in sorted(want - related.keys(), key=sorted):
        one, other = sorted(pair)
        if is_over(one, other):
            place = next(uri for uri in (one, other) if uri in entries)
            planning.problems.warn("A term is related to one above or below it, which SKOS rules out; that is left out.", place)
            continue
        planning.plan.relations_in.append((one, other, RELATED, ""))
        planning.tell(one, "related to", other)
        planning.tell(other, "related to", one)


def _one_over_the_other(above: dict[str, set[str]]) -> Callable[[str, str], bool]:
    """Either of them, however far."""
    over = cache(lambda uri: ancestors(uri, above))
    return lambda one, other: other in over(one) or one in over(other)


def _in_hierarchy_order(rows: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """Top terms' links first, so that each new link is checked against the short way up, and nothing below it yet."""
    above: dict[str, list[str]] = defaultdict(list)
    for source, target, kind, _ in rows:
        if kind == BROADER:
            above[source].append(target)
    depth: dict[str, int] = {}
    for start in above:
        _measure(start, above, depth)
    return sorted(rows, key=lambda row: (row[2] != BROADER, depth.get(row[0], 0)))


def _measure(start: str, above: dict[str, list[str]], depth: dict[str, int]) -> None:
    ahead = [start]
    while ahead:
        node = ahead[-1]
        unknown = [high for high in above.get(node, ()) if high not in depth]
        if unknown:
            ahead.extend(unknown)
        else:
            depth[node] = 1 + max((depth[high] for high in above.get(node, ())), default=-1)
            ahead.pop()
