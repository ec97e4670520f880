"""What an index holds of one thing, whichever engine keeps it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import QuerySet
from modelsearch.index import AutocompleteField, RelatedFields, SearchField, get_indexed_models

from hub.core.audience import READ_MEMBERS_CONTENT, Viewer
from hub.search.sources import Source, source_of
from taxonomy.models import Concept

LONGEST_TEXT = 100_000  # characters; a book that somebody pasted would hold up everything else
# From this boost on a field is a name of the thing, and its words are offered as corrections.
NAME_BOOST = 2


class AnyMember(AnonymousUser):
    """Reads what every member may read and belongs to no council: what it sees is the members' index."""

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return perm == READ_MEMBERS_CONTENT


# The index called "default" has no viewer: it holds everything, drafts too, and only the admin asks it.
STAND_INS: dict[str, Viewer] = {"public": AnonymousUser(), "members": AnyMember()}


def fold(text: str) -> str:
    """Without accents, and without what no engine can store."""
    plain = unicodedata.normalize("NFKD", text.replace("\0", " "))
    return "".join(char for char in plain if not unicodedata.combining(char)).encode("utf-8", "ignore").decode()


class Key(NamedTuple):
    """Which row: the model's label and the primary key as text."""

    label: str
    pk: str

    @classmethod
    def of(cls, thing: models.Model) -> Key:
        return cls(thing._meta.concrete_model._meta.label_lower, str(thing.pk))  # type: ignore[union-attr]  # never abstract

    @classmethod
    def parse(cls, text: str) -> Key:
        label, _, pk = text.partition(":")
        return cls(label, pk)

    def __str__(self) -> str:
        return f"{self.label}:{self.pk}"

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)


# (label, pk, score, tie). `tie` settles the order of things with one score: words of the thing, never its primary key.
# A plain tuple, as there may be ten thousand of them: Python's garbage collector looks at named ones again and again.
Ranked = tuple[str, str, float, str]


@dataclass
class Document:
    """`text` is weighed: a field of boost 4 stands in it four times. `names` gives corrections, `starts` completion."""

    key: Key
    tie: str = ""
    text: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)

    @cached_property
    def digest(self) -> str:
        return hashlib.blake2b(repr((self.tie, self.text, self.names, self.starts)).encode(), digest_size=12).hexdigest()


def indexed_models(audience: str) -> list[type[models.Model]]:
    """For the two audiences, what search knows as a kind; for the admin, everything that is indexed at all."""
    return [model for model in get_indexed_models() if audience not in STAND_INS or source_of(model)]


def indexable(audience: str, model: type[models.Model]) -> QuerySet[Any]:
    """The rows that belong in the audience's index: what its stand-in sees."""
    things: QuerySet[Any] = model.get_indexed_objects()  # type: ignore[attr-defined]  # modelsearch's mixin
    if audience not in STAND_INS:
        return things
    source = source_of(model)
    if source is None:
        return things.none()
    return things.filter(pk__in=source.visible(STAND_INS[audience]).order_by().values("pk"))


def documents(model: type[models.Model], things: Sequence[Any]) -> Iterator[Document]:
    """Two queries for the tags of them all."""
    source = source_of(model)
    terms = _labels_of_tags(source, things) if source else {}
    for thing in things:
        document = Document(Key.of(thing), tie=str(getattr(thing, source.tie)) if source else "")
        for text, boost in _texts(thing, model.get_search_fields(), skip_concepts=source is not None):  # type: ignore[attr-defined]  # an Indexed model
            document.text += [text] * max(1, round(boost))
            if boost >= NAME_BOOST:
                document.names.append(text)
        document.text += terms.get(thing.pk, [])
        document.starts += _starts(thing, model.get_search_fields())  # type: ignore[attr-defined]  # an Indexed model
        yield document


def _labels_of_tags(source: Source, things: Sequence[Any]) -> dict[Any, list[str]]:
    """Published terms only: a candidate's name is no public word."""
    if source.tag_model is None:
        return {}
    tags = source.tag_model._default_manager.filter(
        **{f"{source.tag_key}__in": [thing.pk for thing in things]}, concept__status=Concept.Status.PUBLISHED
    )
    labels: dict[Any, list[str]] = {}
    for pk, label in tags.order_by("concept__label").values_list(source.tag_key, "concept__label"):
        labels.setdefault(pk, []).append(fold(label))
    return labels


def _texts(thing: Any, fields: Sequence[Any], *, skip_concepts: bool) -> Iterator[tuple[str, float]]:
    for entry in fields:
        if isinstance(entry, SearchField):
            if text := _plain(entry.get_value(thing)):
                yield text, entry.boost or 1
        elif isinstance(entry, RelatedFields) and not (skip_concepts and entry.get_field(type(thing)).related_model is Concept):
            for related in _related(entry, thing):
                yield from _texts(related, entry.fields, skip_concepts=False)


def _starts(thing: Any, fields: Sequence[Any]) -> list[str]:
    found = []
    for entry in fields:
        if isinstance(entry, AutocompleteField):
            found.append(_plain(entry.get_value(thing)))
        elif isinstance(entry, RelatedFields):
            found += [text for related in _related(entry, thing) for text in _starts(related, entry.fields)]
    return [text for text in found if text]


def _related(entry: RelatedFields, thing: Any) -> list[Any]:
    value = entry.get_value(thing)
    if value is None:
        return []
    return list(value.all()) if hasattr(value, "all") else [value]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return " ".join(_plain(item) for item in value)[:LONGEST_TEXT]
    return fold(str(value))[:LONGEST_TEXT]
