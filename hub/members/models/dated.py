"""The nine roles, and rows that are dated and never deleted."""

from __future__ import annotations

import datetime as dt
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

ModelT = TypeVar("ModelT", bound=models.Model)


class Role(models.TextChoices):
    """The nine roles of DESIGN section 5, less the two that need no account."""

    PENDING = "pending", "Pending member"
    SUPPLIER = "supplier", "Supplier"
    MEMBER = "member", "Member"
    LEAD = "lead", "Council lead"
    EDITOR = "editor", "Editor"
    FACILITATOR = "facilitator", "Facilitator"
    ADMINISTRATOR = "administrator", "Administrator"


class DatedQuerySet(models.QuerySet[ModelT]):
    def current(self, now: dt.datetime) -> Self:
        return self.filter(Q(started_at__lte=now) & (Q(ended_at=None) | Q(ended_at__gt=now)))
