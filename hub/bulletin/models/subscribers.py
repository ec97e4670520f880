"""Who takes the bulletin, and the proof that they asked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from hub.accounts.models import normalise_email
from hub.bulletin.models.topics import MOST_TOPICS
from hub.mail.recipients import address_hash
from hub.members.queries import readers_of_members_content
from hub.public_ids import PublicIdField

STREAM = "bulletin"

READ_LIST = "bulletin.read_subscribers"


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(state=Subscriber.State.ACTIVE)

    def on_the_list(self) -> Self:
        """Whether or not they have a rest from it."""
        return self.filter(state__in=Subscriber.ON_THE_LIST)

    def who_get_members_edition(self, now: dt.datetime) -> Self:
        """Those whose account reads members' content at this moment, as far as they want it. One query with the rest."""
        return self.filter(wants_members_edition=True, user__in=readers_of_members_content(now))

    def of_address(self, email: str) -> Self:
        """By the address too: its hash changes with SECRET_KEY."""
        return self.filter(Q(address_hash=address_hash(email)) | Q(email=normalise_email(email))).order_by("created_at")

    def topic_keys(self) -> list[int]:
        """Every choice of topics that somebody among them has made; 256 at most."""
        return sorted(self.order_by().values_list("topic_key", flat=True).distinct())

    def who_chose(self, topic_keys: Collection[int]) -> Self:
        """Exactly one of these choices."""
        return self.filter(topic_key__in=topic_keys)


class Subscriber(models.Model):
    """A mailbox; no account is needed. A day after somebody leaves, their address is forgotten but for its keyed hash, by which
    old links still find them. The day is for those who left by mistake."""

    class State(models.TextChoices):
        PENDING = "pending", "Waits for confirmation"
        ACTIVE = "active", "Takes the bulletin"
        PAUSED = "paused", "Has a rest from it"
        UNSUBSCRIBED = "unsubscribed", "Left"
        SUPPRESSED = "suppressed", "Stopped: mail came back, or they complained of it"

    ON_THE_LIST = (State.ACTIVE, State.PAUSED)

    public_id = PublicIdField()
    email = models.EmailField(max_length=254, unique=True, null=True, blank=True)
    address_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    topic_key = models.PositiveSmallIntegerField(default=0, help_text="The chosen topics, as bits; 0: everything new.")
    wants_members_edition = models.BooleanField(default=True, help_text="Of those who may read members' content.")
    paused_until = models.DateTimeField(null=True, blank=True)
    # The consent that counts now (`ConsentEvent` has its history): to which words, given where, and when.
    wording_version = models.CharField(max_length=20)
    source = models.CharField(max_length=40)
    ip_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    token_version = models.PositiveIntegerField(default=1, help_text="Links of an earlier version change nothing any more.")
    created_at = models.DateTimeField()

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulletin_subscriber_state_known",
                condition=Q(state__in=["pending", "active", "paused", "unsubscribed", "suppressed"]),
            ),
            models.CheckConstraint(name="bulletin_subscriber_email_folded", condition=Q(email=None) | Q(email=Lower("email"))),
            models.CheckConstraint(name="bulletin_subscriber_topics_known", condition=Q(topic_key__lt=1 << MOST_TOPICS)),
            models.CheckConstraint(
                name="bulletin_subscriber_address_if_it_is_used",
                condition=Q(state="unsubscribed", left_at__isnull=False)
                | Q(state="suppressed", left_at__isnull=False, email=None)
                | Q(state__in=["pending", "active", "paused"], email__isnull=False),
            ),
            models.CheckConstraint(
                name="bulletin_subscriber_active_is_confirmed",
                condition=~Q(state__in=["active", "paused"]) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="bulletin_subscriber_paused_has_an_end",
                condition=Q(state="paused", paused_until__isnull=False) | (~Q(state="paused") & Q(paused_until=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "asked_at"], name="bulletin_subscriber_pending"),
            models.Index(fields=["state", "topic_key"], name="bulletin_subscriber_topics"),
        ]

    def __str__(self) -> str:
        return self.email or f"Somebody who left ({self.public_id})"

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_paused(self) -> bool:
        return self.state == self.State.PAUSED

    @property
    def is_on_the_list(self) -> bool:
        return self.state in self.ON_THE_LIST


class ConsentEventQuerySet(models.QuerySet["ConsentEvent"]):
    def of_address(self, email: str) -> Self:
        return self.filter(address_hash=address_hash(email)).order_by("happened_at", "pk")


class ConsentEvent(models.Model):
    """One thing that somebody said about having our bulletin, or that a mail server said for them. Written once.

    It holds a keyed hash in place of the address, so that the proof outlives the subscription and the person's erasure.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked for the bulletin"
        CONFIRMED = "confirmed", "Confirmed that it is their mailbox"
        CHANGED = "changed", "Changed what they get"
        PAUSED = "paused", "Took a rest"
        RESUMED = "resumed", "Started again"
        LEFT = "left", "Left"
        CAME_BACK = "came-back", "Left by mistake, and took it back"
        STOPPED = "stopped", "Mail to them was stopped"
        ERASED = "erased", "Was erased"

    # The last of these says whether we may write.
    YES = (Kind.CONFIRMED, Kind.RESUMED, Kind.CAME_BACK)
    NO = (Kind.PAUSED, Kind.LEFT, Kind.STOPPED, Kind.ERASED)

    address_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=9, choices=Kind)
    wording_version = models.CharField(max_length=20, blank=True, help_text="The words they agreed to.")
    source = models.CharField(max_length=40, blank=True, help_text="Where they said it.")
    ip_hash = models.CharField(max_length=64, blank=True)
    said = models.CharField(max_length=400, blank=True, help_text="What they chose, or why it was stopped.")
    happened_at = models.DateTimeField()

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["address_hash", "happened_at"], name="bulletin_consent_address"),
            models.Index(fields=["kind", "happened_at"], name="bulletin_consent_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                name="bulletin_consent_yes_names_its_words",
                condition=~Q(kind__in=["asked", "confirmed", "came-back"]) | (~Q(wording_version="") & ~Q(source="")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What somebody said is not written anew.")
        super().save(*args, **kwargs)


class ListReading(models.Model):
    """Somebody opened the list of subscribers: who, why, and who was told. Nobody edits it."""

    public_id = PublicIdField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=400)
    number = models.PositiveIntegerField(help_text="How many addresses it held.")
    told = models.PositiveSmallIntegerField(help_text="How many others were told.")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="bulletin_list_reading_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="bulletin_list_reading_is_told", condition=Q(told__gt=0)),
        ]

    def __str__(self) -> str:
        return f"List opened on {self.read_at:%Y-%m-%d}"
