"""Event pages name no person; bookings will."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {
    "events.EventIndexPage": {"summary": "not"},
    "events.EventPage": dict.fromkeys(
        [
            "summary",
            "public_id",
            "kind",
            "intended_for",
            "date",
            "start_time",
            "end_time",
            "zone",
            "venue",
            "places",
            "is_cancelled",
            "body",
        ],
        "not",
    ),
    "events.EventConcept": dict.fromkeys(["id", "concept", "page"], "not"),
}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing here is about a person."""
