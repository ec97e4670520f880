"""Taking a change back, row by row, unless somebody has built on it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core import serializers
from django.db import IntegrityError, models, transaction

from hub.accounts.models import User
from taxonomy import queries
from taxonomy.actions.recording import Fields, Recorder, Refused, as_json, lock_schemes
from taxonomy.actions.retagging import retag, take_back
from taxonomy.actions.structure import Structure
from taxonomy.models import (
    CollectionMember,
    Concept,
    ConceptChange,
    FormerSlug,
    Label,
    Mapping,
    Note,
    Relation,
    tag_models,
)

_MODELS: dict[str, type[models.Model]] = {
    model._meta.label_lower: model for model in (Concept, Label, Note, Mapping, FormerSlug, CollectionMember, Relation)
}
_CONCEPT = Concept._meta.label_lower
# What of a term made by the change goes with it: the rest stays on its row, which stays as well.
_GOES_WITH_A_TERM = {Relation._meta.label_lower, CollectionMember._meta.label_lower}


@transaction.atomic
def undo(*, change: ConceptChange, by: User | None, now: dt.datetime, reason: str = "") -> ConceptChange:
    """As it was before, tags included. What was tagged since keeps its terms; a term the change made public stays at its
    address, retired. Raises Refused where later changes stand on this one."""
    lock_schemes()
    change = ConceptChange.objects.get(pk=change.pk)
    _refuse_undone(change)
    undoing = _Undoing(change)
    undoing.refuse_changed_since()
    recorder = Recorder(change.concepts.all(), watching=Concept.objects.filter(pk__in=undoing.neighbours()))
    try:
        with transaction.atomic():
            undoing.restore_rows()
    except IntegrityError as error:
        raise Refused("Later changes to these terms stand in the way of undoing this one. Undo those first.") from error
    undoing.refuse_taken_names()
    undoing.refuse_places_gone()
    take_back(recorder, change.tags)
    undoing.empty_terms_made(recorder)
    undoing.keep_addresses()
    return recorder.close(ConceptChange.Kind.UNDO, f"Undone: {change.summary}", by=by, now=now, reason=reason, undoes=change)


def _refuse_undone(change: ConceptChange) -> None:
    if change.undoes_id is not None:
        raise Refused("An undoing cannot be undone. Make the change again.")
    if change.kind == ConceptChange.Kind.IMPORT:
        raise Refused("An import is not undone as a whole. Import the earlier list again, or change the terms one by one.")
    if ConceptChange.objects.filter(undoes=change).exists():
        raise Refused("This has been undone already.")
    if not change.tags:
        return
    later = ConceptChange.objects.standing().filter(pk__gt=change.pk, concepts__in=change.concepts.all()).exclude(tags=[])
    for latest in later.distinct().order_by("-pk"):
        if latest.kind != ConceptChange.Kind.IMPORT:
            raise Refused(f"What carries these terms was changed again since ({latest.summary}). Undo that first.")
        if _terms_in(latest.tags) & _terms_in(change.tags):
            raise Refused(f"An import has moved what carries these terms since ({latest.summary}). Change the terms one by one.")


def _terms_in(tags: Iterable[dict[str, Any]]) -> set[int]:
    """An import is about thousands of terms, and moves the content of few."""
    return {pk for entry in tags for pk in (*entry["before"], *entry["after"])}


class _Undoing:
    """One undoing, step by step."""

    def __init__(self, change: ConceptChange) -> None:
        self.change = change
        self.rows: list[dict[str, Any]] = change.rows
        self.terms = {row["pk"]: row for row in self.rows if row["model"] == _CONCEPT}
        # Terms that were no terms before: made by the change, or candidates until then.
        self.made = {pk for pk, row in self.terms.items() if not _is_public(row["before"]) and _is_public(row["after"])}

    def neighbours(self) -> set[int]:
        ends = (row[state] for row in self.rows if row["model"] == Relation._meta.label_lower for state in ("before", "after"))
        under = Relation.objects.filter(target__in=self.made, kind=Relation.Kind.BROADER).values_list("source", flat=True)
        return {end for fields in ends if fields for end in (fields["source"], fields["target"])} | set(under)

    # --- May it be undone -----------------------------------------------------------------------

    def refuse_changed_since(self) -> None:
        for row in self.rows:
            after = row["after"]
            if after is None:
                continue
            now = _row_as_it_is(row["model"], row["pk"])
            compared = self._compared(row)
            if now is None or any(now.get(name) != after.get(name) for name in compared):
                self._refuse(row)

    def _compared(self, row: dict[str, Any]) -> Iterable[str]:
        """What the change wrote. Of a term it made, only that it is still in use: the rest stays as it is."""
        if row["model"] == _CONCEPT and row["pk"] in self.made:
            return ["status"]
        if self._stays(row):
            return []
        before, after = row["before"], row["after"]
        return [name for name in after if before is None or before.get(name) != after[name]]

    def _refuse(self, row: dict[str, Any]) -> None:
        concept = row["pk"] if row["model"] == _CONCEPT else row["after"].get("concept", row["after"].get("source"))
        label = Concept.objects.filter(pk=concept).values_list("label", flat=True).first()
        raise Refused(f"“{label}” has been changed since. Undo the later change first.")

    def refuse_taken_names(self) -> None:
        """Terms that come back may find their names gone to others."""
        for concept in Concept.objects.filter(pk__in=self.terms, status=Concept.Status.PUBLISHED).prefetch_related("labels"):
            for text, owner in queries.name_owners([label.text for label in concept.labels.all()], besides=concept.pk).items():
                raise Refused(f"“{text}” has become a name of “{owner}” since. Take it from there first.")

    def refuse_places_gone(self) -> None:
        """A term does not come back under one that was retired, merged or split since."""
        back = [row["pk"] for row in self.rows if row["model"] == Relation._meta.label_lower and row["before"] is not None]
        gone = Relation.objects.filter(pk__in=back, kind=Relation.Kind.BROADER, target__status=Concept.Status.DEPRECATED)
        relation = gone.exclude(source__status=Concept.Status.DEPRECATED).select_related("source", "target").first()
        if relation is not None:
            raise Refused(f"“{relation.source}” stood under “{relation.target}”, which is not in use any more. Undo that first.")

    # --- Undoing --------------------------------------------------------------------------------

    def _stays(self, row: dict[str, Any]) -> bool:
        """Names, notes and addresses of a term the change made stay with its row."""
        fields = row["after"] or row["before"]
        return row["model"] not in {_CONCEPT, *_GOES_WITH_A_TERM} and row["before"] is None and fields["concept"] in self.made

    def restore_rows(self) -> None:
        """Everything written goes before anything comes back, so that no unique rule is broken half way."""
        others = [row for row in self.rows if row["model"] != _CONCEPT and not self._stays(row)]
        orphans = self._take_out_terms_made()
        authors: dict[int, Any] = {}
        for row in others:
            if row["after"] is not None:
                for instance in _MODELS[row["model"]]._default_manager.filter(pk=row["pk"]):
                    if isinstance(instance, Mapping):
                        authors[instance.pk] = instance.author_id
                    instance.delete()
        for pk, row in self.terms.items():
            self._restore_term(pk, row)
        for row in others:
            if row["before"] is not None:
                is_mapping = row["model"] == Mapping._meta.label_lower
                _write(row["model"], row["pk"], row["before"] | ({"author": authors.get(row["pk"])} if is_mapping else {}))
        self._find_places_for(orphans)

    def _take_out_terms_made(self) -> list[tuple[Concept, list[Concept]]]:
        """Whatever was put under, beside or into a collection with them since. Gives back what stood under them, and the
        terms under which it may stand instead: those that were split, or else those the new term stood under itself."""
        structure = Structure()
        CollectionMember.objects.filter(concept__in=self.made).delete()
        orphans = []
        for concept in Concept.objects.filter(pk__in=self.made).order_by("pk"):
            up, down, _ = structure.take_out(concept)
            heirs = list(Concept.objects.filter(pk__in=self._originals())) or [relation.target for relation in up]
            orphans += [(relation.source, heirs) for relation in down if relation.source_id not in self.made]
        return orphans

    def _find_places_for(self, orphans: Iterable[tuple[Concept, list[Concept]]]) -> None:
        structure = Structure()
        for orphan, heirs in orphans:
            for heir in heirs:
                if heir.pk not in self.made and not structure.would_turn_in_a_circle(orphan.pk, heir.pk):
                    structure.put_under(orphan, heir)

    def _restore_term(self, pk: int, row: dict[str, Any]) -> None:
        concept = Concept.objects.get(pk=pk)
        if pk in self.made:
            concept.status = Concept.Status.DEPRECATED
            concept.save(update_fields=["status"])
            concept.replaced_by.set(self._originals())
            return
        before: Fields = row["before"]
        changed = {name: value for name, value in before.items() if value != row["after"].get(name)}
        if "replaced_by" in changed:
            concept.replaced_by.set(changed.pop("replaced_by"))
        for name, value in changed.items():
            setattr(concept, Concept._meta.get_field(name).attname, value)
        if changed:
            concept.save(update_fields=list(changed))

    def _originals(self) -> list[int]:
        """The terms that stand for those the change made, now that it is undone: what was split."""
        return [
            pk
            for pk, row in self.terms.items()
            if pk not in self.made and self.change.kind == ConceptChange.Kind.SPLIT and _is_public(row["before"])
        ] or list(self._kept_in_a_split())

    def _kept_in_a_split(self) -> Iterable[int]:
        """A term that parts were split off from may have no row that changed."""
        if self.change.kind != ConceptChange.Kind.SPLIT:
            return []
        return self.change.concepts.exclude(pk__in=self.made).order_by("pk").values_list("pk", flat=True)[:1]

    def empty_terms_made(self, recorder: Recorder) -> None:
        """What was tagged since with a term that is gone again."""
        for concept in Concept.objects.filter(pk__in=self.made):
            successors = list(concept.replaced_by.values_list("pk", flat=True))
            if successors:
                retag(recorder, concept, lambda model, owner, keys=successors: keys, successors)  # type: ignore[misc]
            elif number := sum(model._base_manager.filter(concept=concept).count() for model in tag_models()):
                things = "one thing carries" if number == 1 else f"{number} things carry"
                raise Refused(f"By now {things} “{concept.label}”. Retire it and say what replaces it.")

    def keep_addresses(self) -> None:
        """Every address that was a term's while the change stood leads on."""
        for pk, row in self.terms.items():
            for fields in (row["before"], row["after"]):
                if _is_public(fields) and not _is_answered(fields["slug"]):
                    FormerSlug.objects.create(slug=fields["slug"], concept_id=pk)


def _is_public(fields: Fields | None) -> bool:
    return fields is not None and fields["status"] != Concept.Status.CANDIDATE


def _is_answered(slug: str) -> bool:
    return Concept.objects.filter(slug=slug).exists() or FormerSlug.objects.filter(slug=slug).exists()


def _row_as_it_is(model: str, pk: int) -> Fields | None:
    for row in serializers.serialize("python", _MODELS[model]._default_manager.filter(pk=pk)):
        return as_json(row["fields"])
    return None


def _write(model: str, pk: int, fields: Fields) -> None:
    for restored in serializers.deserialize("python", [{"model": model, "pk": pk, "fields": fields}]):
        restored.save(force_insert=True)
