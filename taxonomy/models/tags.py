"""Carrying a term, and finding everything that can carry one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from taxonomy.models.concepts import Concept


class ConceptTag(models.Model):
    """One thing carries one concept. Each room subclasses this and makes (thing, concept) unique, or (thing, concept, way); taxonomy retags through
    Concept's related objects."""

    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="%(app_label)s_%(class)s_set")

    class Meta:
        abstract = True


def concepts_shown(tags: Iterable[ConceptTag]) -> list[Concept]:
    """`ConceptQuerySet.for_tags` for tags that are loaded already, each with its concept."""
    shown = [tag.concept for tag in tags if tag.concept.status == Concept.Status.PUBLISHED]
    return sorted(shown, key=lambda concept: concept.label)


def tag_models() -> list[type[ConceptTag]]:
    """Every room's."""
    found = [relation.related_model for relation in Concept._meta.related_objects]
    return sorted((model for model in found if issubclass(model, ConceptTag)), key=lambda model: model._meta.label_lower)


def owner_fields(tag_model: type[ConceptTag]) -> list[models.Field[Any, Any]]:
    """The tag's key to the thing that carries the term, then whatever else tells two of its tags apart, such as in what way
    it carries it. Raises LookupError where the room forgot its unique rule."""
    for constraint in tag_model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and "concept" in constraint.fields:
            columns = {field.name: field for field in tag_model._meta.concrete_fields}
            return sorted(
                (columns[name] for name in constraint.fields if name != "concept"), key=lambda field: not field.is_relation
            )
    raise LookupError(f"{tag_model._meta.label} has no unique constraint over its thing and concept.")
