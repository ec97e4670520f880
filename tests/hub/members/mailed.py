"""What was written to somebody. pytest-django keeps mail in memory; that Django's mail is the ledger's, `tests/hub/mail` shows."""

from __future__ import annotations

import re

from django.core import mail


def mail_to(email: str) -> list[tuple[str, str]]:
    """(subject, text) of every message to this address, the oldest first."""
    return [(message.subject, message.body) for message in mail.outbox if message.to == [email]]


def link_in(text: str) -> str:
    """The path of the first link to a page below the front page."""
    found = re.search(r"http://testserver(/\S+)", text)
    assert found, text
    return found[1]
