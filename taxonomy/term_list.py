"""Reads the text format of `starter/council-crm.txt`, whose header explains it, into plain rows.

Knows no database. All problems are found in one reading, each with its line, so that whoever edits the file can put
everything right at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain, pairwise

from taxonomy.hierarchy import ancestors, loop_through
from taxonomy.labels import MAX_LENGTH, name_key

FIELDS = ("means", "also", "hidden", "broader", "related")
MOST_BROADER = 2
_FIELD = re.compile(r"^  (?P<name>[^\s:]+):(?:\s+(?P<value>.*))?$")


@dataclass(frozen=True, order=True)
class Problem:
    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass
class Term:
    """One paragraph. `broader` and `related` hold labels; `lines` says where each field stands."""

    label: str
    line: int
    means: str = ""
    also: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    broader: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return name_key(self.label)


@dataclass(frozen=True)
class Reading:
    terms: list[Term]
    problems: list[Problem]


def is_term_list(text: str) -> bool:
    """Whether it has a field of ours, indented by two spaces, below a term at the left edge."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    return any(
        not low[:1].isspace() and (match := _FIELD.match(high.rstrip())) is not None and match["name"] in FIELDS
        for low, high in pairwise(lines)
    )


def read(text: str) -> Reading:
    """Labels in `broader` and `related` are written as the term itself writes them, whatever capitals the line has."""
    terms, problems = _paragraphs(text)
    by_key = {term.key: term for term in reversed(terms)}  # of two with one label, the first counts
    names = _names(terms)
    checks = chain(_fields(terms), _labels(terms, by_key), _other_names(terms, by_key, names), _references(terms, by_key, names))
    problems.extend(checks)
    _resolve(terms, by_key)
    problems.extend(_circles(terms))
    if not problems:  # ancestors of a faulty hierarchy mean nothing
        problems.extend(_related_to_ancestors(terms))
    return Reading(terms, sorted(problems))


# --- Lines --------------------------------------------------------------------------------------


def _paragraphs(text: str) -> tuple[list[Term], list[Problem]]:
    terms: list[Term] = []
    problems: list[Problem] = []
    term: Term | None = None
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line.startswith("#"):
            continue
        if not line.strip():
            term = None
        elif "\t" in line:
            problems.append(Problem(number, "there is a tab in this line. Use spaces."))
        elif term is None and line.startswith(" "):
            problems.append(Problem(number, "a term begins at the left edge; this line is indented and belongs to no term."))
        elif term is None:
            term = Term(" ".join(line.split()), number)
            terms.append(term)
        elif problem := _take(term, line, number):
            problems.append(problem)
    return terms, problems


def _take(term: Term, line: str, number: int) -> Problem | None:
    """Put one field into its term, or say why not."""
    if not line.startswith(" "):
        return Problem(
            number, f"“{line.strip()}” follows a term directly. Leave an empty line before a term, two spaces before a field."
        )
    match = _FIELD.match(line.rstrip())
    if match is None:
        return Problem(number, "a field is two spaces, its name, a colon and a space, such as “  means: …”.")
    name, value = match["name"], " ".join((match["value"] or "").split())
    if name not in FIELDS:
        return Problem(number, f"“{name}” is no field. There are {', '.join(FIELDS)}.")
    if name in term.lines:
        return Problem(number, f"“{name}” stands twice in “{term.label}”.")
    term.lines[name] = number
    setattr(term, name, value if name == "means" else [part.strip() for part in value.split(";") if part.strip()])
    return None if value else Problem(number, f"“{name}” is empty. Fill it in or take the line out.")


# --- Checks -------------------------------------------------------------------------------------


def _names(terms: list[Term]) -> dict[str, Term]:
    """Whose other name each other name is; of two terms with one name, the first counts."""
    names: dict[str, Term] = {}
    for term in terms:
        for name in chain(term.also, term.hidden):
            names.setdefault(name_key(name), term)
    return names


def _fields(terms: list[Term]) -> Iterator[Problem]:
    for term in terms:
        if "means" not in term.lines:
            yield Problem(term.line, f"“{term.label}” has no “means:”.")
        if len(term.broader) > MOST_BROADER:
            yield Problem(term.lines["broader"], f"“{term.label}” has {len(term.broader)} broader terms. Two are the most.")


def _labels(terms: list[Term], by_key: dict[str, Term]) -> Iterator[Problem]:
    for term in terms:
        first = by_key[term.key]
        if first is not term:
            yield Problem(term.line, f"“{term.label}” is already the term in line {first.line}.")
        if ";" in term.label:
            yield Problem(term.line, f"“{term.label}” has a semicolon, which separates labels.")
        for name, line in [(term.label, term.line), *_other(term)]:
            if len(name) > MAX_LENGTH:
                yield Problem(line, f"“{name[:40]}…” is longer than {MAX_LENGTH} characters.")


def _other(term: Term) -> Iterator[tuple[str, int]]:
    for kind in ("also", "hidden"):
        for name in getattr(term, kind):
            yield name, term.lines[kind]


def _other_names(terms: list[Term], by_key: dict[str, Term], names: dict[str, Term]) -> Iterator[Problem]:
    """A name that leads to two terms leads nowhere."""
    for term in terms:
        seen: set[str] = set()
        for name, line in _other(term):
            key = name_key(name)
            if key in by_key:
                yield Problem(
                    line, f"“{name}” is the label of the term in line {by_key[key].line}, so it cannot be another name here."
                )
            elif key in seen:
                yield Problem(line, f"“{name}” stands twice in “{term.label}”.")
            elif names[key] is not term:
                yield Problem(line, f"“{name}” is already another name of “{names[key].label}” (line {names[key].line}).")
            seen.add(key)


def _references(terms: list[Term], by_key: dict[str, Term], names: dict[str, Term]) -> Iterator[Problem]:
    for term in terms:
        for kind in ("broader", "related"):
            seen: set[str] = set()
            for label in getattr(term, kind):
                key = name_key(label)
                if key not in by_key:
                    yield Problem(term.lines[kind], f"there is no term “{label}”.{_hint(key, by_key, names)}")
                elif key == term.key:
                    yield Problem(term.lines[kind], f"“{term.label}” names itself.")
                elif key in seen:
                    yield Problem(term.lines[kind], f"“{label}” stands twice.")
                seen.add(key)


def _hint(key: str, by_key: dict[str, Term], names: dict[str, Term]) -> str:
    if key in names:
        return f" It is another name of “{names[key].label}”: write that."
    near = get_close_matches(key, by_key, n=1)
    return f" Did you mean “{by_key[near[0]].label}”?" if near else ""


def _resolve(terms: list[Term], by_key: dict[str, Term]) -> None:
    """From here on, references are labels as their terms write them, each once, and none is unknown."""
    for term in terms:
        for kind in ("broader", "related"):
            keys = dict.fromkeys(name_key(label) for label in getattr(term, kind))
            setattr(term, kind, [by_key[key].label for key in keys if key in by_key and key != term.key])


def _circles(terms: list[Term]) -> Iterator[Problem]:
    broader = {term.label: term.broader for term in terms}
    told: set[str] = set()
    for term in terms:
        loop = [] if term.label in told else loop_through(term.label, broader)
        if loop:
            told.update(loop)
            yield Problem(term.lines["broader"], f"broader terms go round in a circle: {' → '.join(loop)}.")


def _related_to_ancestors(terms: list[Term]) -> Iterator[Problem]:
    broader = {term.label: term.broader for term in terms}
    above = {term.label: ancestors(term.label, broader) for term in terms}
    for term in terms:
        for label in term.related:
            if label in above[term.label] or term.label in above[label]:
                high, low = (label, term.label) if label in above[term.label] else (term.label, label)
                yield Problem(term.lines["related"], f"“{low}” already belongs under “{high}”, so they cannot be related as well.")
