"""What somebody was told, and how they want to hear. Nobody else stands in it, so what others were told stays.

Of what they may not see (any more) their copy says nothing, as no page does: even a number would tell that it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hub.accounts.models import User
from hub.notifications import kinds
from hub.notifications.models import MutedThread, Notification, Preference

FIELDS = {
    "notifications.Notification": {
        "id": "not",
        **dict.fromkeys(["public_id", "event_key", "person", "kind", "subject", "thread", "reasons"], "personal"),
        **dict.fromkeys(["created_at", "read_at", "cadence", "settled_at", "letter"], "personal"),
    },
    "notifications.Preference": {"id": "not", **dict.fromkeys(["person", "mail", "cadences", "digested_on"], "personal")},
    "notifications.MutedThread": {"id": "not", **dict.fromkeys(["person", "thread", "muted_at"], "personal")},
}


def export(user: User) -> dict[str, Any]:
    preference = Preference.objects.filter(person=user).first()
    data: dict[str, Any] = {
        "notifications": [
            {
                "what": row.kind,
                "of": row.subject,
                "because": row.reasons,
                "at": row.created_at.isoformat(),
                "read": row.read_at and row.read_at.isoformat(),
                "how": row.get_cadence_display(),
            }
            for row in _seen(user)
        ],
        "notifications_wanted": preference and {"mail": preference.get_mail_display(), "chosen": preference.cadences},
        "threads_muted": [
            {"thread": row.thread, "at": row.muted_at.isoformat()}
            for row in MutedThread.objects.filter(person=user).order_by("muted_at", "thread")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def _seen(user: User) -> list[Notification]:
    rows = list(Notification.objects.filter(person=user).order_by("created_at", "public_id"))
    seen = kinds.visible({kinds.thing_of(row.kind, row.subject) for row in rows}, user)
    return [row for row in rows if kinds.thing_of(row.kind, row.subject) in seen]


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    if number := len(_seen(user)):
        yield f"{number} notification{'' if number == 1 else 's'} of what happened to what you follow", "They go.", False


def erase(user: User) -> None:
    for model in (Notification, Preference, MutedThread):
        model.objects.filter(person=user).delete()
