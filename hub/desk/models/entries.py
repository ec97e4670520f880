"""What was decided at the desk: who, what, when and why. Appended, never edited."""

from __future__ import annotations

import datetime as dt
from typing import Any, NoReturn, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from hub.core.audience import Viewer
from hub.desk.models.reports import DECIDE
from hub.public_ids import PublicIdField

READ_ALL_ENTRIES = "desk.read_all_entries"
# Decisions that are no tray's.
UNDO, TAKE_OVER, MAKE_PAGE = "undo", "take-over", "make-page"
UNDO_WITHIN = dt.timedelta(days=14)


class DeskEntryQuerySet(models.QuerySet["DeskEntry"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Administrators read everything, facilitators what is about moderation; nobody else reads any of it."""
        if viewer.has_perm(READ_ALL_ENTRIES):
            return self
        return self.filter(area=DeskEntry.Area.MODERATION) if viewer.has_perm(DECIDE) else self.none()

    def update(self, **fields: Any) -> int:
        """Only that somebody has left."""
        if fields != {"by": None}:
            raise TypeError("What was decided is written once. Undo it with an entry of its own.")
        return super().update(**fields)

    def delete(self) -> NoReturn:
        raise TypeError("What was decided is not deleted.")

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def with_undoing(self) -> Self:
        """Annotates `is_undone`, and `is_latest` of its thing."""
        later = DeskEntry.objects.filter(tray=OuterRef("tray"), key=OuterRef("key"), pk__gt=OuterRef("pk"))
        return self.annotate(is_undone=Exists(DeskEntry.objects.filter(undoes=OuterRef("pk"))), is_latest=~Exists(later))


class DeskEntry(models.Model):
    """`tray` and `key` say what it was about, as in `hub.desk.trays`; `details` what is needed to undo it."""

    class Area(models.TextChoices):
        MODERATION = "moderation", "Moderation"
        HOUSE = "house", "The house"

    public_id = PublicIdField()
    area = models.CharField(max_length=10, choices=Area, default=Area.MODERATION)
    tray = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    decision = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")

    # Annotated by `with_undoing()`.
    is_undone: bool
    is_latest: bool

    objects = DeskEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "desk entries"
        indexes = [
            models.Index(fields=["-at"], name="desk_entry_newest"),
            models.Index(fields=["tray", "key"], name="desk_entry_of_thing"),
        ]
        constraints = [
            models.CheckConstraint(
                name="desk_entry_undo_undoes",
                condition=Q(decision="undo", undoes__isnull=False) | (~Q(decision="undo") & Q(undoes=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tray} {self.key}: {self.decision}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses a second time."""
        if self.pk is not None:
            raise TypeError("What was decided is written once. Undo it with an entry of its own.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What was decided is not deleted.")
