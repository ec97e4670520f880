"""Who belongs to which council, and since when."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.models.dated import DatedQuerySet, Role
from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField

# Whose people somebody may approve, appoint and see off; answered by hub.members.roles.
APPROVE_ANY, APPROVE_OWN = "members.approve_any", "members.approve_own_council"
RECHECK_AFTER = dt.timedelta(days=365)
GRACE = dt.timedelta(days=30)


class MembershipQuerySet(DatedQuerySet["Membership"]):
    def looked_after_by(self, viewer: Viewer) -> Self:
        """What a lead decides about at their own council, and a facilitator anywhere; nobody else sees who waits."""
        if viewer.has_perm(APPROVE_ANY):
            return self
        if not isinstance(viewer, User) or not viewer.has_perm(APPROVE_OWN):
            return self.none()
        led = Membership.objects.filter(user=viewer, is_lead=True).current(timezone.now())
        return self.filter(organisation__in=led.values("organisation"))

    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)

    def waiting(self) -> Self:
        """Of people who can sign in: a suspended person's request waits unseen."""
        return self.filter(approved_at=None, ended_at=None, user__is_active=True)

    def to_recheck(self, now: dt.datetime) -> Self:
        """Approved, and nobody has said for a year that it still holds."""
        last_said = Coalesce("confirmed_at", "approved_at")
        return self.current(now).approved().annotate(last_said=last_said).filter(last_said__lt=now - RECHECK_AFTER)


class Membership(models.Model):
    """org:Membership. Pending until it is approved; of a supplier, it makes a supplier's person."""

    class Basis(models.TextChoices):
        """What shows that somebody works there."""

        ADDRESS = "address", "A confirmed address of the council"
        APPROVAL = "approval", "The word of a lead or facilitator"

    class Ending(models.TextChoices):
        LEFT = "left", "They left"
        WITHDRAWN = "withdrawn", "They took the request back"
        DECLINED = "declined", "The request was declined"
        ENDED = "ended", "A lead or facilitator ended it"
        LAPSED = "lapsed", "They did not confirm their address again"
        SUCCEEDED = "succeeded", "The council was abolished; its successor took over"
        ABOLISHED = "abolished", "The council was abolished"

    public_id = PublicIdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    job_role = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    basis = models.CharField(max_length=16, choices=Basis, default=Basis.APPROVAL)
    reason = models.TextField(blank=True, max_length=1000, help_text="What they wrote when they asked.")
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When it was last shown that it still holds.")
    recheck_asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ending = models.CharField(max_length=16, choices=Ending, blank=True)
    ending_note = models.TextField(blank=True, max_length=1000, help_text="What the person was told.")

    objects = MembershipQuerySet.as_manager()

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
            models.CheckConstraint(name="members_membership_ending_has_a_day", condition=Q(ending="") | Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organisation}"

    @property
    def role(self) -> Role:
        """Needs `organisation` loaded."""
        if self.approved_at is None:
            return Role.PENDING
        if self.organisation.kind == Organisation.Kind.SUPPLIER:
            return Role.SUPPLIER
        return Role.LEAD if self.is_lead else Role.MEMBER

    @property
    def lapses_at(self) -> dt.datetime | None:
        """When it ends unless the address is confirmed again; None while nobody has been asked."""
        return self.recheck_asked_at + GRACE if self.recheck_asked_at else None

    @property
    def is_due(self) -> bool:
        last_said = self.confirmed_at or self.approved_at
        return last_said is not None and last_said < timezone.now() - RECHECK_AFTER


class SupplierClaim(models.Model):
    """Somebody says they work for a supplier that is not on record: a name that nobody sees until a facilitator takes it up."""

    public_id = PublicIdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="supplier_claims")
    supplier_name = models.CharField(max_length=200)
    job_role = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True, max_length=1000)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(decided_at=None), name="members_supplier_claim_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.supplier_name}"
