"""Names in the text of a post, written `@Firstname Lastname`: where one may stand, and the marker that says that somebody is meant.

Cleaning lets no span through, and a marker is put in after it, so that nobody can write one. It holds an id of the post's own
(`Mention`), which leads nowhere: who is meant is looked up for whoever reads, and to those who may not know it is words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from html import escape, unescape
from itertools import islice

MOST = 10  # people whom one post names
MOST_TRIED = 50  # times "@" is looked at
MOST_WORDS = 6  # of a name
LONGEST = 160  # characters of a name

_TAG = re.compile(r'<(/?)([a-z0-9]+)(?:"[^"]*"|[^">])*>')
_AT = re.compile(r"(?<![^\s(\[{\"'\u201c\u2018/])@(?=\w)")
_WORD = re.compile(r"\S+")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_MARKER = re.compile(r'<span data-mention="([A-Za-z0-9]+)">(.*?)</span>', re.DOTALL)
_CLOSING = ".,;:!?)]}\"'\u201d\u2019\u2026/"
# What stands in these is an address or a quotation of something typed.
_NOT_IN = {"a", "code", "pre"}


def names_in(html: str) -> set[str]:
    """All that may be a name, behind each "@"."""
    return {name for _, names in _places(html) for name, _ in names}


def met(html: str, known: Collection[str]) -> list[str]:
    """Which of the known names stand in it, in their order, each once; the first MOST."""
    found = dict.fromkeys(name for _, names in _places(html) for name, _ in _longest(names, known))
    return list(found)[:MOST]


def marked(html: str, ids: Mapping[str, str]) -> str:
    """With a marker around each of these names."""
    parts, done = [], 0
    for start, names in _places(html):
        for name, end in _longest(names, ids):
            parts += [html[done:start], f'<span data-mention="{ids[name]}">{html[start:end]}</span>']
            done = end
    return "".join([*parts, html[done:]])


def names_somebody(html: str) -> bool:
    return _MARKER.search(html) is not None


def linked(html: str, urls: Mapping[str, str]) -> str:
    """Markers become links where there is an address for them, and words elsewhere."""

    def shown(marker: re.Match[str]) -> str:
        url = urls.get(marker[1])
        return f'<a href="{escape(url)}">{marker[2]}</a>' if url else marker[2]

    return _MARKER.sub(shown, html)


def _longest(names: list[tuple[str, int]], known: Collection[str]) -> list[tuple[str, int]]:
    return next(([(name, end)] for name, end in names if name in known), [])


def _places(html: str) -> list[tuple[int, list[tuple[str, int]]]]:
    """Where an "@" stands, and the names that may follow, each with its end, the longest first."""
    return list(
        islice(((at, list(_names(html, at, end))) for start, end in _texts(html) for at in _ats(html, start, end)), MOST_TRIED)
    )


def _texts(html: str) -> Iterator[tuple[int, int]]:
    depth, done = 0, 0
    for tag in _TAG.finditer(html):
        if not depth and tag.start() > done:
            yield done, tag.start()
        if tag[2] in _NOT_IN:
            depth += -1 if tag[1] else 1
        done = tag.end()
    if not depth and len(html) > done:
        yield done, len(html)


def _ats(html: str, start: int, end: int) -> Iterator[int]:
    """What stands before the text is a tag, or nothing: no part of a word."""
    text = html[start:end]
    return (start + found.start() for found in _AT.finditer(text))


def _names(html: str, at: int, end: int) -> Iterator[tuple[str, int]]:
    start = at + 1
    ends = [word.end() for word in islice(_WORD.finditer(html, start, min(end, start + LONGEST)), MOST_WORDS)]
    for stop in reversed(ends):
        raw = html[start:stop]
        bare = raw.rstrip(_CLOSING)
        for written in dict.fromkeys([raw, bare, _POSSESSIVE.sub("", bare)]):
            if name := " ".join(unescape(written).split()):
                yield name, start + len(written)
