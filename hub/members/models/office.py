"""Who holds which office, and since when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.members.models.dated import DatedQuerySet, Role


class Office(models.Model):
    """An editor's, facilitator's or administrator's term: who holds it, granted by whom, from when to when."""

    OFFICES = (Role.EDITOR, Role.FACILITATOR, Role.ADMINISTRATOR)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offices")
    role = models.CharField(max_length=16, choices=[(role.value, role.label) for role in OFFICES])
    started_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], condition=Q(ended_at=None), name="members_office_one_current"),
            models.CheckConstraint(
                name="members_office_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
