"""What an editor should look at in a scheme: in the spirit of qSKOS and skosify, on plain values."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from taxonomy.hierarchy import ancestors, loop_through
from taxonomy.labels import name_key
from taxonomy.skos.vocabulary import CANDIDATE, DEPRECATED, HIDDEN, PREFERRED, Entry, Vocabulary, narrower

MOST_SIBLINGS = 40
STALE_AFTER = dt.timedelta(days=365)


@dataclass
class Finding:
    """One kind of fault. `places` are (URI, what is wrong there in words)."""

    code: str
    title: str
    advice: str
    places: list[tuple[str, str]] = field(default_factory=list)


# code: (title, advice)
KINDS = {
    "cycle": ("Circles of broader terms", "Take one of the links out."),
    "related-broader": ("Related to a term above or below", "Take the related link out: the hierarchy says it already."),
    "redundant-broader": ("Broader twice over", "Take out the link to the further one: it follows from the nearer."),
    "same-preferred": ("Preferred names used twice", "Rename one, or merge the two."),
    "overlap": ("Names that lead to two terms", "Leave each name with one term."),
    "orphan": ("Terms on their own", "Put each under a broader term, or relate it to another."),
    "no-definition": ("Terms without a meaning", "Write one or two plain sentences."),
    "no-english": ("Terms without an English name", "Give each a name that people can look up in the A to Z."),
    "siblings": (f"More than {MOST_SIBLINGS} terms side by side", "Put a level between them."),
    "no-successor": ("Deprecated without a successor", "Say what replaces each, or why nothing does."),
    "dead-successor": ("Replaced by a term that is deprecated too", "Name the term that is used today."),
    "stale-mapping": ("Mappings nobody has checked for a year", "Open the other scheme's page and note the day."),
}


def check(
    vocabulary: Vocabulary, now: dt.datetime, checked_on: dict[tuple[str, str], dt.date | None] | None = None
) -> list[Finding]:
    """Every kind, also those of which nothing was found. `checked_on`: when a mapping (URI, target) was last looked at;
    without it, mappings are not judged."""
    findings = {code: Finding(code, *told) for code, told in KINDS.items()}
    live = {uri: entry for uri, entry in vocabulary.entries.items() if entry.status not in (DEPRECATED, CANDIDATE)}
    checks: list[tuple[str, Callable[[], Iterator[tuple[str, str]]]]] = [
        ("cycle", lambda: _circles(vocabulary.entries)),
        ("related-broader", lambda: _related_in_line(vocabulary.entries)),
        ("redundant-broader", lambda: _redundant(live)),
        ("same-preferred", lambda: _same_preferred(live)),
        ("overlap", lambda: _overlaps(live)),
        ("orphan", lambda: _orphans(live)),
        ("no-definition", lambda: ((uri, "") for uri, entry in live.items() if not _has_definition(entry))),
        ("no-english", lambda: ((uri, "") for uri, entry in live.items() if not entry.preferred())),
        ("siblings", lambda: _siblings(live)),
        ("no-successor", lambda: _without_successor(vocabulary.entries)),
        ("dead-successor", lambda: _dead_successors(vocabulary.entries)),
        ("stale-mapping", lambda: _stale(live, checked_on, now)),
    ]
    for code, find in checks:
        findings[code].places = sorted(find())
    return list(findings.values())


def _above(entries: dict[str, Entry]) -> dict[str, list[str]]:
    return {uri: list(entry.broader) for uri, entry in entries.items()}


def _circles(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    above = _above(entries)
    told: set[str] = set()
    for uri in sorted(entries):
        if uri in told or uri not in ancestors(uri, above):
            continue
        loop = loop_through(uri, above)
        told.update(loop)
        yield uri, " → ".join(entries[each].label for each in loop)


def _related_in_line(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    above = _above(entries)
    for uri, entry in entries.items():
        over = ancestors(uri, above) if entry.related else set()
        for other in entry.related & over:
            yield uri, f"related to “{_label(other, entries)}”, which stands above it"


def _redundant(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    above = _above(entries)
    for uri, entry in entries.items():
        if len(entry.broader) < 2:
            continue
        for far in entry.broader:
            for near in entry.broader:
                if far != near and far in ancestors(near, above):
                    yield uri, f"under “{_label(far, entries)}” by way of “{_label(near, entries)}” already"


def _named(entries: dict[str, Entry]) -> dict[tuple[str, str], dict[str, str]]:
    """(language, folded name): {URI: kind}."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for uri, entry in entries.items():
        for name in sorted(entry.names, key=lambda name: name.kind == PREFERRED):
            if name.kind != HIDDEN:
                found[name.language, name_key(name.text)][uri] = name.kind
    return found


def _same_preferred(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    for (language, _), owners in _named(entries).items():
        preferred = [uri for uri, kind in owners.items() if kind == PREFERRED]
        for uri in preferred if len(preferred) > 1 else []:
            yield uri, f"the preferred name of {len(preferred)} terms ({language})"


def _overlaps(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    for (_, key), owners in _named(entries).items():
        others = [uri for uri, kind in owners.items() if kind != PREFERRED]
        for uri in others if len(owners) > 1 else []:
            told = ", ".join(sorted(f"“{entries[other].label}”" for other in owners if other != uri))
            yield uri, f"“{key}” also leads to {told}"


def _orphans(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    below = narrower(entries.values())
    for uri, entry in entries.items():
        if not entry.broader and not entry.related and uri not in below:
            yield uri, ""


def _has_definition(entry: Entry) -> bool:
    return any(note.kind in ("definition", "scope") for note in entry.notes)


def _siblings(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    for uri, below in narrower(entries.values()).items():
        if len(below) > MOST_SIBLINGS and uri in entries:
            yield uri, f"{len(below)} terms directly under it"


def _without_successor(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    return ((uri, "") for uri, entry in entries.items() if entry.status == DEPRECATED and not entry.replaced_by)


def _dead_successors(entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    for uri, entry in entries.items():
        for other in entry.replaced_by:
            if other in entries and entries[other].status == DEPRECATED:
                yield uri, f"replaced by “{entries[other].label}”"


def _stale(
    entries: dict[str, Entry], checked_on: dict[tuple[str, str], dt.date | None] | None, now: dt.datetime
) -> Iterator[tuple[str, str]]:
    for uri, entry in entries.items() if checked_on is not None else []:
        for target in entry.mappings:
            when = (checked_on or {}).get((uri, target))
            if when is None or when < (now - STALE_AFTER).date():
                yield uri, f"{target}, {'never checked' if when is None else f'last checked {when.isoformat()}'}"


def _label(uri: str, entries: dict[str, Entry]) -> str:
    return entries[uri].label if uri in entries else uri
