"""Who was told what and why, how they want to hear, and what they want to hear no more of."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.core.following import Cadence
from hub.public_ids import PublicIdField


class NotificationQuerySet(models.QuerySet["Notification"]):
    def told_to(self, viewer: Viewer) -> Self:
        """One's own, and not yet what one may see: that is asked of the things' rooms (`queries`)."""
        return self.filter(person=viewer) if isinstance(viewer, User) else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def waiting(self, cadence: Cadence) -> Self:
        """For a mail; the oldest first."""
        return self.filter(settled_at=None, cadence=cadence).order_by("created_at", "public_id")


class Notification(models.Model):
    """One event, told to one person once, with every reason they have to hear of it.

    It names nobody, neither who did it nor who else was told: whoever asks or answers without a name leaves nothing here.
    `subject` is the key of the thing among those of its kind, `thread` is that of the conversation it belongs to.
    """

    public_id = PublicIdField()
    event_key = models.CharField(max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    thread = models.CharField(max_length=100, blank=True)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    cadence = models.CharField(max_length=7, choices=Cadence)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When it went into a mail, or it was clear that none goes.")
    letter = models.CharField(max_length=200, blank=True, help_text="The key of that mail in the ledger.")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_key", "person"], name="notifications_once_each"),
            models.CheckConstraint(name="notifications_cadence_known", condition=Q(cadence__in=Cadence.values)),
            models.CheckConstraint(name="notifications_letter_is_settled", condition=Q(letter="") | Q(settled_at__isnull=False)),
            models.CheckConstraint(
                name="notifications_site_only_never_waits", condition=~Q(cadence="site") | Q(settled_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notifications_newest"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notifications_unread"),
            models.Index(fields=["cadence", "created_at"], condition=Q(settled_at=None), name="notifications_waiting"),
            models.Index(fields=["letter"], condition=~Q(letter=""), name="notifications_letter"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} to {self.person}"


class Preference(models.Model):
    """How somebody wants to hear; whoever chose nothing has no row. `cadences` has what they chose by group (reasons.Group)."""

    class Mail(models.TextChoices):
        ALL = "all", "As chosen below"
        AT_ONCE = "at-once", "What comes at once, and no daily mail"
        NONE = "none", "No mail: I look here"

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(max_length=7, choices=Mail, default=Mail.ALL)
    cadences = models.JSONField(default=dict, blank=True)
    digested_on = models.DateField(null=True, blank=True, help_text="The day of their last daily mail: one for each.")

    class Meta:
        constraints = [models.CheckConstraint(name="notifications_mail_known", condition=Q(mail__in=["all", "at-once", "none"]))]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_mail_display()}"


class MutedThread(models.Model):
    """Somebody wants to hear no more of a conversation, whatever their reason was."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.CharField(max_length=100)
    muted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="notifications_muted_once")]
        indexes = [models.Index(fields=["thread"], name="notifications_muted_thread")]

    def __str__(self) -> str:
        return f"{self.person} hears no more of {self.thread}"
