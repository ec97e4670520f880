"""Whom and what the demo has by now, and what day it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from hub.accounts.models import User
from hub.organisations.models import Organisation
from stepshare.models import Product, Project
from taxonomy.models import Concept

PASSWORD = "learn-from-mistakes"  # noqa: S105 - the demo's, printed on its front page


class Stage:
    """One seeding: remembers by key what it has made or found."""

    def __init__(self, *, now: dt.datetime) -> None:
        self.now = now
        self.password = make_password(PASSWORD)
        self.councils: dict[str, Organisation] = {}
        self.suppliers: dict[str, Organisation] = {}
        self.people: dict[str, User] = {}
        self.products: dict[str, Product] = {}
        self.projects: dict[str, Project] = {}

    def ago(self, days: int, hour: int = 10) -> dt.datetime:
        day = timezone.localtime(self.now) - dt.timedelta(days=days)
        return min(day.replace(hour=hour, minute=12, second=0, microsecond=0), self.now)

    def concepts(self, labels: Iterable[str]) -> list[Concept]:
        found = {concept.label: concept for concept in Concept.objects.filter(label__in=list(labels))}
        return [found[label] for label in labels]
