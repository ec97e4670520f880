"""Who takes the bulletin, under an account or under the address of one; and who composed an issue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from hub.accounts.models import User
from hub.bulletin.models import BulletinIssue, Subscriber
from hub.mail.recipients import address_hash

FIELDS = {
    "bulletin.Subscriber": {
        "id": "not",
        "address_hash": "sealed",
        **dict.fromkeys(["public_id", "email", "user", "state", "wants_events", "wants_content", "wants_questions"], "personal"),
        **dict.fromkeys(["wording_version", "source", "ip_hash", "asked_at", "confirmed_at", "left_at", "created_at"], "personal"),
        "token_version": "not",
    },
    "bulletin.BulletinIssue": {
        "composed_by": "personal",
        **dict.fromkeys(["id", "public_id", "number", "title", "opening", "opening_html", "state"], "not"),
        **dict.fromkeys(["created_at", "frozen_at", "sent_at", "finished_at"], "not"),
    },
    "bulletin.BulletinItem": dict.fromkeys(
        ["id", "public_id", "issue", "section", "page", "question", "position", "note", "title", "url", "kicker", "summary"], "not"
    ),
    "bulletin.BulletinEdition": dict.fromkeys(
        ["id", "issue", "topics", "revision", "key", "subject", "html", "text", "sha256", "item_count", "written_at"], "not"
    ),
}


def _subscriptions(user: User) -> QuerySet[Subscriber]:
    """Of every address the account has, whoever signed up."""
    addresses = {user.email, *user.emailaddress_set.values_list("email", flat=True)}  # type: ignore[attr-defined]  # allauth's reverse relation
    return Subscriber.objects.filter(Q(user=user) | Q(address_hash__in=[address_hash(address) for address in addresses]))


def export(user: User) -> dict[str, Any]:
    data: dict[str, list[dict[str, Any]]] = {
        "subscriptions": [
            {
                "email": row.email,
                "state": row.get_state_display(),
                "topics": [section.label for section in row.topics],
                "agreed_to_wording": row.wording_version,
                "asked_at": row.asked_at.isoformat(),
                "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
                "left_at": row.left_at.isoformat() if row.left_at else None,
            }
            for row in _subscriptions(user).order_by("created_at")
        ],
        "issues_composed": [
            {"issue": row.title, "started": row.created_at.isoformat()}
            for row in BulletinIssue.objects.filter(composed_by=user).order_by("number")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    if _subscriptions(user).exists():
        yield "Your bulletin: the address, the topics, and when you agreed", "It goes, and no further issue comes.", False
    if issues := BulletinIssue.objects.filter(composed_by=user).count():
        yield f"{issues} bulletin issue{'' if issues == 1 else 's'} that you composed", "They stay. That it was you goes.", True


def erase(user: User) -> None:
    """What waits for them in the ledger is skipped by `hub.mail`."""
    _subscriptions(user).delete()
    BulletinIssue.objects.filter(composed_by=user).update(composed_by=None)
