"""A scheme as plain values: what a file says, and what the hub holds, in one shape, so that the two can be compared.

Terms are named by URI throughout. Knows neither database nor file formats.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from taxonomy.models import Concept, Label, Mapping, Note, Relation

PREFERRED, ALTERNATIVE, HIDDEN = (kind.value for kind in (Label.Kind.PREFERRED, Label.Kind.ALTERNATIVE, Label.Kind.HIDDEN))
DEFINITION = Note.Kind.DEFINITION.value
EDITORIAL = Note.Kind.EDITORIAL.value
PUBLISHED, DEPRECATED, CANDIDATE = (
    status.value for status in (Concept.Status.PUBLISHED, Concept.Status.DEPRECATED, Concept.Status.CANDIDATE)
)
BROADER, RELATED = (kind.value for kind in Relation.Kind)
# Of two statements about one target, the one that says more.
MAPPING_KINDS = tuple(kind.value for kind in Mapping.Kind)
MOST_PLACES = 50

# What neither XML nor a database's text can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """With one kind of line end, and without what XML cannot carry."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def canonical_language(tag: str) -> str:
    """BCP 47: "EN-gb" and "en-GB" are one tag."""
    first, *rest = tag.strip().replace("_", "-").split("-")
    sized = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(sized.get(len(part), str.lower)(part) for part in rest)])


class Text(NamedTuple):
    """A name or a note: of which kind (of Label or Note), in which language."""

    kind: str
    language: str
    text: str


@dataclass
class Entry:
    """One term. Definitions are notes here, whatever their language; `status` is empty where nothing is said of it; `place` is
    where the file speaks of the term."""

    uri: str
    place: str = ""
    slug: str = ""
    status: str = ""
    notation: str = ""
    names: set[Text] = field(default_factory=set)
    notes: set[Text] = field(default_factory=set)
    broader: dict[str, str] = field(default_factory=dict)  # URI: kind of broader, or ""
    narrower: set[str] = field(default_factory=set)  # only where the vocabulary is of some terms, and holds not theirs
    related: set[str] = field(default_factory=set)
    mappings: dict[str, str] = field(default_factory=dict)  # URI: kind of mapping
    replaced_by: set[str] = field(default_factory=set)
    created: dt.datetime | None = None
    modified: dt.datetime | None = None

    def preferred(self, language: str = "en") -> str:
        return next((name.text for name in self.names if name.kind == PREFERRED and name.language == language), "")

    @property
    def english_definition(self) -> str:
        return next((note.text for note in self.notes if note.kind == DEFINITION and note.language == "en"), "")

    @property
    def label(self) -> str:
        """What to call it: English, else some English, else the first language by its tag."""
        names = sorted((name for name in self.names if name.kind == PREFERRED), key=_english_first)
        return names[0].text if names else self.uri

    def as_json(self) -> dict[str, Any]:
        """What `entry_from_json` takes; what is empty is left out."""
        told: dict[str, Any] = {
            "uri": self.uri,
            "slug": self.slug,
            "status": self.status,
            "notation": self.notation,
            "names": sorted(map(list, self.names)),
            "notes": sorted(map(list, self.notes)),
            "broader": dict(sorted(self.broader.items())),
            "related": sorted(self.related),
            "mappings": dict(sorted(self.mappings.items())),
            "replaced_by": sorted(self.replaced_by),
        }
        return {name: value for name, value in told.items() if value}


def _english_first(name: Text) -> tuple[bool, bool, str]:
    return name.language != "en", not name.language.startswith("en-"), name.language


def entry_from_json(told: dict[str, Any]) -> Entry:
    return Entry(
        uri=told["uri"],
        slug=told.get("slug", ""),
        status=told.get("status", ""),
        notation=told.get("notation", ""),
        names={Text(*name) for name in told.get("names", [])},
        notes={Text(*note) for note in told.get("notes", [])},
        broader=dict(told.get("broader", {})),
        related=set(told.get("related", [])),
        mappings=dict(told.get("mappings", {})),
        replaced_by=set(told.get("replaced_by", [])),
    )


@dataclass
class Group:
    """A collection; `members` are URIs, in order where it is ordered."""

    uri: str
    title: str = ""
    description: str = ""
    is_ordered: bool = False
    members: list[str] = field(default_factory=list)


@dataclass
class SchemeFacts:
    uri: str = ""
    title: str = ""
    description: str = ""
    licence: str = ""
    owner: str = ""


@dataclass
class Problem:
    """`stops`: nothing of the file can be taken in. `places`: lines, cells or URIs, the first MOST_PLACES of `count`."""

    text: str
    stops: bool
    places: list[str] = field(default_factory=list)
    count: int = 0

    def __str__(self) -> str:
        told = ", ".join(place for place in self.places if place)
        more = f" and {self.count - len(self.places)} more" if self.count > len(self.places) else ""
        return f"{self.text} ({told}{more})" if told else self.text


class Problems:
    """The same thing said of many places is one problem."""

    def __init__(self) -> None:
        self._by_text: dict[tuple[bool, str], Problem] = {}

    def stop(self, text: str, place: str = "") -> None:
        self._add(text, place, stops=True)

    def warn(self, text: str, place: str = "") -> None:
        self._add(text, place, stops=False)

    def _add(self, text: str, place: str, stops: bool) -> None:
        problem = self._by_text.setdefault((stops, text), Problem(text, stops))
        problem.count += 1
        if len(problem.places) < MOST_PLACES:
            problem.places.append(place)

    def __iter__(self) -> Iterator[Problem]:
        """What stops the file first."""
        return iter(sorted(self._by_text.values(), key=lambda problem: not problem.stops))

    @property
    def stop_it(self) -> bool:
        return any(stops for stops, _ in self._by_text)


@dataclass
class Vocabulary:
    """`not_carried` counts what the hub has no place for, by property. `by_name`: references are names, not URIs."""

    scheme: SchemeFacts = field(default_factory=SchemeFacts)
    entries: dict[str, Entry] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    not_carried: Counter[str] = field(default_factory=Counter)

    def languages(self) -> list[str]:
        """English first."""
        found = {text.language for entry in self.entries.values() for text in chain(entry.names, entry.notes)}
        return sorted(found, key=lambda language: (language != "en", language))


def narrower(entries: Iterable[Entry]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for entry in entries:
        for uri in entry.broader:
            below.setdefault(uri, []).append(entry.uri)
    return below
