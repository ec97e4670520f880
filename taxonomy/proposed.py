"""What a proposal says, in words: its title, and what is now beside what is to be."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from taxonomy.actions import Wish, wish_of
from taxonomy.models import Mapping, Proposal, Relation

Kind = Proposal.Kind
_ALIKE = {
    Mapping.Kind.EXACT: "the same as",
    Mapping.Kind.CLOSE: "nearly the same as",
    Mapping.Kind.BROAD: "narrower than",
    Mapping.Kind.NARROW: "broader than",
    Mapping.Kind.RELATED: "related to",
}


class Line(NamedTuple):
    """`now` is empty where there is nothing yet, or where the proposal has been decided and it would say nothing."""

    name: str
    now: str
    proposed: str


def about(proposal: Proposal) -> str:
    """The terms it is about, by name. Needs `concepts` prefetched."""
    return " and ".join(f"“{concept.label}”" for concept in proposal.concepts.all()) or "a term that is no longer there"


def title(proposal: Proposal) -> str:
    """Such as “Rename “Fax” to “Facsimile””. Needs `concepts` and `target`; no query."""
    terms, into = about(proposal), f"“{proposal.target.label}”" if proposal.target else "a term that is no longer there"
    return {
        Kind.NEW: f"A new term: “{proposal.label}”",
        Kind.RENAME: f"Rename {terms} to “{proposal.label}”",
        Kind.MERGE: f"Merge {terms} into {into}",
        Kind.SPLIT: f"Split {terms}",
        Kind.MOVE: f"Move {terms} in the tree",
        Kind.RETIRE: f"Retire {terms}",
        Kind.DEFINE: f"Say better what {terms} means",
        Kind.MAP: f"Say what {terms} is called elsewhere",
    }[Kind(proposal.kind)]


def lines(proposal: Proposal) -> list[Line]:
    """What would change, line by line."""
    wish, kind = wish_of(proposal), Kind(proposal.kind)
    concept = proposal.concepts.first()
    is_open = proposal.is_open and concept is not None and kind != Kind.NEW
    label_now = concept.label if concept and is_open else ""
    meaning_now = concept.definition if concept and is_open else ""
    found = {
        Kind.NEW: lambda: [
            Line("Name", "", wish.label),
            Line("Meaning", "", wish.definition),
            Line("Belongs under", "", _names(wish)),
        ],
        Kind.RENAME: lambda: [Line("Name", label_now, wish.label)],
        Kind.DEFINE: lambda: [Line("Meaning", meaning_now, wish.definition)],
        Kind.MERGE: lambda: [
            Line("Goes into", "", wish.target.label if wish.target else "A term that is no longer there"),
            Line("Its names", "", "become other names of that term"),
            Line("Its address", "", "leads there"),
        ],
        Kind.SPLIT: lambda: [
            *(
                Line(f"Part {n}", "", f"{part.label}: {part.definition}" if part.definition else part.label)
                for n, part in enumerate(wish.parts, 1)
            ),
            Line("The term itself", "", "stays" if wish.keep else "goes; its address says which terms came after it"),
        ],
        Kind.MOVE: lambda: [
            Line("Belongs under", _above(proposal) if is_open else "", _names(wish) or "Nothing: it stands at the top")
        ],
        Kind.RETIRE: lambda: [Line("Replaced by", "", wish.target.label if wish.target else "Nothing")],
        Kind.MAP: lambda: [_alike(wish)],
    }[kind]()
    return [line for line in found if line.proposed]


def _names(wish: Wish) -> str:
    return ", ".join(concept.label for concept in wish.broader)


def _above(proposal: Proposal) -> str:
    rows = Relation.objects.filter(source__in=proposal.concepts.all(), kind=Relation.Kind.BROADER)
    return ", ".join(rows.order_by("target__label").values_list("target__label", flat=True)) or "Nothing: it stands at the top"


def _alike(wish: Wish) -> Line:
    said = wish.mapping or {}
    kind = Mapping.Kind(said.get("kind") or Mapping.Kind.CLOSE)
    other, scheme = said.get("target_label") or said.get("target_uri", ""), said.get("target_scheme", "")
    return Line("It is", "", f"{_ALIKE[kind]} {other}{f', in {scheme}' if scheme else ''} ({said.get('target_uri', '')})")


def days_left(proposal: Proposal, now: dt.datetime) -> str:
    """Until the time an editor means to decide by, in words; empty once it is decided."""
    if not proposal.is_open:
        return ""
    days = (proposal.due_at.date() - now.date()).days
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} past the time we decide within"
    return "to be decided today" if days == 0 else f"to be decided within {days} {'day' if days == 1 else 'days'}"
