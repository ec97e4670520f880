"""Merging, splitting and retiring terms, with everything that is tagged with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from hub.accounts.models import User
from taxonomy import queries
from taxonomy.actions.recording import Recorder, Refused, fresh, lock_schemes
from taxonomy.actions.retagging import Owner, retag
from taxonomy.actions.structure import Structure
from taxonomy.actions.terms import Kind, create, refuse_not_live
from taxonomy.labels import name_key
from taxonomy.models import (
    CollectionMember,
    Concept,
    ConceptChange,
    ConceptScheme,
    ConceptTag,
    FormerSlug,
    Label,
    Mapping,
    Note,
    Relation,
    tag_models,
)

# A thing, as its tag model ("forum.questionconcept") and its own primary key.
Thing = tuple[str, Any]


@dataclass(frozen=True)
class Part:
    """One of the terms a split makes; or, with `concept`, one that is there already."""

    label: str = ""
    definition: str = ""
    also: Sequence[str] = field(default=())
    concept: Concept | None = None


# --- Merging ------------------------------------------------------------------------------------


@transaction.atomic
def merge(
    *,
    concepts: Sequence[Concept],
    into: Concept,
    by: User | None,
    now: dt.datetime,
    old_names: Label.Kind = Label.Kind.ALTERNATIVE,
    reason: str = "",
) -> ConceptChange:
    """Their names, notes, mappings, places and content become the other term's; their addresses lead to it for ever.

    Raises Refused.
    """
    lock_schemes()
    into = fresh(into)
    refuse_not_live(into)
    sources = [fresh(concept) for concept in {concept.pk: concept for concept in concepts}.values()]
    for source in sources:
        if source == into:
            raise Refused(f"“{into.label}” cannot be merged into itself.")
        if source.status == Concept.Status.DEPRECATED:
            raise Refused(f"“{source.label}” is not in use. Choose a term that is.")
    recorder = Recorder([*sources, into], watching=_neighbours([*sources, into]))
    structure = Structure()
    for source in sources:
        _hand_on_names(source, into, old_names)
        _hand_on_relations(structure, source, into)
        _hand_on_texts(source, into)
        retag(recorder, source, lambda model, owner: [into.pk], [into.pk])
        _close_down(source, [into])
        FormerSlug.objects.update_or_create(slug=source.slug, defaults={"concept": into})
    into.save(update_fields=["definition"])
    names = ", ".join(f"“{source.label}”" for source in sources)
    return recorder.close(Kind.MERGE, f"{names} merged into “{into.label}”", by=by, now=now, reason=reason)


def _neighbours(concepts: Sequence[Concept]) -> list[Concept]:
    """Whose relations may change with theirs."""
    from_them = Concept.objects.filter(relations_to__source__in=concepts)
    to_them = Concept.objects.filter(relations__target__in=concepts)
    return list(from_them.union(to_them))


def _hand_on_names(source: Concept, into: Concept, old_names: Label.Kind) -> None:
    """The merged term keeps its preferred names: its row must be called something."""
    has = {(label.language, name_key(label.text)) for label in into.labels.all()}
    for label in source.labels.order_by("pk"):
        stays = label.kind == Label.Kind.PREFERRED
        kind = Label.Kind.HIDDEN if label.kind == Label.Kind.HIDDEN else old_names
        if (label.language, name_key(label.text)) not in has:
            Label.objects.create(
                concept=into, kind=kind, text=label.text, language=label.language, source=label.source, note=label.note
            )
        if not stays:
            label.delete()


def _hand_on_relations(structure: Structure, source: Concept, into: Concept) -> None:
    """What stood below comes below the other; what stood above or beside comes there where it makes sense."""
    up, down, sideways = structure.take_out(source)
    for relation in up:
        if not structure.would_turn_in_a_circle(into.pk, relation.target_id):
            structure.put_under(into, relation.target, relation.broader_kind, own=[into.pk])
    for relation in down:
        if relation.source_id != into.pk:
            structure.put_under(relation.source, into, relation.broader_kind, own=[into.pk])
    for relation in sideways:
        structure.relate(into, relation.target if relation.source_id == source.pk else relation.source)


def _hand_on_texts(source: Concept, into: Concept) -> None:
    into.definition = into.definition or source.definition
    Note.objects.filter(concept=source).update(concept=into)
    known = set(Mapping.objects.filter(concept=into).values_list("target_uri", flat=True))
    Mapping.objects.filter(concept=source).exclude(target_uri__in=known).update(concept=into)
    places = CollectionMember.objects.filter(concept=into).values("collection")
    CollectionMember.objects.filter(concept=source, collection__in=places).delete()
    CollectionMember.objects.filter(concept=source).update(concept=into)


def hand_on_content(recorder: Recorder, concept: Concept, successors: Sequence[Concept]) -> None:
    """What carries the term carries all its successors; where there are none, it keeps the term."""
    keys = [successor.pk for successor in successors]
    if keys:
        retag(recorder, concept, lambda model, owner: keys, keys)


def hand_on_what_was_left(recorder: Recorder, scheme: ConceptScheme) -> None:
    """What still carries a term of the scheme that is not in use any more carries whatever stands for it by now."""
    carried = {pk for model in tag_models() for pk in _left_with(model, scheme)}
    for concept in Concept.objects.filter(pk__in=carried).order_by("pk"):
        hand_on_content(recorder, concept, queries.successors([concept]))


def _left_with(model: type[ConceptTag], scheme: ConceptScheme) -> Iterable[int]:
    tags = model._base_manager.filter(concept__scheme=scheme, concept__status=Concept.Status.DEPRECATED)
    return tags.order_by().values_list("concept", flat=True).distinct()


def _close_down(concept: Concept, successors: Sequence[Concept]) -> None:
    concept.status = Concept.Status.DEPRECATED
    concept.save(update_fields=["status"])
    concept.replaced_by.set(successors)


# --- Splitting ----------------------------------------------------------------------------------


@transaction.atomic
def split(
    *,
    concept: Concept,
    parts: Sequence[Part],
    by: User | None,
    now: dt.datetime,
    keep: bool = False,
    content: MappingOf[Thing, Sequence[int]] | None = None,
    reason: str = "",
) -> ConceptChange:
    """`content` says which parts (their places in `parts`) a thing is to carry. What it does not name stays with the term
    if that is kept, and else carries all parts, so that nothing loses its terms. Raises Refused.

    The change's rows tell which parts were made; parts inherit what the term stands under and is related to.
    """
    lock_schemes()
    concept = fresh(concept)
    refuse_not_live(concept)
    if len(parts) < (1 if keep else 2):
        raise Refused("Name at least two terms it is to be split into, or keep it and name one.")
    existing = [fresh(part.concept) for part in parts if part.concept is not None]
    if concept in existing:
        raise Refused(f"“{concept.label}” cannot be a part of itself. Keep it instead.")
    recorder = Recorder([concept, *existing], watching=_neighbours([concept, *existing]))
    _give_up_names(concept, parts)
    if not keep:
        _close_down(concept, [])
    made = [_part(part, concept, now) for part in parts]
    for part in made:
        recorder.include(part)
    if len({part.pk for part in made}) < len(made):
        raise Refused("Two of the parts are the same term.")
    _place_parts(concept, made, keep)
    _divide_content(recorder, concept, made, keep, content or {})
    if not keep:
        concept.replaced_by.set(made)
        _give_up_places(concept, made)
    names = ", ".join(f"“{part.label}”" for part in made)
    summary = f"“{concept.label}” split into {names}" if not keep else f"{names} split off from “{concept.label}”"
    return recorder.close(Kind.SPLIT, summary, by=by, now=now, reason=reason)


def _give_up_names(concept: Concept, parts: Sequence[Part]) -> None:
    """Other names of the term that are to be a part's leave it."""
    wanted = {name_key(text) for part in parts if part.concept is None for text in (part.label, *part.also)}
    if name_key(concept.label) in wanted:
        raise Refused(f"“{concept.label}” cannot be the name of a part as well. Keep the term, or call the part something else.")
    for label in concept.labels.exclude(kind=Label.Kind.PREFERRED):
        if name_key(label.text) in wanted:
            label.delete()


def _part(part: Part, concept: Concept, now: dt.datetime) -> Concept:
    if part.concept is not None:
        existing = fresh(part.concept)
        refuse_not_live(existing)
        return existing
    status = Concept.Status.PUBLISHED
    return create(label=part.label, definition=part.definition, status=status, scheme=concept.scheme, also=part.also, now=now)


def _place_parts(concept: Concept, parts: Sequence[Concept], keep: bool) -> None:
    """Where the term goes, what stood below it moves up to what stood above it."""
    structure = Structure()
    broader = list(Relation.objects.filter(source=concept, kind=Relation.Kind.BROADER).select_related("target").order_by("pk"))
    related = _related(concept)
    if not keep:
        _, down, _ = structure.take_out(concept)
        for relation in down:
            for above in broader:
                structure.put_under(relation.source, above.target)
    for part in parts:
        for above in broader:
            if not structure.would_turn_in_a_circle(part.pk, above.target_id):
                structure.put_under(part, above.target, above.broader_kind, own=[part.pk])
        for other in related:
            structure.relate(part, other)


def _related(concept: Concept) -> list[Concept]:
    ours = Concept.objects.filter(relations_to__source=concept, relations_to__kind="related")
    return list(ours.union(Concept.objects.filter(relations__target=concept, relations__kind="related")))


def _divide_content(
    recorder: Recorder, concept: Concept, parts: Sequence[Concept], keep: bool, content: MappingOf[Thing, Sequence[int]]
) -> None:
    keys = [part.pk for part in parts]
    rest = [concept.pk] if keep else keys

    def choose(model: type[ConceptTag], owner: Owner) -> list[int]:
        places = content.get((model._meta.label_lower, owner[0]))
        return [keys[place] for place in places] if places else rest

    retag(recorder, concept, choose, [*keys, concept.pk])


def _give_up_places(concept: Concept, successors: Sequence[Concept]) -> None:
    """In each collection the first of the successors takes its place."""
    for member in CollectionMember.objects.filter(concept=concept):
        here = set(CollectionMember.objects.filter(collection=member.collection_id).values_list("concept_id", flat=True))
        heir = next((successor for successor in successors if successor.pk not in here), None)
        if heir is None:
            member.delete()
        else:
            CollectionMember.objects.filter(pk=member.pk).update(concept=heir)


# --- Retiring -----------------------------------------------------------------------------------


@transaction.atomic
def retire(
    *, concept: Concept, by: User | None, now: dt.datetime, replaced_by: Sequence[Concept] = (), reason: str = ""
) -> ConceptChange:
    """Its address stays and says so. What carries it carries all its replacements; without one, it keeps the old term, which
    readers no longer see. What stood below moves up to what stood above. Raises Refused."""
    lock_schemes()
    concept = fresh(concept)
    if concept.status == Concept.Status.DEPRECATED:
        raise Refused(f"“{concept.label}” is retired already.")
    successors = [fresh(successor) for successor in replaced_by]
    for successor in successors:
        refuse_not_live(successor)
        if successor == concept:
            raise Refused("A term cannot replace itself.")
    recorder = Recorder([concept, *successors], watching=_neighbours([concept]))
    structure = Structure()
    up, down, _ = structure.take_out(concept)
    for relation in down:
        for above in up:
            structure.put_under(relation.source, above.target)
    hand_on_content(recorder, concept, successors)
    _give_up_places(concept, successors)
    _close_down(concept, successors)
    names = " and ".join(f"“{successor.label}”" for successor in successors)
    summary = f"“{concept.label}” retired{f', replaced by {names}' if names else ''}"
    return recorder.close(Kind.RETIRE, summary, by=by, now=now, reason=reason)
