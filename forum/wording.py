"""What changed between two wordings, for people to read: by lines, and by words within a line that was changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Past these a text is told as one that was replaced: comparing would take longer than anybody waits.
MOST_LINES = 400
MOST_WORDS = 400

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """`kind` is same, added or removed."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """In reading order; what stays is told once."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_lines(old, new) if max(len(old), len(new)) <= MOST_LINES else _replaced(before, after)))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        was, became = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield Piece("same", was)
        elif tag == "replace":
            yield from _words(was, became)
        else:
            yield from _replaced(was, became)


def _words(was: str, became: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(was), _WORDS.findall(became)
    matcher = SequenceMatcher(None, old, new)
    # Two texts that share little are easier to read one after the other than word by word.
    if max(len(old), len(new)) > MOST_WORDS or matcher.ratio() < 0.5:
        yield from _replaced(was, became)
        return
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:j]))
        else:
            yield from _replaced("".join(old[i:j]), "".join(new[k:m]))


def _replaced(was: str, became: str) -> Iterator[Piece]:
    if was:
        yield Piece("removed", was)
    if became:
        yield Piece("added", became)


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind are one piece."""
    last: Piece | None = None
    for piece in found:
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
