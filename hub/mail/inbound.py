"""What arrives for the hub. Each address before the + has one reader; ours reads reports, complaints and “leave” by mail.

Nothing is kept but what a report says of a delivery, and what a reader above this floor keeps by itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from django.conf import settings

from hub.mail import fates, reports, tokens
from hub.mail.models import DeliveryEvent

Reader = Callable[[bytes, str, dt.datetime], str]

_readers: dict[str, Reader] = {}


def register(local_part: str, reader: Reader) -> None:
    """Call it in AppConfig.ready(). The reader gets the mail as it came, the whole address and the time, and says what it did."""
    _readers[local_part.lower()] = reader


def receive(raw: bytes, recipient: str, now: dt.datetime) -> str:
    """What became of it, in a few words for the mail log."""
    local = recipient.strip().strip("<>").rpartition("@")[0].partition("+")[0].lower()
    ours = settings.HUB_MAIL["bounce_address"].rpartition("@")[0].lower()
    if ours and local == ours:
        return read_report(raw, recipient, now)
    reader = _readers.get(local)
    return reader(raw, recipient, now) if reader else "nobody reads this address"


def read_report(raw: bytes, recipient: str, now: dt.datetime) -> str:
    found = tokens.from_address(recipient)
    if found is None:
        return "not an address that we wrote"
    kind, delivery_id = found
    if kind == tokens.LEAVE:
        heard = fates.Heard("mail", f"left:{delivery_id}", DeliveryEvent.Kind.LEFT, now)
    else:
        report = reports.read(raw)
        if report is None:
            return "no report"
        heard = fates.Heard("mail", hashlib.sha256(raw).hexdigest(), report.kind, now, report.status, report.said)
    return heard.kind if fates.record(delivery_id=delivery_id, heard=heard, now=now) else "known already"
