"""What the ledger asks about one of our mails just before it goes."""

from __future__ import annotations

from django.utils import timezone

from hub.mail.models import Delivery
from hub.notifications import actions, letters


def still_allowed(delivery: Delivery) -> bool:
    """Only as it stands: where something in it may no longer be told, the rest goes into another mail."""
    key = delivery.message.key
    rows = letters.rows_in(key)
    if not rows:
        return False
    items = letters.still_wanted(rows[0].person, rows, timezone.now())
    if len(items) == len(rows) and not letters.says_too_much(key, items):
        return True
    actions.put_back([item.notification for item in items])
    return False
