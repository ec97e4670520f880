"""Keys of things, never words of people; an index is rebuilt from what the rooms still hold.

A suggestion names the draft it stood beside: whose that was, only the draft says, and it goes when it is posted.
"""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {
    "search.IndexChange": dict.fromkeys(["id", "content_type", "object_pk", "token", "changed_at"], "not"),
    "search.Suggestion": dict.fromkeys(
        ["id", "draft", "content_type", "object_pk", "shown_at", "opened_at", "answered_at", "posted_at"], "not"
    ),
}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing here is about a person; the rooms' own erasing writes to the outbox."""
