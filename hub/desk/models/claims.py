""" "I am on it": so that two people do not do the same work."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models

# A morning's or an afternoon's work. Whoever is called away keeps nobody waiting longer.
CLAIM_LASTS = dt.timedelta(hours=4)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self, now: dt.datetime) -> Self:
        return self.filter(claimed_by__isnull=False, expires_at__gt=now)


class Claim(models.Model):
    """One row for each thing that somebody has been on; it is also the lock that decisions about the thing take in turn."""

    tray = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tray", "key"], name="desk_claim_one_for_each_thing")]

    def __str__(self) -> str:
        return f"{self.tray} {self.key}: {self.claimed_by}"

    def stands(self, now: dt.datetime) -> bool:
        return self.claimed_by_id is not None and self.expires_at is not None and self.expires_at > now
