"""Reading the A-Z: the strip, its pages, a term's neighbours, and finding terms by what people write."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Any, NamedTuple, TypedDict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hub.core.audience import Viewer
from taxonomy.labels import DIGITS, MAX_LENGTH, name_key, sort_key
from taxonomy.likeness import ENOUGH, Likeness
from taxonomy.models import (
    CHANGE,
    ENGLISH,
    Concept,
    ConceptScheme,
    FormerSlug,
    Label,
    Proposal,
    Relation,
    owner_fields,
    tag_models,
)

ORDER = (*string.ascii_lowercase, DIGITS)
_PLACE = {letter: place for place, letter in enumerate(ORDER)}
# A page of more names than this would be slow to draw and to read: it then lists labels only.
MOST_NAMES = 10_000


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


def _live_labels(scheme: ConceptScheme | None = None) -> QuerySet[Label]:
    """The names that are shown; those of one scheme, if it is given."""
    labels = Label.objects.filter(concept__status=Concept.Status.PUBLISHED, language=ENGLISH).exclude(kind=Label.Kind.HIDDEN)
    return labels.filter(concept__scheme=scheme) if scheme else labels


# --- The A-Z ------------------------------------------------------------------------------------


def schemes_in_use() -> list[ConceptScheme]:
    """By title: those of which a term is live, if there are several; none to choose from otherwise."""
    live = Concept.objects.filter(status=Concept.Status.PUBLISHED)
    schemes = list(ConceptScheme.objects.filter(Exists(live.filter(scheme=OuterRef("pk")))).order_by("title", "slug"))
    return schemes if len(schemes) > 1 else []


def letters(current: str | None = None, scheme: ConceptScheme | None = None) -> list[Letter]:
    """The strip. A letter that has no live term gets no link; 0-9 stands in it only if used."""
    used = set(_live_labels(scheme).order_by().values_list("letter", flat=True).distinct())
    within = f"?scheme={scheme.slug}" if scheme else ""
    return [
        {
            "letter": letter.upper(),
            "url": reverse("taxonomy:letter", kwargs={"letter": letter}) + within if letter in used else "",
            "current": letter == current,
        }
        for letter in ORDER
        if letter != DIGITS or letter in used
    ]


def a_z(scheme: ConceptScheme | None = None) -> Index:
    """The whole A-Z on one page. Two queries."""
    labels = _live_labels(scheme)
    labels_only = labels.count() > MOST_NAMES
    return Index(_groups(labels.filter(kind=Label.Kind.PREFERRED) if labels_only else labels), labels_only)


def names_under(letter: str, scheme: ConceptScheme | None = None) -> list[Entry]:
    """Every name people may look under that begins with the letter. One query."""
    groups = _groups(_live_labels(scheme).filter(letter=letter))
    return groups[0].entries if groups else []


def _groups(labels: QuerySet[Label]) -> list[Group]:
    """By letter, in order. No objects are made: there may be thousands."""
    rows = labels.order_by().values_list("letter", "sort_key", "text", "kind", "concept__label", "concept__slug")
    # reverse() for each of some thousand terms would cost more than the query.
    root = reverse("taxonomy:a_z")
    # Sorted here, because databases differ in where a space stands.
    ordered = sorted(rows, key=lambda row: (_PLACE[row[0]], row[1], row[2]))
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
    seen: set[int] = set()
    ahead = list(concepts)
    while ahead:
        found.update((concept.pk, concept) for concept in ahead if concept.status == Concept.Status.PUBLISHED)
        replaced = {concept.pk for concept in ahead if concept.status == Concept.Status.DEPRECATED} - seen
        seen |= replaced
        ahead = list(Concept.objects.with_an_address().filter(replaces__in=replaced).distinct()) if replaced else []
    return sorted(found.values(), key=lambda concept: sort_key(concept.label))


def where_slug_leads(slug: str) -> Concept | None:
    """The term that answers at an address, its own or a former one: of a merged term, the one it went into, however often.
    None for a candidate's, and for one that never was an address."""
    own = Concept.objects.with_an_address().filter(slug=slug).first()
    seen = set()
    while (own is None or own.status == Concept.Status.DEPRECATED) and slug not in seen:
        seen.add(slug)
        former = FormerSlug.objects.select_related("concept").filter(slug=slug).first()
        if former is None:
            break
        own, slug = former.concept, former.concept.slug
    return own if own is not None and own.status != Concept.Status.CANDIDATE else None


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


MOST_LISTED = 300  # in a list that a browser completes from; a longer one would outweigh the page


def suggestions() -> list[tuple[str, str]]:
    """What a box for terms may suggest without a script: each name that is shown, with the label it stands for unless it
    is one. Where there are too many, the labels that most things carry, and no other names."""
    labels = _live_labels()
    if labels.count() > MOST_LISTED:
        labels = labels.filter(kind=Label.Kind.PREFERRED)
        if labels.count() > MOST_LISTED:
            labels = labels.filter(concept__in=_carried_most())
    rows = labels.order_by("sort_key", "text").values_list("text", "kind", "concept__label")
    return [(text, "" if kind == Label.Kind.PREFERRED else label) for text, kind, label in rows]


def _carried_most() -> list[int]:
    """Primary keys of MOST_LISTED terms."""
    counts: Counter[int] = Counter()
    for model in tag_models():
        rows = model._default_manager.order_by().values_list("concept").annotate(number=Count("pk"))
        counts.update(dict(rows))
    carried = [pk for pk, _ in counts.most_common(MOST_LISTED)]
    if len(carried) == MOST_LISTED:
        return carried
    others = Concept.objects.for_tags().exclude(pk__in=carried).values_list("pk", flat=True)
    return [*carried, *others[: MOST_LISTED - len(carried)]]


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


class Duplicate(NamedTuple):
    """A term somebody may mean: by which of its names (empty for one that is for search only); `proposal` where it is
    still a proposal."""

    concept: Concept
    name: str
    proposal: Proposal | None


def likely_duplicates(text: str, viewer: Viewer, most: int = 5) -> list[Duplicate]:
    """What the viewer may read of terms and open proposals whose names are like this one, the likest first. Four queries,
    however many there are."""
    likeness = Likeness(text)
    open_new = {
        concept.pk: proposal
        for proposal in Proposal.objects.visible_to(viewer).waiting().filter(kind=Proposal.Kind.NEW).prefetch_related("concepts")
        for concept in proposal.concepts.all()
    }
    readable = Q(concept__status=Concept.Status.PUBLISHED) | Q(concept__in=list(open_new))
    rows = Label.objects.filter(readable, language=ENGLISH).order_by().values_list("sort_key", "text", "kind", "concept_id")
    best: dict[int, tuple[float, str]] = {}
    for key, name, kind, concept in rows:
        score = likeness.to(key)
        if score >= ENOUGH and score > best.get(concept, (0.0, ""))[0]:
            best[concept] = (score, "" if kind == Label.Kind.HIDDEN else name)
    concepts = Concept.objects.in_bulk(best)
    ranked = sorted(best, key=lambda pk: (-best[pk][0], sort_key(concepts[pk].label)))[:most]
    return [Duplicate(concepts[pk], best[pk][1], open_new.get(pk)) for pk in ranked]


def open_proposals_about(concept: Concept, viewer: Viewer) -> list[Proposal]:
    """What the viewer may read of what waits for a decision about a term. Three queries."""
    found = Proposal.objects.visible_to(viewer).waiting().filter(concepts=concept)
    return list(found.select_related("target").prefetch_related("concepts"))


def candidates(public_ids: Iterable[str]) -> dict[str, Concept]:
    """By public id: words that are proposed as terms, and wait for a decision."""
    waiting = Proposal.objects.waiting().filter(kind=Proposal.Kind.NEW)
    found = Concept.objects.filter(public_id__in=list(public_ids), status=Concept.Status.CANDIDATE, proposals__in=waiting)
    return {concept.public_id: concept for concept in found}


def candidate_value(concept: Concept) -> str:
    """How a box for terms holds a word that is proposed: only who was given its id can name it, for others may not know of it."""
    return f"{concept.label} [{concept.public_id}]"


# --- What carries terms -------------------------------------------------------------------------


@dataclass(frozen=True)
class Touched:
    """Things of one kind that carry a term. `model` is the tag's ("forum.questionconcept"), as `actions.split` wants it."""

    model: str
    singular: str
    plural: str
    count: int
    things: QuerySet[Any]


def touched_by(concepts: Iterable[Concept], viewer: Viewer) -> list[Touched]:
    """What the viewer may read of what a merge, split or retirement of these terms would retag, by kind; kinds of which
    there is none are left out."""
    among = list(concepts)
    found = []
    for model in tag_models():
        key = owner_fields(model)[0]
        owner: Any = key.related_model
        tags: Any = model._default_manager.filter(concept__in=among)
        tags = tags.shown() if hasattr(tags, "shown") else tags  # what people keep to themselves
        visible = getattr(owner._default_manager.all(), "visible_to", None)
        if visible is None and not viewer.has_perm(CHANGE):
            continue
        things = visible(viewer) if visible else owner._default_manager.all()
        things = things.filter(pk__in=tags.values(key.attname))
        if count := things.count():
            names = owner._meta
            found.append(Touched(model._meta.label_lower, str(names.verbose_name), str(names.verbose_name_plural), count, things))
    return found


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


def taken_slugs(concept: Concept | None = None) -> set[str]:
    """All addresses, present and former, but the concept's own."""
    besides = concept.pk if concept else None
    return {
        *Concept.objects.exclude(pk=besides).values_list("slug", flat=True),
        *FormerSlug.objects.exclude(concept=besides).values_list("slug", flat=True),
    }
