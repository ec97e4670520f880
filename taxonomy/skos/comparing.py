"""What became of a scheme between two of its releases, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from taxonomy.skos.vocabulary import DEPRECATED, PREFERRED, Entry, Text, entry_from_json


@dataclass
class Difference:
    """`changed` holds (label, what changed). Everything is in order of label."""

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    changed: list[tuple[str, list[str]]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.retired or self.changed)


def difference(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Difference:
    """Of two snapshots (lists of `Entry.as_json`)."""
    old, new = _by_uri(before), _by_uri(after)
    labels = {uri: entry.label for uri, entry in {**old, **new}.items()}
    found = Difference(gone=_labels(old[uri] for uri in old.keys() - new.keys()))
    found.new = _labels(entry for uri, entry in new.items() if uri not in old and entry.status != DEPRECATED)
    for uri in sorted(old.keys() & new.keys(), key=lambda uri: labels[uri].casefold()):
        if old[uri].status != DEPRECATED and new[uri].status == DEPRECATED:
            found.retired.append(_retired(new[uri], labels))
        elif lines := _changes(old[uri], new[uri], labels):
            found.changed.append((labels[uri], lines))
        else:
            found.unchanged += 1
    return found


def _by_uri(snapshot: list[dict[str, Any]]) -> dict[str, Entry]:
    return {told["uri"]: entry_from_json(told) for told in snapshot}


def _labels(entries: Iterable[Entry]) -> list[str]:
    return sorted((entry.label for entry in entries), key=str.casefold)


def _retired(entry: Entry, labels: dict[str, str]) -> str:
    successors = ", ".join(sorted(f"“{labels.get(uri, uri)}”" for uri in entry.replaced_by))
    return f"{entry.label}, replaced by {successors}" if successors else entry.label


def _changes(old: Entry, new: Entry, labels: dict[str, str]) -> list[str]:
    lines = [f"renamed from “{old.label}”"] if old.label != new.label else []
    lines += _texts("name", _other(old.names), _other(new.names))
    lines += _texts("note", old.notes, new.notes)
    if old.notation != new.notation:
        lines.append(f"code {old.notation or 'none'} became {new.notation or 'none'}")
    lines += _links("broader", set(old.broader), set(new.broader), labels)
    lines += _links("related", old.related, new.related, labels)
    lines += _links("match", set(old.mappings.items()), set(new.mappings.items()), labels)
    if {uri: kind for uri, kind in old.broader.items() if uri in new.broader} != {
        uri: kind for uri, kind in new.broader.items() if uri in old.broader
    }:
        lines.append("in what way it is narrower")
    if old.status != new.status:
        lines.append(f"now {new.status}")
    return lines


def _other(names: set[Text]) -> set[Text]:
    """The English preferred name is told apart."""
    return {name for name in names if not (name.kind == PREFERRED and name.language == "en")}


def _texts(what: str, old: set[Text], new: set[Text]) -> list[str]:
    def told(text: Text) -> str:
        short = text.text if len(text.text) <= 120 else f"{text.text[:119]}…"
        return f"“{short}”" if text.language == "en" else f"“{short}” ({text.language})"

    return [f"{what} added: {told(text)}" for text in sorted(new - old)] + [
        f"{what} taken away: {told(text)}" for text in sorted(old - new)
    ]


def _links(what: str, old: set[Any], new: set[Any], labels: dict[str, str]) -> list[str]:
    def told(link: Any) -> str:
        return f"{link[1]} {link[0]}" if isinstance(link, tuple) else f"“{labels.get(link, link)}”"

    return [f"{what} added: {told(link)}" for link in sorted(new - old)] + [
        f"{what} taken away: {told(link)}" for link in sorted(old - new)
    ]
