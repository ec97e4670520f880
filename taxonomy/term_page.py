"""What the page of one term, the list of changes and the page of all terms say, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf.locale import LANG_INFO
from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from hub.core.audience import Viewer
from taxonomy.labels import letter_of, sort_key
from taxonomy.models import ENGLISH, Collection, Concept, ConceptChange, ConceptScheme, Label, Mapping, Note, Relation
from taxonomy.uris import link_to

SHOWN_CHANGES = 8
SHOWN_TERMS = 10  # of one change: an import has thousands
PUBLIC_NOTES = (Note.Kind.SCOPE, Note.Kind.NOTE, Note.Kind.EXAMPLE, Note.Kind.HISTORY, Note.Kind.CHANGE)


def language_name(code: str) -> str:
    """Such as "Welsh" for "cy" or "cy-GB"; the code itself where nobody knows it."""
    for known in (code.lower(), code.lower().partition("-")[0]):
        if name := LANG_INFO.get(known, {}).get("name"):
            return str(name)
    return code


class NamesIn(NamedTuple):
    """A term's names, and its meaning, in a language that is not English."""

    code: str
    language: str
    names: list[str]
    meaning: str


class Place(NamedTuple):
    """A broader term, and in what way it is broader ("a kind of it"); empty where nobody has said."""

    concept: Concept
    way: str


class Elsewhere(NamedTuple):
    """A term of somebody else's scheme: "the same as" it, in words; `url` is empty where its address is no page."""

    words: str
    label: str
    url: str
    scheme: str


@dataclass(frozen=True)
class Telling:
    """What a term's page says besides its meaning and its English names."""

    notes: list[Note]
    other_languages: list[NamesIn]
    outdated: list[Label]
    broader: list[Place]
    narrower: list[Concept]
    related: list[Concept]
    collections: list[Collection]
    elsewhere: list[Elsewhere]


_IN_WORDS = {
    Mapping.Kind.EXACT: "The same as",
    Mapping.Kind.CLOSE: "Nearly the same as",
    Mapping.Kind.BROAD: "Narrower than",
    Mapping.Kind.NARROW: "Broader than",
    Mapping.Kind.RELATED: "Related to",
}
_BROADER_IN_WORDS = {
    Relation.BroaderKind.GENERIC: "it is a kind of this",
    Relation.BroaderKind.PARTITIVE: "it is a part of this",
    Relation.BroaderKind.INSTANTIAL: "it is an example of this",
}


def telling(concept: Concept) -> Telling:
    """Six queries. Only published terms are named."""
    labels = sorted(concept.labels.all(), key=lambda label: (label.kind != Label.Kind.PREFERRED, label.sort_key))
    notes = list(concept.notes.exclude(kind=Note.Kind.EDITORIAL).order_by("pk"))
    broader, narrower, related = _neighbours(concept)
    collections = Collection.objects.filter(members__concept=concept).select_related("scheme").order_by("title")
    return Telling(
        notes=sorted(
            (note for note in notes if note.kind in PUBLIC_NOTES),
            key=lambda note: (PUBLIC_NOTES.index(Note.Kind(note.kind)), note.language != ENGLISH),
        ),
        other_languages=_other_languages(labels, notes),
        outdated=[label for label in labels if _is_shown(label) and label.status == Label.Status.OUTDATED],
        broader=broader,
        narrower=narrower,
        related=related,
        collections=list(collections),
        elsewhere=[
            Elsewhere(
                _IN_WORDS[Mapping.Kind(mapping.kind)],
                mapping.target_label or mapping.target_uri,
                link_to(mapping.target_uri),
                mapping.target_scheme,
            )
            for mapping in concept.mappings.order_by("target_scheme", "target_label", "target_uri")
        ],
    )


def _is_shown(label: Label) -> bool:
    return label.kind == Label.Kind.ALTERNATIVE and label.language == ENGLISH


def _other_languages(labels: Iterable[Label], notes: Iterable[Note]) -> list[NamesIn]:
    names: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        if label.language != ENGLISH and label.kind != Label.Kind.HIDDEN:
            names[label.language].append(label.text)
    meanings = {note.language: note.text for note in notes if note.kind == Note.Kind.DEFINITION}
    codes = sorted({*names, *meanings}, key=language_name)
    return [NamesIn(code, language_name(code), names[code], meanings.get(code, "")) for code in codes]


def _neighbours(concept: Concept) -> tuple[list[Place], list[Concept], list[Concept]]:
    broader, narrower, related = [], [], []
    rows = Relation.objects.filter(Q(source=concept) | Q(target=concept)).select_related("source", "target")
    for row in rows:
        outgoing = row.source_id == concept.pk
        other = row.target if outgoing else row.source
        if other.status != Concept.Status.PUBLISHED:
            continue
        if row.kind == Relation.Kind.RELATED:
            related.append(other)
        elif outgoing:
            way = _BROADER_IN_WORDS[Relation.BroaderKind(row.broader_kind)] if row.broader_kind else ""
            broader.append(Place(other, way))
        else:
            narrower.append(other)
    broader.sort(key=lambda place: sort_key(place.concept.label))
    for terms in (narrower, related):
        terms.sort(key=lambda term: sort_key(term.label))
    return broader, narrower, related


# --- What was changed ---------------------------------------------------------------------------


def changes(viewer: Viewer, concept: Concept | None = None) -> QuerySet[ConceptChange]:
    """Newest first, with what a line of the history reads."""
    found = ConceptChange.objects.visible_to(viewer)
    found = found.filter(concepts=concept) if concept else found
    unread = [f"{of}{name}" for of in ("", "undone_by__", "undoes__") for name in ("rows", "tags")]  # which may be long
    return found.select_related("made_by", "undone_by", "undoes").defer(*unread)


def name_terms(changes: Iterable[ConceptChange]) -> list[ConceptChange]:
    """Each with the first terms that it is about as `shown`, and how many `more` there are. Two queries."""
    named = list(changes)
    readable = Concept.objects.with_an_address()
    prefetch_related_objects(named, Prefetch("concepts", readable.order_by("label")[:SHOWN_TERMS], to_attr="shown"))
    about = ConceptChange.concepts.through.objects.filter(conceptchange__in=named, concept__in=readable.values("pk"))
    counts = dict(about.order_by().values_list("conceptchange").annotate(Count("pk")))
    for change in named:
        change.more = counts.get(change.pk, 0) - len(change.shown)  # type: ignore[attr-defined]
    return named


def changes_followed(viewer: Viewer) -> QuerySet[ConceptChange]:
    """Of the terms that the viewer follows."""
    followed = Concept.objects.filter(follows__user=viewer.pk)
    return changes(viewer).filter(pk__in=ConceptChange.objects.filter(concepts__in=followed).values("pk"))


# --- All of it ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """A term as the page of all terms prints it: plain values, for there may be thousands."""

    label: str
    slug: str
    definition: str
    also: list[str] = field(default_factory=list)
    broader: list[str] = field(default_factory=list)
    narrower: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)


def everything(scheme: ConceptScheme | None = None) -> list[tuple[str, list[Whole]]]:
    """By letter, in order. Three queries, however many terms there are."""
    concepts = Concept.objects.filter(status=Concept.Status.PUBLISHED)
    concepts = concepts.filter(scheme=scheme) if scheme else concepts
    terms = {pk: Whole(*row) for pk, *row in concepts.order_by().values_list("pk", "label", "slug", "definition")}
    names = Label.objects.filter(kind=Label.Kind.ALTERNATIVE, language=ENGLISH, concept__in=concepts)
    for pk, text in names.order_by("sort_key").values_list("concept_id", "text"):
        terms[pk].also.append(text)
    for source, target, kind in Relation.objects.order_by().values_list("source_id", "target_id", "kind"):
        if source not in terms or target not in terms:
            continue
        one, other = terms[source], terms[target]
        (one.related if kind == Relation.Kind.RELATED else one.broader).append(other.label)
        (other.related if kind == Relation.Kind.RELATED else other.narrower).append(one.label)
    by_letter: dict[str, list[Whole]] = defaultdict(list)
    for term in sorted(terms.values(), key=lambda term: sort_key(term.label)):
        for labels in (term.broader, term.narrower, term.related):
            labels.sort(key=str.casefold)
        by_letter[letter_of(term.label)].append(term)
    return [(letter.upper(), by_letter[letter]) for letter in sorted(by_letter, key=lambda letter: (letter[0].isdigit(), letter))]


def linked_data_url(concept: Concept) -> str:
    """Its address for programs, which answers in several formats."""
    return f"/id/{concept.scheme.slug}/{concept.public_id}"
