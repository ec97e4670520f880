"""Concepts and what is said of one: its names, its notes, its addresses. Named as in SKOS; people see "term"."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField
from taxonomy.labels import letter_of, sort_key
from taxonomy.models.schemes import ConceptScheme

ENGLISH = "en"

# What others publish is longer than what we ask of one another (`labels.MAX_LENGTH`).
LONGEST_NAME, LONGEST_LANGUAGE = 400, 35

MOST_CHOICES = 100  # in a filter


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
        # Joined to the tags, each label would be looked up as often as it is carried.
        label = Subquery(Concept.objects.filter(pk=OuterRef("concept")).values("label"))
        carried = tags.order_by().values("concept").annotate(uses=Count("pk")).order_by("-uses", label)
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
    notation = models.CharField(
        "code", max_length=120, blank=True, help_text="Its number or code within the scheme, if it has one."
    )
    label = models.CharField(max_length=LONGEST_NAME, editable=False)
    definition = models.TextField("meaning", blank=True, help_text="One or two plain sentences.")
    status = models.CharField(max_length=12, choices=Status, default=Status.PUBLISHED)
    replaced_by = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="replaces")
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    source_uri = models.CharField(max_length=500, blank=True, editable=False)  # of one that came from elsewhere

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
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "notation"], condition=~Q(notation=""), name="taxonomy_concept_notation_once"
            ),
            models.UniqueConstraint(fields=["source_uri"], condition=~Q(source_uri=""), name="taxonomy_concept_source_once"),
        ]

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

    class Status(models.TextChoices):
        CURRENT = "current", "In use"
        OUTDATED = "outdated", "No longer in use"

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ALTERNATIVE)
    text = models.CharField("name", max_length=LONGEST_NAME)
    language = models.CharField(max_length=LONGEST_LANGUAGE, default=ENGLISH)
    letter = models.CharField(max_length=3, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    source = models.CharField(max_length=200, blank=True, help_text="Where people say it, or who coined it.")
    status = models.CharField(max_length=10, choices=Status, default=Status.CURRENT)
    note = models.CharField(max_length=200, blank=True, help_text="What to know about this name.")

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


class Note(models.Model):
    """A skos:note. The English definition is the concept's own field; other languages' definitions stand here."""

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        DEFINITION = "definition", "Meaning in another language"
        SCOPE = "scope", "What it covers and what not"
        EXAMPLE = "example", "Example"
        HISTORY = "history", "How it came about"
        CHANGE = "change", "What changed"
        EDITORIAL = "editorial", "For editors only"

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.SCOPE)
    text = models.TextField()
    language = models.CharField(max_length=LONGEST_LANGUAGE, default=ENGLISH)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="taxonomy_note_definition_is_foreign",
                condition=~Q(kind="definition", language=ENGLISH),
                violation_error_message="The English meaning has a box of its own. Write it there, or say another language.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class FormerSlug(models.Model):
    """An address that once was a term's. It leads on for ever: to the term under its new address, or to the one it was
    merged into; then the merged term's own slug stands here as well."""

    slug = models.SlugField(max_length=120, unique=True)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return f"{self.slug} → {self.concept.slug}"
