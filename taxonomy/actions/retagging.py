"""Giving content other terms: in bulk, keeping its terms unique, and written down so that it can be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.db import models

from taxonomy import queries
from taxonomy.actions.recording import Recorder
from taxonomy.models import Concept, ConceptTag, owner_fields, tag_models
from taxonomy.signals import retagged

BATCH = 500

# What tells the tags of one model apart, but for the term: the thing's key, then in what way it carries them, if the model says.
Owner = tuple[Any, ...]

# Of a tag model and an owner: the terms (keys) it is to carry in the place of the one taken from it.
Choice = Callable[[type[ConceptTag], Owner], Sequence[int]]


def retag(recorder: Recorder, concept: Concept, choose: Choice, among: Iterable[int]) -> None:
    """Every thing that carries `concept` carries what `choose` says instead; `among` are all the terms it may choose."""
    involved = {concept.pk, *among}
    for model in tag_models():
        owners = list(model._base_manager.filter(concept=concept).values_list(*_keys(model)))
        wanted = {}
        for owner, carried in _carried(model, owners, involved).items():
            wanted[owner] = (carried, (carried - {concept.pk}) | set(choose(model, owner)))
        _write(recorder, model, wanted)


def take_back(recorder: Recorder, tags: Iterable[dict[str, Any]]) -> None:
    """Undo what was recorded. A thing that carries none of the terms it was given has lost them to somebody since, and a
    thing that is gone is gone: both stay as they are."""
    by_model: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in tags:
        by_model[entry["model"]].append(entry)
    for model in tag_models():
        entries = by_model.get(model._meta.label_lower, [])
        involved = {pk for entry in entries for pk in (*entry["before"], *entry["after"])}
        carried = _carried(model, [tuple(entry["owner"]) for entry in entries], involved)
        wanted = {}
        for entry in entries:
            owner, before, after = tuple(entry["owner"]), set(entry["before"]), set(entry["after"])
            has = carried.get(owner, set())
            if has & after:
                wanted[owner] = (has, (has - (after - before)) | (before - after))
        _write(recorder, model, wanted)


def catch_up(thing: models.Model) -> None:
    """A draft may name terms that were merged, split or replaced after it was written: what takes their place takes it here.

    Called when the draft is published; nothing is recorded, since nothing that was public is changed.
    """
    for model in tag_models():
        keys = owner_fields(model)
        if not isinstance(thing, keys[0].related_model or ()):
            continue
        tags = model._base_manager.filter(concept__status=Concept.Status.DEPRECATED, **{keys[0].attname: thing.pk})
        for tag in tags.select_related("concept"):
            _replace(model, tag, queries.successors([tag.concept]))


def _replace(model: type[ConceptTag], tag: ConceptTag, successors: Sequence[Concept]) -> None:
    owner = {key: getattr(tag, key) for key in _keys(model)}
    has = set(model._base_manager.filter(**owner).values_list("concept_id", flat=True))
    if successors:
        tag.delete()
        model._base_manager.bulk_create([model(concept=successor, **owner) for successor in successors if successor.pk not in has])


def strip(concept: Concept) -> None:
    """Take a word that never became a term from whatever was tagged with it. Nobody saw it there."""
    for model in tag_models():
        tags = model._base_manager.filter(concept=concept)
        owners = set(tags.values_list(_keys(model)[0], flat=True))
        tags.delete()
        if owners:
            retagged.send(model, owners=sorted(owners))


def _keys(model: type[ConceptTag]) -> list[str]:
    return [field.attname for field in owner_fields(model)]


def _carried(model: type[ConceptTag], owners: Sequence[Owner], involved: Iterable[int]) -> dict[Owner, set[int]]:
    """Which of the involved terms each owner carries now."""
    keys, wanted, among = _keys(model), set(owners), list(involved)
    carried: dict[Owner, set[int]] = defaultdict(set)
    for things in _batches(sorted({owner[0] for owner in owners})):
        rows = model._base_manager.filter(concept__in=among, **{f"{keys[0]}__in": things})
        for *owner, concept in rows.values_list(*keys, "concept_id"):
            if tuple(owner) in wanted:
                carried[tuple(owner)].add(concept)
    return carried


def _write(recorder: Recorder, model: type[ConceptTag], wanted: dict[Owner, tuple[set[int], set[int]]]) -> None:
    """From the terms each owner has to those it is to have. A tag changes its term where it can: rooms may keep more in it."""
    keys = _keys(model)
    moved: dict[tuple[int, int | None], list[Owner]] = defaultdict(list)
    gained: list[ConceptTag] = []
    for owner, (before, after) in wanted.items():
        out, new = sorted(before - after), sorted(after - before)
        for source, target in zip_longest(out, new[: len(out)]):
            moved[source, target].append(owner)
        gained += [model(concept_id=concept, **dict(zip(keys, owner, strict=True))) for concept in new[len(out) :]]
        if before != after:
            recorder.tags.append(_entry(model, owner, before, after))
    for (source, target), owners in moved.items():
        for tags in _tags(model, source, owners):
            tags.delete() if target is None else tags.update(concept=target)
    model._base_manager.bulk_create(gained, batch_size=BATCH)
    if wanted:
        retagged.send(model, owners=sorted({owner[0] for owner in wanted}))


def _entry(model: type[ConceptTag], owner: Owner, before: set[int], after: set[int]) -> dict[str, Any]:
    return {"model": model._meta.label_lower, "owner": list(owner), "before": sorted(before), "after": sorted(after)}


def _tags(model: type[ConceptTag], concept: int, owners: Iterable[Owner]) -> Iterator[models.QuerySet[ConceptTag]]:
    """Of owners that carry in the same way, as many as one statement takes."""
    thing, *ways = _keys(model)
    by_way: dict[Owner, list[Any]] = defaultdict(list)
    for owner in owners:
        by_way[owner[1:]].append(owner[0])
    for way, things in by_way.items():
        for some in _batches(things):
            yield model._base_manager.filter(concept=concept, **{f"{thing}__in": some}, **dict(zip(ways, way, strict=True)))


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
