"""Case studies tell a council's story and name nobody in a column of their own."""

from __future__ import annotations

from typing import Any

from casestudies.models import CaseStudyPage
from hub.accounts.models import User

FIELDS = {
    "casestudies.CaseStudyIndexPage": {"summary": "not"},
    "casestudies.CaseStudyPage": dict.fromkeys(["summary", "council", "project", "body", *CaseStudyPage.FACTS], "not"),
    "casestudies.CaseStudyConcept": dict.fromkeys(["id", "concept", "page"], "not"),
}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing here is about a person."""
