"""Files of terms on their way in: looked at first, taken in when an editor says so."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField
from taxonomy.models.schemes import CHANGE, ConceptScheme


class SchemeImportQuerySet(models.QuerySet["SchemeImport"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """An editors' matter."""
        return self if viewer.has_perm(CHANGE) else self.none()


class SchemeImport(models.Model):
    """`report` is `taxonomy.skos.plan.Plan.report()`. `digest` says what the editor was shown: what is taken in has the same,
    or is shown again. `data` goes once the file is taken in or put aside."""

    class State(models.TextChoices):
        WAITING = "waiting", "Being looked at"
        CHECKED = "checked", "Waits for you"
        REFUSED = "refused", "Cannot be taken in"
        APPLYING = "applying", "Being taken in"
        APPLIED = "applied", "Taken in"
        DISCARDED = "discarded", "Put aside"

    public_id = PublicIdField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField(null=True)
    scheme = models.ForeignKey(ConceptScheme, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    base = models.CharField(max_length=500, blank=True)
    replaces = models.BooleanField(default=False)
    as_candidates = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    report = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    has_moved_on = models.BooleanField(default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    state_since = models.DateTimeField()

    objects = SchemeImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.APPLYING)
