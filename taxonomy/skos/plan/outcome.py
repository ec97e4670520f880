"""What a file is wanted for, and what taking it in would write."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max

from taxonomy.models import Collection, CollectionMember, Concept, ConceptScheme, Label, Mapping, Note, Relation
from taxonomy.skos.vocabulary import Group, Text, Vocabulary

MOST_LINES = 500  # of each list in a report
Pair = tuple[str, str]


@dataclass(frozen=True)
class Wanted:
    """How a file is to be taken in. `title` names a scheme that is new."""

    slug: str
    title: str = ""
    replaces: bool = False
    as_candidates: bool = False


@dataclass(frozen=True)
class Move:
    """What carries a term that is not in use any more carries what stands for it. `count` leaves out what people keep to
    themselves."""

    uri: str
    label: str
    successors: tuple[str, ...]  # their labels
    count: int

    def __str__(self) -> str:
        told = "1 thing carries" if self.count == 1 else f"{self.count} things carry"
        return f"“{self.label}”: {told} {' and '.join(f'“{label}”' for label in self.successors)} instead"


@dataclass
class Plan:
    """`is_new` scheme or not; every row to be written, by URI or by key. Keys are those of rows that are there."""

    scheme: ConceptScheme
    state: tuple[Any, ...]
    vocabulary: Vocabulary
    new: dict[str, Concept] = field(default_factory=dict)
    kept: dict[str, Concept] = field(default_factory=dict)  # of the file's terms
    others: int = 0
    changes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by URI, in words
    group_lines: list[str] = field(default_factory=list)
    labels_in: list[tuple[str, Text]] = field(default_factory=list)
    labels_turned: dict[int, str] = field(default_factory=dict)  # key: new kind
    labels_out: list[int] = field(default_factory=list)
    notes_in: list[tuple[str, Text]] = field(default_factory=list)
    notes_out: list[int] = field(default_factory=list)
    relations_in: list[tuple[str, str, str, str]] = field(default_factory=list)  # source, target, kind, kind of broader
    relations_turned: dict[int, str] = field(default_factory=dict)  # key: kind of broader
    relations_out: list[int] = field(default_factory=list)
    mappings_in: list[tuple[str, str, str]] = field(default_factory=list)  # term, target, kind
    mappings_turned: dict[int, str] = field(default_factory=dict)
    mappings_out: list[int] = field(default_factory=list)
    replaced_in: list[Pair] = field(default_factory=list)
    groups_new: list[tuple[Collection, Group]] = field(default_factory=list)
    groups_kept: list[tuple[Collection, Group]] = field(default_factory=list)
    pks: dict[str, int] = field(default_factory=dict)  # of every term of the hub, by URI
    moves: list[Move] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return self.vocabulary.problems.stop_it

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changes or self.group_lines or self.moves) and self.scheme.pk is not None

    @property
    def unchanged(self) -> int:
        return len(self.kept) - len(self.changes)

    def digest(self) -> str:
        """The same for the same outcome, however often it is worked out; how much carries a term may change meanwhile."""
        told = [
            [self.vocabulary.entries[uri].as_json() for uri in sorted(self.new)],
            sorted((uri, lines) for uri, lines in self.changes.items()),
            self.group_lines,
            [(move.uri, move.successors) for move in self.moves],
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def report(self) -> dict[str, Any]:
        """For people, and short enough to keep."""
        entries = self.vocabulary.entries
        new = sorted(((concept.label, uri) for uri, concept in self.new.items()), key=lambda pair: pair[0].casefold())
        changed = sorted((self._label(uri), uri, lines) for uri, lines in self.changes.items())
        return {
            "into": self.scheme.title,
            "counts": {"new": len(new), "changed": len(changed), "unchanged": self.unchanged, "others": self.others},
            "terms_in_file": len(entries),
            "new": [list(pair) for pair in new[:MOST_LINES]],
            "changed": [list(line) for line in changed[:MOST_LINES]],
            "groups": self.group_lines[:MOST_LINES],
            "moves": [str(move) for move in self.moves[:MOST_LINES]],
            "problems": [
                {"text": problem.text, "stops": problem.stops, "places": problem.places, "count": problem.count}
                for problem in self.vocabulary.problems
            ],
            "not_carried": self.vocabulary.not_carried.most_common(100),
        }

    def _label(self, uri: str) -> str:
        return self.kept[uri].label if uri in self.kept else self.vocabulary.entries[uri].label


def state_of_terms() -> tuple[Any, ...]:
    """Changes with everything that a plan is made from, cheap enough to ask under the lock: a few counts, and what Wagtail
    changes without leaving a date."""
    rows: list[Any] = list(Concept.objects.aggregate(Count("pk"), Max("modified_at"), Max("pk")).values())
    for model in (Label, Note, Relation, Mapping, ConceptScheme, Collection, CollectionMember):
        rows += model._default_manager.aggregate(Count("pk"), Max("pk")).values()
    rows += Collection.objects.order_by("pk").values_list("pk", "title", "is_ordered")
    rows += CollectionMember.objects.order_by("pk").values_list("collection", "sort_order", "concept")
    return tuple(rows)
