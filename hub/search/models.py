"""The outbox: what has changed and has not yet been told to the indexes."""

from __future__ import annotations

import secrets

from django.contrib.contenttypes.models import ContentType
from django.db import models


def new_token() -> str:
    """Not from the source of public ids: a seed that repeats its ids must not repeat these."""
    return secrets.token_hex(8)


class IndexChange(models.Model):
    """One row for each thing that waits. `token` is new with every change, so that a change made while the row is handled is kept."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_pk = models.CharField(max_length=64)
    token = models.CharField(max_length=20, default=new_token, db_index=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_pk"], name="search_index_change_waits_once")]
        indexes = [models.Index(fields=["changed_at"], name="search_index_change_oldest")]

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_pk}"
