"""Papers name their authors as published words; the pages themselves belong to nobody."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {
    "library.BriefingPaperIndexPage": {"summary": "not"},
    "library.BriefingPaperPage": {
        **dict.fromkeys(["summary", "body", "version", "changed", "revised_on"], "not"),
        "authors": "personal",
    },
    "library.BriefingPaperConcept": dict.fromkeys(["id", "concept", "page"], "not"),
}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """A published byline is part of the record, as on paper; an editor takes it out on request."""
