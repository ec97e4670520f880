"""What was sent to somebody. Their address goes on erasure; its keyed hash stays, so that what they refused stays refused."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hub.accounts.models import User
from hub.mail import actions
from hub.mail.models import Delivery, Lane, Message, OptOut, Suppression
from hub.mail.recipients import address_hash

FIELDS = {
    "mail.Message": {
        **dict.fromkeys(
            ["id", "public_id", "key", "stream", "lane", "recipient_count", "expires_at", "created_at", "blanked_at"], "not"
        ),
        **dict.fromkeys(["message_id", "freezing", "ramp", "released_at", "paused_at", "resumed_at", "cancelled_at"], "not"),
        "pause_reason": "not",
        **dict.fromkeys(["subject", "template", "posted_by"], "personal"),
    },
    "mail.Delivery": {
        **dict.fromkeys(["id", "public_id", "message", "lane", "created_at"], "not"),
        **dict.fromkeys(["lease_owner", "lease_expires_at", "attempts", "first_tried_at", "next_attempt_at", "smtp_code"], "not"),
        **dict.fromkeys(["address", "fields", "state", "skip_reason", "smtp_text", "settled_at", "fate", "fate_at"], "personal"),
        "address_hash": "sealed",
    },
    "mail.Suppression": {"id": "not", "address_hash": "sealed", "reason": "personal", "created_at": "personal"},
    "mail.LaneTrouble": dict.fromkeys(["id", "lane", "reason", "said", "since", "last_at"], "not"),
    "mail.DeliveryEvent": {
        **dict.fromkeys(["id", "provider", "event_id", "delivery"], "not"),
        **dict.fromkeys(["kind", "status", "said", "happened_at"], "personal"),
    },
    "mail.BounceScore": {"id": "not", "address_hash": "sealed", "score": "personal", "counted_at": "personal"},
    "mail.OptOut": {"id": "not", "address_hash": "sealed", "stream": "personal", "cause": "personal", "created_at": "personal"},
}


def _addresses(user: User) -> list[str]:
    """Every one the account has, not the first alone."""
    return [user.email, *user.emailaddress_set.values_list("email", flat=True)]  # type: ignore[attr-defined]  # allauth's reverse relation


def _hashes(user: User) -> set[str]:
    return {address_hash(address) for address in _addresses(user)}


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
                "state": row.get_fate_display() or row.get_state_display(),
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


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    if number := _deliveries(user).count():
        what = f"{number} mail{'' if number == 1 else 's'} that we sent you"
        stays = "The address and the words go. The time, whether it arrived and a code in place of your address stay."
        yield what, stays, True
    if OptOut.objects.filter(address_hash__in=_hashes(user)).exists():
        yield "That you left the bulletin", "A code in place of your address stays, so that nobody signs you up again.", True


def erase(user: User) -> None:
    """What waits is skipped, what went forgets its address, and a text that went to nobody else is blanked."""
    _forget_what_was_said_of(user)
    now = timezone.now()
    pks = list(_deliveries(user).values_list("pk", flat=True))
    actions.skip_waiting(_deliveries(user), Delivery.SkipReason.ERASED, now)
    actions.forget(pks)
    Message.objects.filter(posted_by=user).update(posted_by=None)
    to_others = Delivery.objects.filter(message=OuterRef("pk")).exclude(pk__in=pks)
    Message.objects.filter(~Exists(to_others), deliveries__in=pks).update(subject="", template=b"", blanked_at=now)


def _forget_what_was_said_of(user: User) -> None:
    """Notices to others that name the person, such as that they wait to be let in: what waits is called off, what went is blanked.

    Bulletins are publications and are left to their 90 days.
    """
    # A first name alone may be anybody's, or half of another word.
    words = [*_addresses(user), *([user.get_full_name()] if user.first_name and user.last_name else [])]
    named = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)
    now = timezone.now()
    notices = Message.objects.exclude(lane=Lane.BULK)
    likely = reduce(or_, (Q(subject__icontains=word) for word in words))
    pks = {pk for pk, subject in notices.filter(likely).values_list("pk", "subject") if named.search(subject)}
    # Only what is not blanked yet has words: three months of notices at most.
    for pk, template in notices.filter(blanked_at=None).values_list("pk", "template").iterator(chunk_size=200):
        if named.search(quopri.decodestring(bytes(template)).decode(errors="replace")):
            pks.add(pk)
    actions.skip_waiting(Delivery.objects.filter(message__in=pks), Delivery.SkipReason.ERASED, now)
    Message.objects.filter(pk__in=pks).update(subject="", template=b"", blanked_at=now)
