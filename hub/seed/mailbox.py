"""Reads the mail the demo has sent: the files in the mail folder."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Mail:
    name: str
    to: str
    subject: str
    sent_at: dt.datetime
    text: str
    html: str


def folder() -> Path:
    return Path(str(settings.HUB_MAIL["folder"]))


def names() -> list[str]:
    """Newest first: the files' names begin with their time."""
    return sorted((path.name for path in folder().glob("*.eml")), reverse=True) if folder().exists() else []


def read(name: str) -> Mail | None:
    path = folder() / name
    if name not in names():
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return Mail(
        name=name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""
