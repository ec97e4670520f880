"""What was done to terms, by whom and why: kept with enough to undo it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField
from taxonomy.models.concepts import Concept
from taxonomy.models.schemes import CHANGE


class ConceptChangeQuerySet(models.QuerySet["ConceptChange"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Everybody's, but for what was done to a word that is not (yet) a term."""
        if viewer.has_perm(CHANGE):
            return self
        # Asked, not joined: an import is about thousands of terms.
        about = ConceptChange.concepts.through.objects.filter(conceptchange=OuterRef("pk"))
        return self.exclude(concepts__status=Concept.Status.CANDIDATE).filter(Exists(about))

    def standing(self) -> Self:
        """Neither undone nor an undoing."""
        return self.filter(undone_by=None, undoes=None)


class ConceptChange(models.Model):
    """One change, whole. Written once; undoing it writes another.

    `rows` is a list of {"model", "pk", "before", "after"} with the fields of each row of the terms that was written; None
    where there was, or is, none. `tags` is a list of {"model", "owner", "before", "after"}: which terms (keys) a thing
    carried, of those that it gained or lost; "owner" is its key, then what else tells its tags apart.
    """

    class Kind(models.TextChoices):
        DEFINE = "define", "New"
        EDIT = "edit", "Edited"
        RENAME = "rename", "Renamed"
        LABEL = "label", "Names"
        RELATE = "relate", "Related terms"
        MOVE = "move", "Moved"
        MERGE = "merge", "Merged"
        SPLIT = "split", "Split"
        RETIRE = "retire", "Retired"
        MAP = "map", "Mapped"
        IMPORT = "import", "Imported"
        UNDO = "undo", "Undone"

    public_id = PublicIdField()
    kind = models.CharField(max_length=8, choices=Kind)
    concepts = models.ManyToManyField(Concept, related_name="changes")
    summary = models.CharField(max_length=400)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder, editable=False)
    tags = models.JSONField(default=list, encoder=DjangoJSONEncoder, editable=False)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")

    objects = ConceptChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "change"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_at"], name="taxonomy_change_made_at")]
        constraints = [
            models.CheckConstraint(
                name="taxonomy_change_undo_names_what",
                condition=Q(kind="undo", undoes__isnull=False) | (~Q(kind="undo") & Q(undoes=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.summary
