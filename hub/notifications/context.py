"""What the header says to somebody who has signed in."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest

from hub.accounts.models import User
from hub.notifications import queries


def news(request: HttpRequest) -> dict[str, object]:
    """`number_new` is asked for only where a page's header shows it, once, and never for a visitor."""
    viewer = getattr(request, "user", None)

    @cache
    def number_new() -> int:
        return queries.number_new(viewer) if isinstance(viewer, User) else 0

    return {"number_new": number_new}
