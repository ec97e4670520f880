"""What somebody agreed to: which words, when, and where they met them."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.public_ids import PublicIdField


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """Appended, never edited but for its end. After an erasure the keyed hash of the address alone says whose it was."""

    class Purpose(models.TextChoices):
        RULES = "rules", "Community rules and privacy page"

    public_id = PublicIdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="consents")
    address_hash = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, choices=Purpose)
    wording_version = models.CharField(max_length=20)
    wording_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=40, help_text="Where they met the words, such as “sign-up form”.")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose", "wording_version"], condition=Q(withdrawn_at=None), name="members_consent_once_each"
            ),
            models.CheckConstraint(
                name="members_consent_ends_after_start", condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at"))
            ),
            models.CheckConstraint(
                name="members_consent_names_its_words", condition=~Q(wording_version="") & ~Q(wording_hash="") & ~Q(source="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.wording_version}"
