"""Where somebody works and worked, and which offices they held."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hub.accounts.models import User
from hub.members.models import Membership, Office

FIELDS = {
    "members.Membership": {
        "id": "not",
        **dict.fromkeys(
            ["public_id", "user", "organisation", "is_lead", "job_role", "started_at", "approved_at", "approved_by", "ended_at"],
            "personal",
        ),
    },
    "members.Office": {"id": "not", **dict.fromkeys(["user", "role", "started_at", "granted_by", "ended_at"], "personal")},
}


def export(user: User) -> dict[str, Any]:
    memberships = Membership.objects.filter(user=user).select_related("organisation").order_by("started_at")
    offices = Office.objects.filter(user=user).order_by("started_at")
    data = {
        "memberships": [
            {
                "council": str(row.organisation),
                "job_role": row.job_role,
                "lead": row.is_lead,
                "from": row.started_at.isoformat(),
                "to": row.ended_at and row.ended_at.isoformat(),
            }
            for row in memberships
        ],
        "offices": [
            {"office": row.get_role_display(), "from": row.started_at.isoformat(), "to": row.ended_at and row.ended_at.isoformat()}
            for row in offices
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def erase(user: User) -> None:
    """The council keeps that it had a member; what the person did there goes."""
    now = timezone.now()
    for rows in (Membership.objects.filter(user=user, ended_at=None), Office.objects.filter(user=user, ended_at=None)):
        rows.update(ended_at=now)
    Membership.objects.filter(user=user).update(job_role="", is_lead=False)
