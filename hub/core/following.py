"""Following something: what each room's table of follows has in common, and how quickly somebody wants to hear."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Cadence(models.TextChoices):
    AT_ONCE = "at-once", "At once, by mail"
    DAILY = "daily", "Once a day, by mail"
    SITE = "site", "Only on the site"


class Follow(models.Model):
    """Somebody wants to know what becomes of a thing. Each room subclasses this, so that keys point down, and makes (user,
    thing) unique; `hub.notifications` reads them through what the room registers there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    followed_at = models.DateTimeField()
    cadence = models.CharField(
        max_length=7, choices=Cadence, blank=True, help_text="Empty: as they chose for everything of the kind."
    )

    class Meta:
        abstract = True
