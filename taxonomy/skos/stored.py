"""A scheme of the hub as a Vocabulary. A constant number of queries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from hub.core.audience import Viewer
from taxonomy.models import CHANGE, ENGLISH, Collection, CollectionMember, Concept, ConceptScheme, Label, Mapping, Note, Relation
from taxonomy.skos.addresses import scheme_uri, uri_of
from taxonomy.skos.vocabulary import DEFINITION, EDITORIAL, Entry, Group, SchemeFacts, Text, Vocabulary, clean, one_line


def concepts_for(viewer: Viewer) -> QuerySet[Concept]:
    """What may leave the hub: published and deprecated terms; for editors, candidates too."""
    return Concept.objects.all() if viewer.has_perm(CHANGE) else Concept.objects.with_an_address()


def vocabulary_of(
    scheme: ConceptScheme, concepts: QuerySet[Concept], *, editorial: bool = False, only: Iterable[int] | None = None
) -> Vocabulary:
    """Of those of `concepts` that are in the scheme, or of `only` these (primary keys). Relations lead to any of `concepts`,
    those of other schemes too. `editorial`: with the notes that are for editors."""
    among = concepts.filter(scheme=scheme) if only is None else concepts.filter(pk__in=list(only))
    entries: dict[int, Entry] = {}
    for concept in among.order_by("public_id"):
        entries[concept.pk] = _entry(concept, scheme)
    _add_texts(entries, among, editorial)
    _add_relations(entries, concepts, among, with_narrower=only is not None)
    found = Vocabulary(scheme=_facts(scheme), entries={entry.uri: entry for entry in entries.values()})
    if only is None:
        found.groups = _groups(scheme, concepts)
    return found


def _facts(scheme: ConceptScheme) -> SchemeFacts:
    return SchemeFacts(
        scheme_uri(scheme), one_line(scheme.title), clean(scheme.description), scheme.licence, one_line(scheme.owner)
    )


def _entry(concept: Concept, scheme: ConceptScheme) -> Entry:
    entry = Entry(
        uri_of(concept, scheme),
        slug=concept.slug,
        status=concept.status,
        notation=one_line(concept.notation),
        created=concept.created_at,
        modified=concept.modified_at,
    )
    if concept.definition:
        entry.notes.add(Text(DEFINITION, ENGLISH, clean(concept.definition)))
    return entry


def _add_texts(entries: dict[int, Entry], among: QuerySet[Concept], editorial: bool) -> None:
    own = among.order_by().values("pk")
    fields = ("concept_id", "kind", "language", "text")
    for concept, kind, language, text in Label.objects.filter(concept__in=own).values_list(*fields):
        entries[concept].names.add(Text(kind, language, one_line(text)))
    notes = Note.objects.filter(concept__in=own)
    for concept, kind, language, text in (notes if editorial else notes.exclude(kind=EDITORIAL)).values_list(*fields):
        entries[concept].notes.add(Text(kind, language, clean(text)))
    for concept, target, kind in Mapping.objects.filter(concept__in=own).values_list("concept_id", "target_uri", "kind"):
        entries[concept].mappings[target] = kind


def _add_relations(
    entries: dict[int, Entry], concepts: QuerySet[Concept], among: QuerySet[Concept], *, with_narrower: bool
) -> None:
    own = among.order_by().values("pk")
    about = Relation.objects.filter(Q(source__in=own) | Q(target__in=own))
    about = about.filter(_is_among(concepts, "source_id"), _is_among(concepts, "target_id"))
    rows = list(about.values_list("source_id", "target_id", "kind", "broader_kind"))
    after = Concept.replaced_by.through.objects.filter(_is_among(concepts, "to_concept_id"), from_concept__in=own)
    replaced = list(after.values_list("from_concept_id", "to_concept_id"))
    uris = _uris(entries, {pk for row in rows for pk in row[:2]} | {target for _, target in replaced})
    for source, target, kind, broader_kind in rows:
        if kind == Relation.Kind.RELATED:
            for one, other_end in ((source, target), (target, source)):
                if one in entries:
                    entries[one].related.add(uris[other_end])
        elif source in entries:
            entries[source].broader[uris[target]] = broader_kind
        elif with_narrower:
            entries[target].narrower.add(uris[source])
    for source, target in replaced:
        entries[source].replaced_by.add(uris[target])


def _is_among(concepts: QuerySet[Concept], end: str) -> Exists:
    """Asked row by row. Two lists, one for each end, would be tried against each other: millions of pairs."""
    return Exists(concepts.order_by().filter(pk=OuterRef(end)))


def _uris(entries: dict[int, Entry], used: set[int]) -> dict[int, str]:
    """Of the entries and of every other term that they lead to."""
    uris = {pk: entry.uri for pk, entry in entries.items()}
    elsewhere = used - uris.keys()
    for other in Concept.objects.filter(pk__in=elsewhere).select_related("scheme") if elsewhere else []:
        uris[other.pk] = uri_of(other, other.scheme)
    return uris


def _groups(scheme: ConceptScheme, concepts: QuerySet[Concept]) -> list[Group]:
    members: dict[int, list[str]] = {}
    rows = CollectionMember.objects.filter(collection__scheme=scheme, concept__in=concepts.order_by().values("pk"))
    for row in rows.select_related("concept__scheme").order_by("sort_order", "pk"):
        members.setdefault(row.collection_id, []).append(uri_of(row.concept, row.concept.scheme))
    return [
        Group(
            uri_of(collection, scheme),
            one_line(collection.title),
            clean(collection.description),
            collection.is_ordered,
            members.get(collection.pk, []),
        )
        for collection in Collection.objects.filter(scheme=scheme).order_by("public_id")
    ]


# --- Whether anything has changed ---------------------------------------------------------------


def state_of(scheme: ConceptScheme, concepts: QuerySet[Concept]) -> str:
    """Changes whenever something does that those of `concepts` in the scheme would tell: for ETags, made of nothing hidden."""
    among = concepts.filter(scheme=scheme).order_by()
    own = among.values("pk")
    facts: list[Any] = [scheme.slug, *vars(_facts(scheme)).values()]
    facts += among.aggregate(Count("pk"), Max("modified_at")).values()
    tables: list[QuerySet[Any]] = [
        Label.objects.filter(concept__in=own),
        Note.objects.filter(concept__in=own).exclude(kind=EDITORIAL),
        Mapping.objects.filter(concept__in=own),
        Relation.objects.filter(_is_among(concepts, "target_id"), source__in=own),
    ]
    for table in tables:
        facts.append(table.count())
    collections = Collection.objects.filter(scheme=scheme).order_by("public_id")
    facts += map(tuple, collections.values_list("public_id", "title", "description", "is_ordered"))
    # Their order, and no number of a place: numbers would count the members between that the viewer may not read.
    members = CollectionMember.objects.filter(collection__scheme=scheme, concept__in=concepts.order_by().values("pk"))
    facts += map(
        tuple,
        members.order_by("collection__public_id", "sort_order", "pk").values_list("collection__public_id", "concept__public_id"),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()
