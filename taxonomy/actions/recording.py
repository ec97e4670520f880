"""How a change to terms is written down: the rows of the terms before and after, compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from hub.accounts.models import User
from taxonomy.models import (
    CollectionMember,
    Concept,
    ConceptChange,
    ConceptScheme,
    FormerSlug,
    Label,
    Mapping,
    Note,
    Relation,
)
from taxonomy.signals import terms_changed

# A row by its model ("taxonomy.label") and key; its fields as JSON holds them.
Row = tuple[str, int]
Fields = dict[str, Any]

# When a term was last written says nothing of what was written; a person's key must not lie in a journal (Mapping.author).
UNTOLD = frozenset({"modified_at", "created_at", "author"})


class Refused(Exception):
    """The change cannot be made; the message tells people why, and what to do."""


def lock_schemes() -> None:
    """One writer of terms at a time, whatever the scheme: names and the hierarchy are shared by all. Needs a transaction."""
    list(ConceptScheme.objects.select_for_update().order_by("pk").values_list("pk"))


def fresh(concept: Concept) -> Concept:
    """As it is now that the lock is held; the caller's may be older."""
    found = Concept.objects.filter(pk=concept.pk).first()
    if found is None:
        raise Refused(f"“{concept.label}” is no longer there.")
    return found


def rows_of(concepts: Iterable[int]) -> dict[Row, Fields]:
    """Every row that says something of these concepts (primary keys), but for what is tagged with them."""
    ids = list(concepts)
    querysets: Sequence[models.QuerySet[Any]] = [
        Concept.objects.filter(pk__in=ids),
        *(model._default_manager.filter(concept__in=ids) for model in (Label, Note, Mapping, FormerSlug, CollectionMember)),
        Relation.objects.filter(Q(source__in=ids) | Q(target__in=ids)),
    ]
    found = (row for queryset in querysets for row in serializers.serialize("python", queryset.order_by("pk")))
    return {(row["model"], row["pk"]): as_json(row["fields"]) for row in found}


def as_json(fields: Fields) -> Fields:
    told = {name: value for name, value in fields.items() if name not in UNTOLD}
    written: Fields = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return written


class Recorder:
    """Begin it before the first write, name every term that the change is about, and close it after the last.

    `watching` are others whose relations may change with theirs."""

    def __init__(self, concepts: Iterable[Concept], watching: Iterable[Concept] = ()) -> None:
        self._ids = {concept.pk for concept in concepts}
        self._watched = {concept.pk for concept in watching}
        self._before = rows_of(self._ids | self._watched)
        self.tags: list[dict[str, Any]] = []

    def include(self, concept: Concept) -> None:
        """One that is made by the change itself."""
        self._ids.add(concept.pk)

    def close(
        self,
        kind: ConceptChange.Kind,
        summary: str,
        *,
        by: User | None,
        now: dt.datetime,
        reason: str = "",
        undoes: ConceptChange | None = None,
    ) -> ConceptChange:
        after = rows_of(self._ids | self._watched)
        rows = [
            {"model": model, "pk": pk, "before": self._before.get((model, pk)), "after": after.get((model, pk))}
            for model, pk in sorted(self._before.keys() | after.keys())
            if self._before.get((model, pk)) != after.get((model, pk))
        ]
        Concept.objects.filter(pk__in=self._ids).update(modified_at=now)
        change = ConceptChange.objects.create(
            kind=kind,
            summary=summary[:400],
            reason=reason,
            made_by=by,
            made_at=now,
            rows=rows,
            tags=self.tags,
            undoes=undoes,
        )
        change.concepts.set(self._ids)
        terms_changed.send(ConceptChange, change=change)
        return change
