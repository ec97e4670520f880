"""Complaints about what the hub does with somebody's data. From anybody, with or without an account."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField

ANSWER = "members.answer_complaints"
# Data (Use and Access) Act 2025, section 103: acknowledged within 30 days. We acknowledge at once and answer by then.
ANSWERED_WITHIN = dt.timedelta(days=30)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those who answer see them all; whoever complained has the reference."""
        return self if viewer.has_perm(ANSWER) else self.none()

    def open(self) -> Self:
        return self.filter(answered_at=None)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)


class Complaint(models.Model):
    """Its public id is the reference. Name, address and words go when they are no longer needed; that there was one stays."""

    class About(models.TextChoices):
        ACCESS = "access", "I asked for my data, or for a correction, and was not content with the answer"
        WRONG = "wrong", "What the hub holds or shows about me is wrong"
        ERASE = "erase", "I want something about me to go"
        SHARED = "shared", "Something about me was shown or sent to somebody who should not have it"
        MAIL = "mail", "I get mail that I do not want"
        OTHER = "other", "Something else"

    public_id = PublicIdField()
    name = models.CharField("your name", max_length=120, blank=True)
    address = models.EmailField("your email address")
    about = models.CharField("what it is about", max_length=8, choices=About)
    text = models.TextField("what happened", max_length=5000)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="complaints"
    )
    received_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sender_has_left = models.BooleanField(default=False)
    blanked_at = models.DateTimeField(null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["answered_at", "received_at"], name="members_complaint_oldest")]
        constraints = [
            models.CheckConstraint(
                name="members_complaint_answered_after", condition=Q(answered_at=None) | Q(answered_at__gte=F("received_at"))
            ),
            models.CheckConstraint(
                name="members_complaint_open_can_be_answered",
                condition=Q(answered_at__isnull=False) | (~Q(address="") & ~Q(text="") & Q(blanked_at=None)),
            ),
            models.CheckConstraint(
                name="members_complaint_blank_is_blank",
                condition=Q(blanked_at=None) | Q(name="", address="", text="", answer="", sender=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Complaint {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("members:complaint_received", kwargs={"public_id": self.public_id})

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def due_on(self) -> dt.date:
        """The last day on which an answer is in time."""
        return timezone.localtime(self.received_at + ANSWERED_WITHIN).date()

    def days_left(self, now: dt.datetime) -> int:
        """Negative when it is late."""
        return (self.due_on - timezone.localtime(now).date()).days
