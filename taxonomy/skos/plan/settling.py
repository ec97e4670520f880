"""Names, notes and code of one term as the hub keeps them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from taxonomy.models import ENGLISH, Label
from taxonomy.models.concepts import LONGEST_LANGUAGE, LONGEST_NAME
from taxonomy.skos.plan.outcome import Pair
from taxonomy.skos.vocabulary import ALTERNATIVE, DEFINITION, PREFERRED, Entry, Problems, Text

LONGEST_NOTATION = 120


def settle(entry: Entry, problems: Problems) -> None:
    """Names and notes as the hub keeps them: with a language, once, and one preferred name in each."""
    _settle_languages(entry, problems)
    preferred: dict[str, list[str]] = defaultdict(list)
    for name in sorted(entry.names):
        if name.kind == PREFERRED:
            preferred[name.language].append(name.text)
        if len(name.text) > LONGEST_NAME:
            problems.stop(f"A name is longer than {LONGEST_NAME} characters: “{name.text[:60]}…”.", entry.place)
        if len(name.language) > LONGEST_LANGUAGE:
            problems.stop(f"“{name.language}” is no language we can keep.", entry.place)
    for language, texts in preferred.items():
        if len(texts) > 1:
            told = "” and “".join(texts)
            problems.stop("A term has several preferred names in one language.", f"{entry.place} ({language}): “{told}”")
    _settle_doubles(entry, problems)
    if len(entry.notation) > LONGEST_NOTATION:
        problems.warn(f"A code longer than {LONGEST_NOTATION} characters is left out.", entry.place)
        entry.notation = ""
    _settle_definition(entry, problems)


def _settle_languages(entry: Entry, problems: Problems) -> None:
    if any(not text.language for text in chain(entry.names, entry.notes)):
        problems.warn("A name or note says no language, and is taken for English.", entry.place)
        has_english = bool(entry.preferred())
        entry.names = {
            text._replace(language=text.language or ENGLISH, kind=ALTERNATIVE if _is_spare(text, has_english) else text.kind)
            for text in entry.names
        }
        entry.notes = {text._replace(language=text.language or ENGLISH) for text in entry.notes}
    if entry.names and not entry.preferred():
        dialects = sorted(name for name in entry.names if name.kind == PREFERRED and name.language.startswith("en-"))
        for name in dialects[:1]:
            problems.warn(f"A preferred name in {name.language} is taken for the English one.", entry.place)
            entry.names = (entry.names - {name}) | {name._replace(language=ENGLISH)}


def _is_spare(text: Text, has_english: bool) -> bool:
    """A preferred name in no language beside one in English."""
    return text.kind == PREFERRED and not text.language and has_english


def _settle_doubles(entry: Entry, problems: Problems) -> None:
    """A name stands once in a language: preferred goes before other, other before hidden."""
    best: dict[Pair, Text] = {}
    order = [kind.value for kind in Label.Kind]
    for name in sorted(entry.names, key=lambda name: order.index(name.kind)):
        key = (name.language, name.text)
        if key in best:
            problems.warn("A name is both a preferred and another name of one term; it is kept once.", entry.place)
        best.setdefault(key, name)
    entry.names = set(best.values())


def _settle_definition(entry: Entry, problems: Problems) -> None:
    meanings = sorted(note for note in entry.notes if note.kind == DEFINITION and note.language == ENGLISH)
    if len(meanings) > 1:
        problems.warn("A term has several English definitions; they are put one below the other.", entry.place)
        entry.notes -= set(meanings)
        entry.notes.add(Text(DEFINITION, ENGLISH, "\n\n".join(note.text for note in meanings)))
