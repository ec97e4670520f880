"""The outbox: what has changed and has not yet been told to the indexes. And what similar things did for who was asking."""

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


class Suggestion(models.Model):
    """One similar thing that stood beside a question while it was written. Nothing here says who wrote it.

    `draft` is the public id of the draft, which the form carries; the draft itself is gone once it is posted.
    """

    draft = models.CharField(max_length=20)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_pk = models.CharField(max_length=64)
    shown_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)  # "this answered it"
    posted_at = models.DateTimeField(null=True, blank=True)  # posted anyway

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "content_type", "object_pk"], name="search_suggestion_shown_once")]
        indexes = [models.Index(fields=["shown_at"], name="search_suggestion_oldest")]

    def __str__(self) -> str:
        return f"{self.draft}: {self.content_type} {self.object_pk}"
