"""Reading the A-Z: the strip, its pages, a term's neighbours, and finding terms by what people write."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import NamedTuple, TypedDict

from django.db.models import Q, QuerySet
from django.urls import reverse

from taxonomy.labels import DIGITS, MAX_LENGTH, name_key, sort_key
from taxonomy.models import ENGLISH, Concept, ConceptScheme, Label, Relation

ORDER = (*string.ascii_lowercase, DIGITS)
# A page of more names than this would be slow to draw and to read: it then lists labels only.
MOST_NAMES = 2000
# A deprecated term may be replaced by one that was itself replaced: so many steps are followed.
MOST_REPLACEMENTS = 5


class Letter(TypedDict):
    letter: str
    url: str
    current: bool


class Entry(NamedTuple):
    """A line of the A-Z. `see` is the preferred label where `text` is another name."""

    text: str
    see: str
    url: str


@dataclass(frozen=True)
class Group:
    letter: str
    entries: list[Entry]


@dataclass(frozen=True)
class Neighbours:
    broader: list[Concept]
    narrower: list[Concept]
    related: list[Concept]


@dataclass(frozen=True)
class Index:
    """`labels_only`: there are so many names that the other ones stand on the letters' pages alone."""

    groups: list[Group]
    labels_only: bool


def _live_labels() -> QuerySet[Label]:
    """The names that are shown."""
    return Label.objects.filter(concept__status=Concept.Status.PUBLISHED, language=ENGLISH).exclude(kind=Label.Kind.HIDDEN)


# --- The A-Z ------------------------------------------------------------------------------------


def letters(current: str | None = None) -> list[Letter]:
    """The strip. A letter that has no live term gets no link; 0-9 stands in it only if used."""
    used = set(_live_labels().order_by().values_list("letter", flat=True).distinct())
    return [
        {
            "letter": letter.upper(),
            "url": reverse("taxonomy:letter", kwargs={"letter": letter}) if letter in used else "",
            "current": letter == current,
        }
        for letter in ORDER
        if letter != DIGITS or letter in used
    ]


def a_z() -> Index:
    """The whole A-Z on one page. Two queries."""
    labels = _live_labels()
    labels_only = labels.count() > MOST_NAMES
    return Index(_groups(labels.filter(kind=Label.Kind.PREFERRED) if labels_only else labels), labels_only)


def names_under(letter: str) -> list[Entry]:
    """Every name people may look under that begins with the letter. One query."""
    groups = _groups(_live_labels().filter(letter=letter))
    return groups[0].entries if groups else []


def _groups(labels: QuerySet[Label]) -> list[Group]:
    """By letter, in order. No objects are made: there may be thousands."""
    rows = labels.order_by().values_list("letter", "sort_key", "text", "kind", "concept__label", "concept__slug")
    # reverse() for each of some thousand terms would cost more than the query.
    root = reverse("taxonomy:a_z")
    # Sorted here, because databases differ in where a space stands.
    ordered = sorted(rows, key=lambda row: (ORDER.index(row[0]), row[1], row[2]))
    return [
        Group(
            group.upper(),
            [
                Entry(text, "" if kind == Label.Kind.PREFERRED else label, f"{root}{slug}/")
                for _, _, text, kind, label, slug in entries
            ],
        )
        for group, entries in groupby(ordered, key=lambda row: row[0])
    ]


# --- One term -----------------------------------------------------------------------------------


def term_neighbours(concept: Concept) -> Neighbours:
    """Published ones, by label. One query."""
    neighbours = Neighbours([], [], [])
    rows = Relation.objects.filter(Q(source=concept) | Q(target=concept)).select_related("source", "target")
    for row in rows:
        outgoing = row.source_id == concept.pk
        other = row.target if outgoing else row.source
        if other.status != Concept.Status.PUBLISHED:
            continue
        if row.kind == Relation.Kind.RELATED:
            neighbours.related.append(other)
        else:
            (neighbours.broader if outgoing else neighbours.narrower).append(other)
    for terms in (neighbours.broader, neighbours.narrower, neighbours.related):
        terms.sort(key=lambda term: sort_key(term.label))
    return neighbours


def other_names(concept: Concept) -> list[str]:
    """Those that are shown. Needs `labels` prefetched."""
    names = [label for label in concept.labels.all() if label.kind == Label.Kind.ALTERNATIVE and label.language == ENGLISH]
    return [label.text for label in sorted(names, key=lambda label: label.sort_key)]


def successors(concepts: Iterable[Concept]) -> list[Concept]:
    """The published terms that now stand for these: each itself, or what replaced it, however many times."""
    found: dict[int, Concept] = {}
    ahead = list(concepts)
    for _ in range(MOST_REPLACEMENTS):
        found.update((concept.pk, concept) for concept in ahead if concept.status == Concept.Status.PUBLISHED)
        replaced = [concept.pk for concept in ahead if concept.status == Concept.Status.DEPRECATED]
        if not replaced:
            break
        ahead = list(Concept.objects.with_an_address().filter(replaces__in=replaced).distinct())
    return sorted(found.values(), key=lambda concept: sort_key(concept.label))


# --- What people write --------------------------------------------------------------------------


class Word(NamedTuple):
    """One name of a published term, hidden ones included."""

    text: str
    kind: str
    concept_id: int
    public_id: str
    preferred: str


def words(keys: Iterable[str] | None = None) -> list[Word]:
    """Names by which a published term can be named in a form; only those with these sort keys, if given."""
    labels = Label.objects.filter(concept__status=Concept.Status.PUBLISHED, language=ENGLISH)
    if keys is not None:
        labels = labels.filter(sort_key__in=list(keys))
    fields = ("text", "kind", "concept_id", "concept__public_id", "concept__label")
    return [Word(*row) for row in labels.order_by("sort_key", "concept__public_id").values_list(*fields)]


def suggestions() -> list[tuple[str, str]]:
    """What a box for terms may suggest: each name that is shown, with the label it stands for unless it is one."""
    labels = _live_labels()
    if labels.count() > MOST_NAMES:
        labels = labels.filter(kind=Label.Kind.PREFERRED)
    rows = labels.order_by("sort_key", "text").values_list("text", "kind", "concept__label")
    return [(text, "" if kind == Label.Kind.PREFERRED else label) for text, kind, label in rows]


def find_terms(texts: Iterable[str]) -> dict[str, Concept | None]:
    """The published term that each text names, by label, other name or public id. An exact name goes before a
    near one ("e forms" for "E-forms"), and a label before another name. Two queries."""
    wanted = list(texts)
    found_words = words({sort_key(text) for text in wanted})
    chosen = {text: _best(text, found_words) for text in wanted}
    ids = {word.concept_id for word in chosen.values() if word}
    concepts = Concept.objects.filter(Q(pk__in=ids) | Q(public_id__in=wanted), status=Concept.Status.PUBLISHED)
    by_pk = {concept.pk: concept for concept in concepts}
    by_public_id = {concept.public_id: concept for concept in by_pk.values()}
    return {text: by_pk[word.concept_id] if word else by_public_id.get(text) for text, word in chosen.items()}


def _best(text: str, among: list[Word]) -> Word | None:
    key, near = name_key(text), sort_key(text)
    candidates = [word for word in among if name_key(word.text) == key or (near and sort_key(word.text) == near)]
    return min(
        candidates,
        key=lambda word: (name_key(word.text) != key, word.kind != Label.Kind.PREFERRED, word.kind == Label.Kind.HIDDEN),
        default=None,
    )


def near_matches(texts: Iterable[str], most: int = 3) -> dict[str, list[str]]:
    """For each text, the labels of terms that somebody who wrote it may have meant. One query."""
    by_key: dict[str, str] = {}
    for word in words():
        by_key.setdefault(sort_key(word.text), word.preferred)
    return {text: _near(sort_key(text)[:MAX_LENGTH], by_key, most) for text in texts}


def _near(key: str, by_key: dict[str, str], most: int) -> list[str]:
    holding = sorted((name for name in by_key if len(key) > 2 and key in name), key=len)
    near = get_close_matches(key, by_key, n=most, cutoff=0.7)
    return list(dict.fromkeys(by_key[name] for name in [*near, *holding]))[:most]


# --- For editors --------------------------------------------------------------------------------


def name_owners(texts: Iterable[str], besides: int | None = None) -> dict[str, str]:
    """Which of these names another term has already, and that term's label. There is one A-Z, so a name is one term's
    whatever the scheme; deprecated terms give theirs up."""
    wanted = {name_key(text): text for text in texts}
    rows = (
        Label.objects.filter(language=ENGLISH, sort_key__in={sort_key(text) for text in wanted.values()})
        .exclude(concept__status=Concept.Status.DEPRECATED)
        .exclude(concept=besides)
        .values_list("text", "concept__label")
    )
    return {wanted[key]: owner for text, owner in rows if (key := name_key(text)) in wanted}


def broader_map() -> dict[int, list[int]]:
    """Every "belongs under", as primary keys: for checks inside a form only."""
    above: dict[int, list[int]] = {}
    for source, target in Relation.objects.filter(kind=Relation.Kind.BROADER).values_list("source_id", "target_id"):
        above.setdefault(source, []).append(target)
    return above


def labels_of(pks: Iterable[int]) -> dict[int, str]:
    return dict(Concept.objects.filter(pk__in=list(pks)).values_list("pk", "label"))


def first_scheme() -> ConceptScheme | None:
    return ConceptScheme.objects.order_by("pk").first()


def taken_slugs(concept: Concept) -> set[str]:
    """All addresses but its own."""
    return set(Concept.objects.exclude(pk=concept.pk).values_list("slug", flat=True))
