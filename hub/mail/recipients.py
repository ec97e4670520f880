"""Who gets a message: an address as somebody gave it, and what is said to them alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.crypto import salted_hmac

from hub.accounts.models import normalise_email

# What goes into RCPT TO:<…>. No quoted local parts, no spaces, no brackets, so nothing can end the command early.
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Recipient:
    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


def mailbox(address: str) -> str | None:
    """The address as it goes over the wire, its domain in ASCII; None if no server of ours could be asked to take it."""
    local, _, domain = address.strip().rpartition("@")
    try:
        found = f"{local}@{_in_ascii(domain)}"
    except UnicodeError:
        return None
    return found if MAILBOX.fullmatch(found) and len(found) <= 254 else None


@lru_cache(maxsize=1000)
def _in_ascii(domain: str) -> str:
    """Remembered, for a bulletin asks it of the same few hundred councils for each mail."""
    return domain.encode("idna").decode("ascii")


def address_hash(address: str) -> str:
    """Names a mailbox without holding it. Keyed by SECRET_KEY: with a new key, past opt-outs no longer match."""
    return salted_hmac("hub.mail.address", normalise_email(mailbox(address) or address), algorithm="sha256").hexdigest()
