"""Files of terms on their way in: looked at first, taken in when an editor says so."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField
from taxonomy.models.schemes import CHANGE, ConceptScheme

# Longer than any import takes.
WORKED_ON_FOR = dt.timedelta(minutes=5)


class SchemeImportQuerySet(models.QuerySet["SchemeImport"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """An editors' matter."""
        return self if viewer.has_perm(CHANGE) else self.none()

    def under_way(self) -> Self:
        return self.filter(state__in=[SchemeImport.State.WAITING, SchemeImport.State.APPLYING])

    def left_behind(self, now: dt.datetime) -> Self:
        """Nobody works on it: its worker was killed, or its task was lost before anybody took it up."""
        return self.under_way().filter(Q(worked_on_until__lt=now) | Q(worked_on_until=None, state_since__lt=now - WORKED_ON_FOR))


class SchemeImport(models.Model):
    """`report` is `taxonomy.skos.plan.Plan.report()`. `digest` says what the editor was shown: what is taken in has the same,
    or is shown again. `data` goes once the file is taken in or put aside.

    A worker has it until `worked_on_until`; then it may be taken up again, since whoever had it was killed or lost. Two that
    work on it at the same time do no harm: the second finds that it is not under way any more, and writes nothing."""

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
    worked_on_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = SchemeImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.APPLYING)
