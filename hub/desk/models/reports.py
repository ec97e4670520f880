"""Reports of something wrong. From anybody, about anything that they can read."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField

# Answered by hub.members.roles: facilitators and administrators.
DECIDE = "desk.decide"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those who decide see them all; whoever reported has the reference."""
        return self if viewer.has_perm(DECIDE) else self.none()

    def open(self) -> Self:
        return self.filter(state=Report.State.OPEN)

    def decided(self) -> Self:
        return self.exclude(state=Report.State.OPEN)

    def due_first(self) -> Self:
        return self.order_by("due_at", "received_at", "public_id")


class Report(models.Model):
    """Its public id is the reference. What it is about is named by kind and key, and never by a title: a title may be a person's name.

    Name, address and words go when they are no longer needed; that there was a report, and what came of it, stays.
    """

    class Why(models.TextChoices):
        PERSONAL = "personal", "It shows something personal about somebody"
        UNLAWFUL = "unlawful", "It harms somebody's good name, or is against the law in another way"
        WRONG = "wrong", "A fact is wrong or out of date"
        SELLING = "selling", "It is spam, or it sells something"
        RULES = "rules", "It breaks the community rules in another way"
        ACCESS = "access", "I cannot read it or use it"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        OPEN = "open", "Waits"
        UPHELD = "upheld", "Put right"
        DISMISSED = "dismissed", "Left as it is"

    # Defamation Act 2013, section 5: 48 hours from the notice. Somebody's details in the open are as urgent.
    ON_THE_CLOCK = (Why.UNLAWFUL, Why.PERSONAL)

    public_id = PublicIdField()
    # A kind of `hub.desk.subjects`; empty for a report about a page that has no link of its own.
    kind = models.CharField(max_length=20, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    page_address = models.CharField("which page", max_length=500, blank=True)
    why = models.CharField("what is wrong", max_length=10, choices=Why)
    text = models.TextField("what you saw", max_length=5000)
    name = models.CharField("your name", max_length=120, blank=True)
    address = models.EmailField("your email address", blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports_sent"
    )
    received_at = models.DateTimeField()
    half_at = models.DateTimeField()
    due_at = models.DateTimeField()
    half_told_at = models.DateTimeField(null=True, blank=True)
    over_told_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True, help_text="What whoever reported it is told.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    reporter_has_left = models.BooleanField(default=False)
    blanked_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="desk_report_due_first"),
            models.Index(fields=["content_type", "object_id"], name="desk_report_of_thing"),
        ]
        constraints = [
            models.CheckConstraint(
                name="desk_report_decided_has_day",
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__gte=F("received_at"))),
            ),
            models.CheckConstraint(
                name="desk_report_about_something",
                condition=Q(content_type__isnull=False, object_id__isnull=False) & ~Q(kind="")
                | Q(content_type=None, object_id=None, kind=""),
            ),
            models.CheckConstraint(
                name="desk_report_due_after_half", condition=Q(half_at__gte=F("received_at"), due_at__gte=F("half_at"))
            ),
            models.CheckConstraint(
                name="desk_report_blank_is_blank",
                condition=Q(blanked_at=None) | Q(name="", address="", text="", answer="", reporter=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("desk:received", kwargs={"public_id": self.public_id})

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_on_the_clock(self) -> bool:
        return self.why in self.ON_THE_CLOCK

    def is_late(self, now: dt.datetime) -> bool:
        return self.is_open and self.due_at < now
