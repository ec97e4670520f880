"""Who entered and confirmed a council's facts. The facts are the council's and stay."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User
from stepshare.models import Installation, Product, Project

FIELDS = {
    "stepshare.Product": {
        **dict.fromkeys(["id", "public_id", "slug", "name", "former_names", "supplier", "summary", "website", "is_current"], "not"),
        "entered_by": "personal",
        "entered_at": "not",
    },
    "stepshare.ProductConcept": dict.fromkeys(["id", "concept", "product"], "not"),
    "stepshare.Installation": {
        **dict.fromkeys(["id", "public_id", "council", "product", "version", "status", "hosting", "users", "used_for"], "not"),
        **dict.fromkeys(["local_name", "went_live_on", "planned_exit_on", "legacy_area", "audience", "source"], "not"),
        **dict.fromkeys(["entered_at", "last_confirmed_at"], "not"),
        **dict.fromkeys(["entered_by", "last_confirmed_by"], "personal"),
    },
    "stepshare.Project": {
        **dict.fromkeys(["id", "public_id", "slug", "title", "council", "summary", "body", "body_html", "phase", "seeking"], "not"),
        **dict.fromkeys(["started_on", "ended_on", "lesson", "audience", "entered_at", "changed_at"], "not"),
        "entered_by": "personal",
    },
    "stepshare.ProjectConcept": dict.fromkeys(["id", "concept", "project"], "not"),
}


def export(user: User) -> dict[str, Any]:
    entered = Installation.objects.filter(entered_by=user).select_related("council", "product").order_by("entered_at")
    confirmed = (
        Installation.objects.filter(last_confirmed_by=user).select_related("council", "product").order_by("last_confirmed_at")
    )
    data = {
        "systems_added": [
            {"system": row.name, "at": row.entered_at.isoformat()}
            for row in Product.objects.filter(entered_by=user).order_by("entered_at")
        ],
        "facts_entered": [{"fact": str(row), "at": row.entered_at.isoformat()} for row in entered],
        "facts_confirmed": [
            {"fact": str(row), "at": row.last_confirmed_at and row.last_confirmed_at.isoformat()} for row in confirmed
        ],
        "projects_entered": [
            {"project": row.title, "at": row.entered_at.isoformat()}
            for row in Project.objects.filter(entered_by=user).order_by("entered_at")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def erase(user: User) -> None:
    for model in (Product, Installation, Project):
        model.objects.filter(entered_by=user).update(entered_by=None)
    Installation.objects.filter(last_confirmed_by=user).update(last_confirmed_by=None)
