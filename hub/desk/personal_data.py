"""Who reported, who decided, and in what words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from hub.accounts.models import User
from hub.core.personal_data import numbers
from hub.desk.actions.upkeep import forget_reports
from hub.desk.models import Claim, DeskEntry, Report, SettledPage

FIELDS = {
    "desk.Report": {
        **dict.fromkeys(
            ["id", "public_id", "kind", "content_type", "object_id", "why", "half_at", "due_at", "half_told_at", "over_told_at"],
            "not",
        ),
        **dict.fromkeys(["state", "decided_at", "told_at", "reporter_has_left", "blanked_at"], "not"),
        **dict.fromkeys(["page_address", "text", "name", "address", "reporter", "received_at", "answer", "decided_by"], "personal"),
    },
    "desk.Claim": {
        **dict.fromkeys(["id", "tray", "key"], "not"),
        **dict.fromkeys(["claimed_by", "claimed_at", "expires_at"], "personal"),
    },
    "desk.DeskEntry": {
        **dict.fromkeys(
            ["id", "public_id", "area", "tray", "key", "decision", "content_type", "object_id", "details", "undoes"], "not"
        ),
        **dict.fromkeys(["reason", "by", "at"], "personal"),
    },
    "desk.ReasonTemplate": dict.fromkeys(["id", "name", "for_decision", "text"], "not"),
    "desk.SettledPage": {
        **dict.fromkeys(["id", "question", "page"], "not"),
        **dict.fromkeys(["made_by", "made_at"], "personal"),
    },
}


def export(user: User) -> dict[str, Any]:
    """What they reported. Of what they decided, the day and the words: the things themselves may be others' secrets."""
    reports = Report.objects.filter(reporter=user).order_by("received_at")
    entries = DeskEntry.objects.filter(by=user).order_by("at", "pk")
    data: dict[str, Any] = {
        "reports": [
            {
                "reference": row.public_id,
                "what_is_wrong": row.get_why_display(),
                "text": row.text,
                "name": row.name,
                "at": row.received_at.isoformat(),
                "decided": row.get_state_display(),
                "answer": row.answer,
            }
            for row in reports
        ],
        "decided_at_the_desk": [{"decision": row.decision, "reason": row.reason, "at": row.at.isoformat()} for row in entries],
        "on_it_now": [{"until": row.expires_at and row.expires_at.isoformat()} for row in Claim.objects.filter(claimed_by=user)],
        "pages_made_of_threads": [
            {"at": row.made_at.isoformat()} for row in SettledPage.objects.filter(made_by=user).order_by("made_at")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    reports = Report.objects.filter(reporter=user)
    waiting, decided, entries = numbers(reports.open(), reports.decided(), DeskEntry.objects.filter(by=user))
    if waiting:
        yield (
            "Reports of yours that wait",
            "What you wrote stays until it has been decided, without your name, and then goes.",
            True,
        )
    if decided:
        yield "Reports of yours that were decided", "Your words go. That there was a report stays.", True
    if entries:
        yield "What you decided for the hub", "It stays, under no name.", True


def erase(user: User) -> None:
    """Nobody is left to tell; what waits keeps its words until it has been decided."""
    now = timezone.now()
    mine = Report.objects.filter(reporter=user)
    mine.decided().filter(told_at=None).update(told_at=now)
    mine.update(reporter_has_left=True, reporter=None, name="", address="")
    forget_reports(now=now)
    Report.objects.filter(decided_by=user).update(decided_by=None)
    Claim.objects.filter(claimed_by=user).update(claimed_by=None, claimed_at=None, expires_at=None)
    DeskEntry.objects.filter(by=user).update(by=None)
    SettledPage.objects.filter(made_by=user).update(made_by=None)
