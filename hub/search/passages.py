"""Marks the words that were looked for, in our own text, for the few results of one page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from hub.search.sources import SUMMARY_LENGTH, Hit

_WORD = re.compile(r"\w+")
LONGEST_READ = 20_000  # characters of a text in which a passage is looked for

Stem = Callable[[str], Collection[str]]


@dataclass(frozen=True)
class Shown:
    """A hit as the page draws it: title and passage are HTML with marks."""

    hit: Hit
    title: SafeString
    passage: SafeString


def shown(hit: Hit, wanted: Collection[str], stem: Stem) -> Shown:
    """The summary where it has one of the words or there is nothing else, otherwise the passage that has the first."""
    passage = hit.summary
    if wanted and not _holds(hit.summary, wanted, stem):
        passage = _around_first(hit.text[:LONGEST_READ], wanted, stem) or hit.summary
    return Shown(replace(hit, text=""), _marked(hit.title, wanted, stem), _marked(passage, wanted, stem))


def _holds(text: str, wanted: Collection[str], stem: Stem) -> bool:
    return any(_is_wanted(match.group(), wanted, stem) for match in _WORD.finditer(text))


def _around_first(text: str, wanted: Collection[str], stem: Stem) -> str:
    for match in _WORD.finditer(text):
        if _is_wanted(match.group(), wanted, stem):
            start = text.rfind(" ", 0, max(0, match.start() - SUMMARY_LENGTH // 3)) + 1
            end = text.find(" ", start + SUMMARY_LENGTH)
            cut = text[start:] if end == -1 else f"{text[start:end]} …"
            return f"… {cut}" if start else cut
    return ""


def _is_wanted(word: str, wanted: Collection[str], stem: Stem) -> bool:
    return any(found in wanted for found in stem(word))


def _marked(text: str, wanted: Collection[str], stem: Stem) -> SafeString:
    parts, last = [], 0
    for match in _WORD.finditer(text) if wanted else ():
        if _is_wanted(match.group(), wanted, stem):
            parts += [escape(text[last : match.start()]), f"<mark>{escape(match.group())}</mark>"]
            last = match.end()
    return mark_safe("".join([*parts, escape(text[last:])]))
