"""Django's own way of sending mail leads into the ledger, so allauth's and Wagtail's mails are rows like ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.mime.base import MIMEBase
from email.utils import getaddresses
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from hub.mail import actions
from hub.mail.mime import OURS, Attachment
from hub.mail.models import Lane
from hub.mail.recipients import Recipient
from hub.public_ids import new_public_id

STREAM = "account"
LANE_HEADER = "x-hub-lane"
EXPIRY_HEADER = "x-hub-expires-in"  # seconds
OLDEST_SIGN_IN = 24 * 60 * 60


class LedgerBackend(BaseEmailBackend):
    """Goes in the sign-in lane unless `X-Hub-Lane` says otherwise: nobody can tell allauth's mails apart by their subject."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for email in email_messages:
            try:
                sent += _post(email, timezone.now())
            except ValueError:
                if not self.fail_silently:
                    raise
        return sent


def _post(email: EmailMessage, now: dt.datetime) -> int:
    recipients = [Recipient(address) for _, address in getaddresses(email.recipients()) if address]
    if not recipients:
        return 0
    asked = {name.lower(): str(value) for name, value in email.extra_headers.items()}
    lane = Lane(asked.get(LANE_HEADER, Lane.SIGN_IN))
    text, html, attachments = _contents(email)
    actions.post(
        key=f"django:{new_public_id()}{new_public_id()}",
        stream=STREAM,
        lane=lane,
        subject=str(email.subject),
        text=text,
        html=html,
        headers=_headers(email),
        attachments=attachments,
        recipients=recipients,
        expires_at=_expiry(asked.get(EXPIRY_HEADER), lane, now),
        now=now,
    )
    return 1


def _expiry(seconds: str | None, lane: Lane, now: dt.datetime) -> dt.datetime | None:
    """A worker that was off for a week does not greet people with last week's links."""
    if seconds is None and lane != Lane.SIGN_IN:
        return None
    return now + dt.timedelta(seconds=int(seconds) if seconds else OLDEST_SIGN_IN)


def _headers(email: EmailMessage) -> dict[str, str]:
    """The ledger writes its own identity and date; the rest is the author's."""
    given = {
        name: str(value)
        for name, value in email.extra_headers.items()
        if name.lower() not in OURS | {LANE_HEADER, EXPIRY_HEADER} and not name.lower().startswith("content-")
    }
    given.setdefault("From", str(email.from_email))
    if email.reply_to:
        given.setdefault("Reply-To", ", ".join(map(str, email.reply_to)))
    return given


def _contents(email: EmailMessage) -> tuple[str, str, list[Attachment]]:
    """The text, the HTML, and everything else as attachments."""
    body = str(email.body)
    text, html = ("", body) if email.content_subtype == "html" else (body, "")
    attachments = []
    for content, mimetype in getattr(email, "alternatives", []):
        if mimetype == "text/html":
            html = str(content)
        else:
            attachments.append(_attachment("", content, mimetype))
    attachments += [_from_part(item) if isinstance(item, MIMEBase) else _attachment(*item) for item in email.attachments]
    return text, html, attachments


def _attachment(filename: str | None, content: Any, mimetype: str | None) -> Attachment:
    if isinstance(content, EmailMessage):
        content = content.message().as_bytes()
    data = content if isinstance(content, bytes) else str(content).encode()
    return Attachment(filename or "attachment", data, mimetype or "application/octet-stream")


def _from_part(part: MIMEBase) -> Attachment:
    data = part.get_payload(decode=True)
    return Attachment(part.get_filename() or "attachment", data if isinstance(data, bytes) else b"", part.get_content_type())
