"""Terms are about no person: who edited one is in Wagtail's own log."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {
    "taxonomy.ConceptScheme": dict.fromkeys(["id", "public_id", "slug", "title", "description", "licence"], "not"),
    "taxonomy.Concept": dict.fromkeys(
        ["id", "public_id", "scheme", "slug", "label", "definition", "status", "created_at", "modified_at"], "not"
    ),
    "taxonomy.Label": dict.fromkeys(["id", "concept", "kind", "text", "language", "letter", "sort_key"], "not"),
    "taxonomy.Relation": dict.fromkeys(["id", "source", "target", "kind"], "not"),
}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing here names anybody."""
