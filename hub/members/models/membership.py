"""Who belongs to which council, and since when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.members.models.dated import DatedQuerySet, Role
from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField


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
