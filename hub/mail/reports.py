"""Reads what comes back: delivery reports (RFC 3464, and the dialects that flufl.bounce knows) and complaints (RFC 5965)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail

from flufl.bounce import all_failures

from hub.mail.models import DeliveryEvent

Kind = DeliveryEvent.Kind

LARGEST = 1_000_000  # of a report we read the beginning; what came back with it is of no use to us
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# Refused for good, but not because the mailbox is gone: full, too large, the content or the sender not wanted.
NOT_THE_MAILBOX = re.compile(r"5\.(2\.2|2\.3|3\.\d+|4\.[2-9]|5\.\d+|6\.\d+|7\.\d+)")


@dataclass(frozen=True)
class Report:
    kind: str
    status: str = ""
    said: str = ""


def read(raw: bytes) -> Report | None:
    """None for what says nothing about a delivery: an out-of-office note, a delay that may still end well, anything else."""
    mail = message_from_bytes(raw[:LARGEST])
    if _is_report(mail, "feedback-report"):
        return _complaint(mail)
    if found := _statuses(mail):
        return _of_statuses(found)
    if str(mail.get("Auto-Submitted", "")).lower().startswith("auto-replied"):
        return None
    return _of_a_dialect(mail)


def _is_report(mail: Mail, kind: str) -> bool:
    return mail.get_content_type() == "multipart/report" and str(mail.get_param("report-type")).lower() == kind


def _complaint(mail: Mail) -> Report | None:
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            words = _words(part)
            kind = re.search(r"(?im)^feedback-type:\s*([\w-]+)", words)
            if kind and kind[1].lower() in ("abuse", "fraud", "other"):
                return Report(Kind.COMPLAINT, said=kind[1].lower())
    return None


def _words(part: Mail) -> str:
    """Of a part with fields, whether the parser took them apart or the sender had them encoded."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return "\n\n".join(
            "\n".join(f"{name}: {value}" for name, value in block.items()) for block in inside if isinstance(block, Mail)
        )
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(inside)


def _statuses(mail: Mail) -> list[tuple[str, str, str]]:
    """Action, status and the words of each recipient that the report speaks of."""
    found = []
    for part in mail.walk():
        if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        for block in re.split(r"\n\s*\n", _words(part).replace("\r\n", "\n")):
            fields = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in re.sub(r"\n[ \t]+", " ", block).split("\n"))
            }
            if "action" in fields or "status" in fields:
                said = fields.get("diagnostic-code", "")
                found.append((fields.get("action", "").lower(), _status(fields.get("status", "")) or _status(said), said))
    return found


def _status(words: str) -> str:
    found = STATUS.search(words)
    return found[0] if found else ""


def _of_statuses(found: list[tuple[str, str, str]]) -> Report | None:
    for action, status, said in found:
        # Each mail of ours has one recipient, so the first that says an end is the end.
        if action == "failed" or (not action and status.startswith("5")):
            return Report(_kind(status), status, said)
        if action in ("delivered", "relayed", "expanded"):
            return Report(Kind.DELIVERED, status, said)
    return None


def _kind(status: str) -> str:
    """4.4.7 with “failed”: they tried for days and gave up, which says nothing final about the mailbox."""
    return Kind.SOFT_BOUNCE if status.startswith("4") or NOT_THE_MAILBOX.fullmatch(status) else Kind.HARD_BOUNCE


def _of_a_dialect(mail: Mail) -> Report | None:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - it reads what strangers send; whatever it trips over is no report
        return None
    if not permanent:
        return Report(Kind.SOFT_BOUNCE) if temporary else None
    status = next((_status(line) for line in _beginning(mail).splitlines() if _status(line)), "")
    return Report(_kind(status), status)


def _beginning(mail: Mail) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            return _words(part)[:5000]
    return ""
