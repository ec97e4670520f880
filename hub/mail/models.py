"""The ledger: what was written, to whom it goes, and how far each one got."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.public_ids import PublicIdField


class Lane(models.TextChoices):
    """Each is drained on its own, so that a bulletin never keeps a sign-in code waiting."""

    SIGN_IN = "sign-in", "Sign-in and confirmation"
    NOTICE = "notice", "Notices"
    BULK = "bulk", "Bulletins"


class Message(models.Model):
    """One text, written once for everybody who gets it. `template` is the finished MIME body with `[[markers]]`."""

    public_id = PublicIdField()
    key = models.CharField(max_length=200, unique=True, help_text="What this is about; the same key is the same message.")
    stream = models.CharField(max_length=60, help_text="What people leave or stay in, such as “bulletin”.")
    lane = models.CharField(max_length=8, choices=Lane)
    subject = models.CharField(max_length=255)
    template = models.BinaryField()
    recipient_count = models.PositiveIntegerField(default=0, help_text="How many were frozen; the deliveries must add up to it.")
    expires_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    blanked_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, blank=True, help_text="The left half of a Message-ID that others will refer to.")
    freezing = models.BooleanField(
        default=False, help_text="Its recipients are still being written down; nothing goes before all are."
    )
    ramp = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many go first; the others are held until it is released."
    )
    released_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mail_message_lane_known", condition=Q(lane__in=Lane.values)),
            models.CheckConstraint(name="mail_message_key_given", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_ramping(self) -> bool:
        return self.ramp is not None and self.released_at is None


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state__in=Delivery.WAITING)

    def due(self, lane: str, now: dt.datetime) -> Self:
        """Reads one index from its start: rows that do not wait have no next attempt."""
        return self.filter(lane=lane, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def uncertain(self) -> Self:
        return self.filter(state=Delivery.State.UNCERTAIN)

    def held(self) -> Self:
        return self.filter(next_attempt_at=Delivery.HELD)

    def under_way(self) -> Self:
        """What would go by itself sooner or later: neither held nor paused nor still being frozen."""
        return self.filter(state__in=Delivery.TO_CLAIM, next_attempt_at__lt=Delivery.FREEZING)


class Delivery(models.Model):
    """One message to one mailbox. The address is a snapshot and goes after 90 days; its keyed hash stays."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        LEASED = "leased", "Next to go"
        SENDING = "sending", "Being handed over"
        ACCEPTED = "accepted", "Accepted by the mail server"
        DEFERRED = "deferred", "Put off by the mail server"
        FAILED = "failed", "Refused"
        SKIPPED = "skipped", "Not sent"
        UNCERTAIN = "uncertain", "Not known"

    class SkipReason(models.TextChoices):
        SUPPRESSED = "suppressed", "Mail to this address is stopped"
        OPTED_OUT = "opted-out", "They left"
        EXPIRED = "expired", "Too late"
        NOT_ALLOWED = "not-allowed", "They may no longer read it"
        ERASED = "erased", "They were erased"
        CANCELLED = "cancelled", "Called off"

    class Fate(models.TextChoices):
        """What is heard after the mail server took it; the state stays *accepted*, so that counts balance (ADR 0020)."""

        DELIVERED = "delivered", "Reached the mailbox"
        SOFT_BOUNCE = "soft-bounce", "Came back for now"
        HARD_BOUNCE = "hard-bounce", "Came back for good"
        COMPLAINT = "complaint", "Marked as unwanted"

    # When a delivery that must not go yet would be due. Later than any real time, so that a claim never reads past them.
    FREEZING = dt.datetime(9997, 1, 1, tzinfo=dt.UTC)
    HELD = dt.datetime(9998, 1, 1, tzinfo=dt.UTC)
    PAUSED = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)

    TO_CLAIM = (State.QUEUED, State.DEFERRED)
    IN_HAND = (State.LEASED, State.SENDING)
    WAITING = TO_CLAIM + IN_HAND
    SETTLED = (State.ACCEPTED, State.FAILED, State.SKIPPED, State.UNCERTAIN)

    public_id = PublicIdField()
    # Two indexes below begin with it; a third would be written with every step of every mail.
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    lane = models.CharField(max_length=8, choices=Lane, help_text="The message's, so that a claim reads one index.")
    address = models.CharField(max_length=320, blank=True)
    address_hash = models.CharField(max_length=64)
    fields = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    skip_reason = models.CharField(max_length=11, choices=SkipReason, blank=True)
    lease_owner = models.CharField(max_length=32, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    smtp_text = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    fate = models.CharField(max_length=11, choices=Fate, blank=True)
    fate_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "address_hash"], name="mail_delivery_once_each"),
            models.CheckConstraint(
                name="mail_delivery_state_known",
                condition=Q(state__in=["queued", "leased", "sending", "accepted", "deferred", "failed", "skipped", "uncertain"]),
            ),
            models.CheckConstraint(
                name="mail_delivery_waits_for_a_time",
                condition=Q(state__in=["queued", "deferred"], next_attempt_at__isnull=False)
                | (~Q(state__in=["queued", "deferred"]) & Q(next_attempt_at=None)),
            ),
            models.CheckConstraint(
                name="mail_delivery_in_hand_has_lease",
                condition=Q(state__in=["leased", "sending"], lease_expires_at__isnull=False)
                | (~Q(state__in=["leased", "sending"]) & Q(lease_expires_at=None)),
            ),
            models.CheckConstraint(
                name="mail_delivery_settled_has_time",
                condition=Q(state__in=["accepted", "failed", "skipped", "uncertain"], settled_at__isnull=False)
                | (~Q(state__in=["accepted", "failed", "skipped", "uncertain"]) & Q(settled_at=None)),
            ),
            models.CheckConstraint(
                name="mail_delivery_skip_has_reason",
                condition=(Q(state="skipped") & ~Q(skip_reason="")) | (~Q(state="skipped") & Q(skip_reason="")),
            ),
            models.CheckConstraint(
                name="mail_delivery_to_send_has_address",
                condition=~Q(address="") | ~Q(state__in=["queued", "leased", "deferred"]),
            ),
            models.CheckConstraint(
                name="mail_delivery_fate_has_time",
                condition=Q(fate="", fate_at=None)
                | Q(fate__in=["delivered", "soft-bounce", "hard-bounce", "complaint"], fate_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "next_attempt_at", "id"], name="mail_delivery_due"),
            models.Index(fields=["lease_expires_at"], name="mail_delivery_lease"),
            models.Index(fields=["address_hash"], name="mail_delivery_address"),
            models.Index(fields=["message", "state"], name="mail_delivery_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.get_state_display()})"


class Suppression(models.Model):
    """An address we stop writing to. Only its keyed hash is kept, so it outlives the person's erasure."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard-bounce", "The mailbox does not exist"
        COMPLAINT = "complaint", "They marked our mail as unwanted"
        MANUAL = "manual", "A facilitator stopped it"
        ERASURE = "erasure", "They asked to be forgotten"
        ASKED = "asked", "They asked for no mail at all"

    # Somebody who complained of a bulletin, or was erased and comes back, can still ask for a sign-in link.
    STOPS_SIGN_IN = (Reason.HARD_BOUNCE, Reason.MANUAL)

    address_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=11, choices=Reason)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_reason_display()


class OptOut(models.Model):
    """Somebody left a stream. Nothing says whether they were ever in it."""

    class Cause(models.TextChoices):
        LEFT = "left", "They left"
        COMPLAINT = "complaint", "They marked our mail as unwanted"

    address_hash = models.CharField(max_length=64)
    stream = models.CharField(max_length=60)
    cause = models.CharField(max_length=9, choices=Cause, default=Cause.LEFT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address_hash", "stream"], name="mail_optout_once_each")]

    def __str__(self) -> str:
        return f"Out of {self.stream}"


class DeliveryEvent(models.Model):
    """What was heard of a delivery after it went: a report by mail, or a provider's webhook. Heard twice, it counts once."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", "Reached the mailbox"
        SOFT_BOUNCE = "soft-bounce", "Came back for now"
        HARD_BOUNCE = "hard-bounce", "Came back for good"
        COMPLAINT = "complaint", "Marked as unwanted"
        LEFT = "left", "Left by mail"

    provider = models.CharField(max_length=40, help_text="“mail” for what came as a mail.")
    event_id = models.CharField(max_length=200, help_text="The provider's own, or the hash of what it sent.")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=11, choices=Kind)
    status = models.CharField(max_length=20, blank=True, help_text="As RFC 3463 has it, such as 5.1.1.")
    said = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="mail_event_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.status}".strip()


class BounceScore(models.Model):
    """How often mail to an address came back of late. It halves with time; past a limit we stop writing (`hub.mail.fates`)."""

    address_hash = models.CharField(max_length=64, unique=True)
    score = models.FloatField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.score:.1f}"


class LaneTrouble(models.Model):
    """Why nothing of a lane can be handed over at the moment. The row goes as soon as something can."""

    lane = models.CharField(max_length=8, choices=Lane, unique=True)
    reason = models.CharField(max_length=100)
    said = models.CharField(max_length=500, help_text="The mail server's own words, or the network's.")
    since = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_lane_display()}: {self.reason}"
