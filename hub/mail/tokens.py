"""Names a delivery in the address that reports come back to (VERP), without saying whose it is, and proof against guessing."""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from hub.public_ids import LENGTH

SIGNED = 16  # letters of base 32: 80 bits

REPORT, LEAVE = "b", "u"


def token(delivery_id: str, kind: str = REPORT) -> str:
    """In small letters throughout: mail servers on the way may fold them."""
    return f"{kind}{delivery_id}{_signature(delivery_id, kind)}"


def read(written: str) -> tuple[str, str] | None:
    """Its kind and the delivery's public id; None if we never wrote it."""
    folded = written.lower()
    kind, delivery_id, signature = folded[:1], folded[1 : LENGTH + 1], folded[LENGTH + 1 :]
    if kind in (REPORT, LEAVE) and constant_time_compare(signature, _signature(delivery_id, kind)):
        return kind, delivery_id
    return None


def _signature(delivery_id: str, kind: str) -> str:
    digest = salted_hmac(f"hub.mail.verp.{kind}", delivery_id, algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii").lower()[:SIGNED]


def address(written: str) -> str:
    """`bounce+<token>@host`, from `bounce@host`; empty where nothing comes back to us."""
    local, _, domain = settings.HUB_MAIL["bounce_address"].rpartition("@")
    return f"{local}+{written}@{domain}" if local else ""


def from_address(recipient: str) -> tuple[str, str] | None:
    """What `read` says of the part between + and @."""
    local = recipient.strip().strip("<>").rpartition("@")[0]
    return read(local.rpartition("+")[2]) if "+" in local else None
