"""What was sent to somebody. Their address goes on erasure; its keyed hash stays, so that what they refused stays refused."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from hub.accounts.models import User
from hub.mail import actions
from hub.mail.models import Delivery, Message, OptOut, Suppression
from hub.mail.recipients import address_hash

FIELDS = {
    "mail.Message": {
        **dict.fromkeys(
            ["id", "public_id", "key", "stream", "lane", "recipient_count", "expires_at", "created_at", "blanked_at"], "not"
        ),
        **dict.fromkeys(["subject", "template", "posted_by"], "personal"),
    },
    "mail.Delivery": {
        **dict.fromkeys(["id", "public_id", "message", "lane", "created_at"], "not"),
        **dict.fromkeys(["lease_owner", "lease_expires_at", "attempts", "first_tried_at", "next_attempt_at", "smtp_code"], "not"),
        **dict.fromkeys(["address", "fields", "state", "skip_reason", "smtp_text", "settled_at"], "personal"),
        "address_hash": "sealed",
    },
    "mail.Suppression": {"id": "not", "address_hash": "sealed", "reason": "personal", "created_at": "personal"},
    "mail.OptOut": {"id": "not", "address_hash": "sealed", "stream": "personal", "created_at": "personal"},
}


def _hashes(user: User) -> set[str]:
    """Of every address the account has, not the first alone."""
    addresses = user.emailaddress_set.values_list("email", flat=True)  # type: ignore[attr-defined]  # allauth's reverse relation
    return {address_hash(address) for address in [user.email, *addresses]}


def _deliveries(user: User) -> QuerySet[Delivery]:
    return Delivery.objects.filter(address_hash__in=_hashes(user))


def export(user: User) -> dict[str, Any]:
    deliveries = _deliveries(user).select_related("message").order_by("created_at", "public_id")
    data: dict[str, list[dict[str, Any]]] = {
        "mail": [
            {
                "subject": row.message.subject,
                "written": row.created_at.isoformat(),
                "settled": row.settled_at.isoformat() if row.settled_at else None,
                "state": row.get_state_display(),
            }
            for row in deliveries
        ],
        "left": [
            {"stream": row.stream, "when": row.created_at.isoformat()}
            for row in OptOut.objects.filter(address_hash__in=_hashes(user)).order_by("created_at", "stream")
        ],
        "stopped": [
            {"reason": row.get_reason_display(), "when": row.created_at.isoformat()}
            for row in Suppression.objects.filter(address_hash__in=_hashes(user)).order_by("created_at")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def erase(user: User) -> None:
    """What waits is skipped, what went forgets its address, and a text that went to nobody else is blanked."""
    now = timezone.now()
    pks = list(_deliveries(user).values_list("pk", flat=True))
    actions.skip_waiting(_deliveries(user), Delivery.SkipReason.ERASED, now)
    actions.forget(pks)
    to_others = Delivery.objects.filter(message=OuterRef("pk")).exclude(pk__in=pks)
    Message.objects.filter(~Exists(to_others), deliveries__in=pks).update(subject="", template=b"", blanked_at=now)
