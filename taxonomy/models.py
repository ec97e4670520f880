"""Schemes, concepts, labels and relations, named as in SKOS; people see "term"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField
from taxonomy.labels import MAX_LENGTH, letter_of, sort_key

ENGLISH = "en"

MOST_CHOICES = 100  # in a filter


class ConceptScheme(models.Model):
    public_id = PublicIdField()
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    licence = models.URLField(blank=True)

    class Meta:
        verbose_name = "scheme"

    def __str__(self) -> str:
        return self.title


class ConceptQuerySet(models.QuerySet["Concept"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Published terms are public; a deprecated one answers at its own address only."""
        return self.filter(status=Concept.Status.PUBLISHED)

    def with_an_address(self) -> Self:
        """What `/a-z/<slug>/` answers: published terms, and deprecated ones so that old links tell what came after."""
        return self.filter(status__in=[Concept.Status.PUBLISHED, Concept.Status.DEPRECATED])

    def for_tags(self) -> Self:
        """What readers see of the terms a thing carries: published ones, by label."""
        return self.filter(status=Concept.Status.PUBLISHED).order_by("label")

    def to_choose_from(self, tags: models.QuerySet[Any], chosen: str = "") -> Self:
        """For a filter: the terms that most of `tags` (rows of a ConceptTag) carry, and the slug chosen already, by label.

        A list of thousands is no choice, and drawing it would cost more than the page it narrows.
        """
        carried = tags.order_by().values("concept").annotate(uses=Count("pk")).order_by("-uses", "concept__label")
        return self.for_tags().filter(Q(pk__in=carried.values("concept")[:MOST_CHOICES]) | Q(slug=chosen))

    def with_labels(self) -> Self:
        return self.prefetch_related("labels")


class Concept(index.Indexed, ClusterableModel):
    """`label` repeats the preferred English label, so that tags and lists need no join; `Label.save` keeps it."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", "Candidate"
        PUBLISHED = "published", "Published"
        DEPRECATED = "deprecated", "Deprecated"

    public_id = PublicIdField()
    scheme = models.ForeignKey(ConceptScheme, on_delete=models.PROTECT, related_name="concepts")
    slug = models.SlugField(max_length=120, unique=True, help_text="The term's address: /a-z/<slug>/.")
    label = models.CharField(max_length=MAX_LENGTH, editable=False)
    definition = models.TextField("meaning", blank=True, help_text="One or two plain sentences.")
    status = models.CharField(max_length=12, choices=Status, default=Status.PUBLISHED)
    replaced_by = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="replaces")
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    objects = ConceptQuerySet.as_manager()

    search_fields = [
        index.SearchField("label", boost=4),
        index.AutocompleteField("label"),
        index.SearchField("definition"),
        index.RelatedFields("labels", [index.SearchField("text", boost=2)]),
        index.FilterField("status"),
    ]

    class Meta:
        verbose_name = "term"

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("taxonomy:concept", kwargs={"slug": self.slug})


class Label(models.Model):
    """skosxl:Label. Hidden labels (misspellings, outdated words) are found and never shown."""

    class Kind(models.TextChoices):
        PREFERRED = "preferred", "Preferred name"
        ALTERNATIVE = "alternative", "Other name"
        HIDDEN = "hidden", "For search only"

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ALTERNATIVE)
    text = models.CharField("name", max_length=MAX_LENGTH)
    language = models.CharField(max_length=12, default=ENGLISH)
    letter = models.CharField(max_length=3, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = "name"
        indexes = [models.Index(fields=["letter", "sort_key"], name="taxonomy_label_a_z")]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "language"], condition=Q(kind="preferred"), name="taxonomy_label_one_preferred"
            ),
            models.UniqueConstraint(fields=["concept", "language", "text"], name="taxonomy_label_text_once"),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Wagtail saves labels row by row from the concept's form, past any action: so the copies are kept here."""
        self.letter, self.sort_key = letter_of(self.text), sort_key(self.text)
        super().save(*args, **kwargs)
        if self.kind == self.Kind.PREFERRED and self.language == ENGLISH:
            Concept.objects.filter(pk=self.concept_id).exclude(label=self.text).update(label=self.text)


class Relation(models.Model):
    """`broader`: target is broader than source. `related` is symmetric and stored once, the lower key as source."""

    class Kind(models.TextChoices):
        BROADER = "broader", "Broader: this term belongs under it"
        RELATED = "related", "Related: worth a look as well"

    source = ParentalKey(Concept, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="relations_to", verbose_name="term")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RELATED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="taxonomy_relation_once"),
            models.CheckConstraint(name="taxonomy_relation_not_to_itself", condition=~Q(source=F("target"))),
            models.CheckConstraint(
                name="taxonomy_relation_related_stored_once", condition=Q(kind="broader") | Q(source__lt=F("target"))
            ),
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


class ConceptTag(models.Model):
    """One thing carries one concept. Each room subclasses this; taxonomy retags through Concept's related objects."""

    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="%(app_label)s_%(class)s_set")

    class Meta:
        abstract = True


def concepts_shown(tags: Iterable[ConceptTag]) -> list[Concept]:
    """`ConceptQuerySet.for_tags` for tags that are loaded already, each with its concept."""
    shown = [tag.concept for tag in tags if tag.concept.status == Concept.Status.PUBLISHED]
    return sorted(shown, key=lambda concept: concept.label)
