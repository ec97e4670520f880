"""How terms hang together, and what they are called in schemes that are not ours."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey

from taxonomy.constraints import HierarchyConstraint
from taxonomy.models.concepts import Concept
from taxonomy.uris import LONGEST_URI, validate_uri


class Relation(models.Model):
    """`broader`: target is broader than source. `related` is symmetric and stored once, the lower key as source."""

    class Kind(models.TextChoices):
        BROADER = "broader", "Broader: this term belongs under it"
        RELATED = "related", "Related: worth a look as well"

    class BroaderKind(models.TextChoices):
        """iso-thes:broaderGeneric, broaderPartitive, broaderInstantial; empty where nobody has said."""

        GENERIC = "generic", "a kind of it"
        PARTITIVE = "partitive", "a part of it"
        INSTANTIAL = "instantial", "an example of it"

    source = ParentalKey(Concept, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="relations_to", verbose_name="term")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RELATED)
    broader_kind = models.CharField("in what way", max_length=10, choices=BroaderKind, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="taxonomy_relation_once"),
            models.CheckConstraint(name="taxonomy_relation_not_to_itself", condition=~Q(source=F("target"))),
            models.CheckConstraint(
                name="taxonomy_relation_related_stored_once", condition=Q(kind="broader") | Q(source__lt=F("target"))
            ),
            models.CheckConstraint(name="taxonomy_relation_broader_kind", condition=Q(broader_kind="") | Q(kind="broader")),
            HierarchyConstraint(name="taxonomy_relation_hierarchy"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Wagtail saves rows from whichever of the two terms is being edited: the stored-once rule is kept here."""
        if self.kind == self.Kind.RELATED and self.source_id > self.target_id:
            self.turn()
        super().save(*args, **kwargs)

    def turn(self) -> None:
        """The same relation seen from its other end, in memory only."""
        self.source_id, self.target_id = self.target_id, self.source_id


class Mapping(models.Model):
    """A term of somebody else's scheme that means the same or nearly so; fields named as in SSSOM.

    One statement for each target: exactMatch excludes broadMatch and relatedMatch (SKOS S46). `confidence` is 0 to 1.
    """

    class Kind(models.TextChoices):
        """Seen from our term: "broad" says that theirs is the broader one."""

        EXACT = "exact", "Means the same"
        CLOSE = "close", "Means nearly the same"
        BROAD = "broad", "Theirs is broader"
        NARROW = "narrow", "Theirs is narrower"
        RELATED = "related", "Related"

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.EXACT)
    target_uri = models.CharField("their address for it", max_length=LONGEST_URI, validators=[validate_uri])
    target_label = models.CharField("their name for it", max_length=200, blank=True)
    target_scheme = models.CharField("their scheme", max_length=200, blank=True, help_text="Such as Local Government Service List.")
    justification = models.CharField(max_length=300, blank=True, help_text="Why you think so.")
    confidence = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concept", "target_uri"], name="taxonomy_mapping_once"),
            models.CheckConstraint(
                name="taxonomy_mapping_confidence_is_a_share",
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.concept} {self.kind} {self.target_label or self.target_uri}"
