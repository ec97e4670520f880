"""Who belongs to which council, who holds which office, and since when. Rows are dated, never deleted."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField


class Role(models.TextChoices):
    """The nine roles of DESIGN section 5, less the two that need no account."""

    PENDING = "pending", "Pending member"
    SUPPLIER = "supplier", "Supplier"
    MEMBER = "member", "Member"
    LEAD = "lead", "Council lead"
    EDITOR = "editor", "Editor"
    FACILITATOR = "facilitator", "Facilitator"
    ADMINISTRATOR = "administrator", "Administrator"


class DatedQuerySet(models.QuerySet[models.Model]):
    def current(self, now: dt.datetime) -> Self:
        return self.filter(Q(started_at__lte=now) & (Q(ended_at=None) | Q(ended_at__gt=now)))


class Membership(models.Model):
    """org:Membership. Pending until it is approved; of a supplier, it makes a supplier's person."""

    public_id = PublicIdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    job_role = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_at=None), name="members_membership_one_current"
            ),
            models.CheckConstraint(
                name="members_membership_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
            models.CheckConstraint(
                name="members_membership_lead_is_approved", condition=Q(is_lead=False) | Q(approved_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organisation}"

    @property
    def role(self) -> Role:
        """Needs `organisation` loaded."""
        if self.organisation.kind == Organisation.Kind.SUPPLIER:
            return Role.SUPPLIER
        if self.approved_at is None:
            return Role.PENDING
        return Role.LEAD if self.is_lead else Role.MEMBER


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
