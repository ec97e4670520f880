"""Schemes, the groups of terms inside them, and the numbered states in which a scheme is given out."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField
from taxonomy.constraints import FrozenConstraint

CHANGE = "taxonomy.change_concept"
PROPOSE = "taxonomy.propose_concept"


class ConceptScheme(models.Model):
    public_id = PublicIdField()
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    licence = models.URLField(blank=True)
    base_uri = models.URLField(
        "base address", blank=True, help_text="What its terms' linked-data addresses begin with, if that is not this hub."
    )
    source_uri = models.CharField(max_length=500, blank=True, editable=False)  # of one that came from elsewhere
    owner = models.CharField("looked after by", max_length=120, blank=True, help_text="A group or an office, not a person.")

    class Meta:
        verbose_name = "scheme"
        constraints = [
            models.UniqueConstraint(fields=["source_uri"], condition=~Q(source_uri=""), name="taxonomy_scheme_source_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Collection(ClusterableModel):
    """skos:Collection: terms that belong together without standing under one another. Ordered, or by label."""

    public_id = PublicIdField()
    scheme = models.ForeignKey(ConceptScheme, on_delete=models.PROTECT, related_name="collections")
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_ordered = models.BooleanField("in the order below", default=False, help_text="Otherwise the terms stand by name.")
    source_uri = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_uri"], condition=~Q(source_uri=""), name="taxonomy_collection_source_once"),
        ]

    def __str__(self) -> str:
        return self.title


class CollectionMember(Orderable):
    collection = ParentalKey(Collection, on_delete=models.CASCADE, related_name="members")
    concept = models.ForeignKey("taxonomy.Concept", on_delete=models.CASCADE, related_name="collection_places", verbose_name="term")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["collection", "concept"], name="taxonomy_collection_member_once")]

    def __str__(self) -> str:
        return f"{self.concept} in {self.collection}"


class SchemeReleaseQuerySet(models.QuerySet["SchemeRelease"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """A draft is its editors'; from the comment window on, everybody's."""
        return self if viewer.has_perm(CHANGE) else self.exclude(state=SchemeRelease.State.DRAFT)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises ProtectedError for what is out: others build on it."""
        out: set[models.Model] = set(self.filter(state=SchemeRelease.State.RELEASED))
        if out:
            raise models.ProtectedError("A release that is out stays.", out)
        return super().delete()


class SchemeRelease(models.Model):
    """owl:versionInfo. `turtle` is the scheme as it was given out, never written again; `sha256` is of its UTF-8 bytes."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        COMMENT = "comment", "Open for comment"
        RELEASED = "released", "Released"

    scheme = models.ForeignKey(ConceptScheme, on_delete=models.PROTECT, related_name="releases")
    number = models.CharField(max_length=20, help_text="Such as 1.4.")
    notes = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    comments_from = models.DateTimeField(null=True, blank=True)
    comments_until = models.DateTimeField(null=True, blank=True)
    turtle = models.TextField(blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    snapshot = models.JSONField(default=list, editable=False)  # the same terms as `Entry.as_json`, for comparing
    released_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SchemeReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "release"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="taxonomy_release_number_once"),
            models.CheckConstraint(
                name="taxonomy_release_is_frozen",
                condition=(~Q(state="released") & Q(released_at=None, sha256="", turtle=""))
                | (Q(state="released", released_at__isnull=False) & ~Q(sha256="") & ~Q(turtle="")),
            ),
            models.CheckConstraint(
                name="taxonomy_release_comment_has_window",
                condition=~Q(state="comment") | Q(comments_from__isnull=False, comments_until__isnull=False),
            ),
            FrozenConstraint(name="taxonomy_release_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.number}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return SchemeRelease.objects.filter(pk=self.pk).delete()
