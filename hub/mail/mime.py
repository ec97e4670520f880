"""One message becomes bytes once; each person's part is spliced in as bytes.

Bodies are quoted-printable, so every mail is seven-bit and no line is long. A marker stands between two soft line breaks
as `=[[html:name]]`; `=[` is no quoted-printable, so nothing an author types can pass for one.
"""

from __future__ import annotations

import datetime as dt
import html as html_escaping
import re
from base64 import encodebytes
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.header import Header
from email.mime.base import MIMEBase
from email.policy import compat32
from email.quoprimime import body_encode
from email.utils import format_datetime, formataddr, getaddresses, parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from hub.mail import tokens
from hub.mail.models import Lane
from hub.mail.recipients import mailbox
from hub.public_ids import new_public_id

CRLF = b"\r\n"
WRITTEN = re.compile(r"\[\[([A-Za-z][A-Za-z0-9_]*)\]\]")
TOKEN = re.compile(rb"=\[\[(text|html|header):([A-Za-z][A-Za-z0-9_]*)\]\]")
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
OURS = frozenset({"to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "in-reply-to", "references"})
ADDRESS_HEADERS = frozenset({"from", "reply-to", "sender"})
LONGEST_IN_HEADER = 800
SOFT_BREAK = "=\r\n"
OWN_FIELDS = frozenset({"leave_token"})  # the ledger fills these; no recipient brings them
CRLF_SPACE = "\r\n "
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True)
class Attachment:
    filename: str
    content: bytes
    content_type: str


def host() -> str:
    """The hub's own name in Message-ID and List-Id."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


# --- Once for each message --------------------------------------------------------------------------


def build(
    *,
    stream: str,
    lane: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Iterable[Attachment] = (),
    names: Collection[str] = (),
    list_id: str = "",
    references: Sequence[str] = (),
) -> bytes:
    """Everything but To, Subject, Message-ID and Date. `names` are the markers to fill; others stay as they are written."""
    names = frozenset(names) | OWN_FIELDS
    lines = [_header(name, value, names) for name, value in _headers(list_id or stream, lane, headers or {}, names).items()]
    lines += [_thread(references)] if references else []
    return b"".join(lines) + b"MIME-Version: 1.0\r\n" + _content(text, html, list(attachments), names)


def _headers(list_id: str, lane: str, given: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    wanted = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Auto-Submitted": "auto-generated",
        # Never All: that also stops the report that a mail could not be delivered.
        "X-Auto-Response-Suppress": "OOF, AutoReply, DR, RN, NRN",
    }
    if reply_to := settings.HUB_MAIL["reply_to"]:
        wanted["Reply-To"] = reply_to
    if lane != Lane.SIGN_IN:
        wanted["List-Id"] = f"<{re.sub(r'[^a-z0-9-]', '-', list_id.lower())}.{host()}>"
        if "unsubscribe_url" in names:
            by_mail = f", <mailto:{tokens.address('[[leave_token]]')}?subject=leave>" if settings.HUB_MAIL["bounce_address"] else ""
            wanted["List-Unsubscribe"] = f"<[[unsubscribe_url]]>{by_mail}"
    by_folded_name = {name.lower(): (name, value) for name, value in wanted.items()}
    for name, value in given.items():
        if name.lower() in OURS or name.lower().startswith("content-") or not HEADER_NAME.fullmatch(name):
            raise ValueError(f"The ledger writes {name!r} itself, or it is no header.")
        by_folded_name[name.lower()] = (name, value)
    if "list-unsubscribe" in by_folded_name:
        by_folded_name.setdefault("list-unsubscribe-post", ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return dict(by_folded_name.values())


def _thread(references: Sequence[str]) -> bytes:
    """The first and the last ten: what a mail program needs to hang the mail in its place, however long the thread."""
    kept = [*references[:1], *references[1:][-10:]]
    written = ["<" + message_id(left) + ">" for left in kept]
    return f"In-Reply-To: {written[-1]}\r\nReferences: {CRLF_SPACE.join(written)}\r\n".encode("ascii")


def message_id(left: str) -> str:
    """Of what we send; `left` is the half before the @."""
    if not MESSAGE_ID.fullmatch(left):
        raise ValueError(f"{left!r} cannot stand in a Message-ID.")
    return f"{left}@{host()}"


def _header(name: str, value: str, names: Collection[str]) -> bytes:
    if CONTROL.search(value):
        raise ValueError(f"A control character in the header {name}.")
    if any(found in names for found in WRITTEN.findall(value)):
        value.encode("ascii")
        value = WRITTEN.sub(lambda found: f"=[[header:{found[1]}]]" if found[1] in names else found[0], value)
        return f"{name}: ".encode() + value.replace(">, <", ">,\r\n <").encode("ascii") + CRLF
    return f"{name}: {_addresses(name, value) if name.lower() in ADDRESS_HEADERS else _words(name, value)}\r\n".encode("ascii")


def _words(name: str, value: str) -> str:
    """RFC 2047 where it has to be, folded; a text that only looks encoded is encoded, so that it arrives as it was typed."""
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    if charset == "us-ascii" and " " not in value:
        return value  # folded it would stand on the next line, below a first one that is empty
    return Header(value, charset, header_name=name, maxlinelen=76).encode(linesep="\r\n")


def _addresses(header: str, value: str) -> str:
    written = []
    for name, address in getaddresses([value]):
        found = mailbox(address)
        if found is None:
            raise ValueError(f"An address in the header {header} is none.")
        written.append(formataddr((name, found)) if name.isascii() else f"{_words(header, name)} <{found}>")
    return ",\r\n ".join(written)


def _content(text: str, html: str, attachments: list[Attachment], names: Collection[str]) -> bytes:
    bodies = []
    if text or not html:
        bodies.append(_body("plain", text, names))
    if html:
        bodies.append(_body("html", html, names))
    content = bodies[0] if len(bodies) == 1 else _multipart("alternative", bodies)
    return _multipart("mixed", [content, *map(_attached, attachments)]) if attachments else content


def _multipart(subtype: str, parts: Iterable[bytes]) -> bytes:
    boundary = f"=_{new_public_id()}{new_public_id()}"  # "=_" cannot stand in quoted-printable or base64
    opening = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(opening + part + CRLF for part in parts) + f"--{boundary}--\r\n".encode()


def _body(subtype: str, written: str, names: Collection[str]) -> bytes:
    kind = "html" if subtype == "html" else "text"
    # One piece in two is a marker's name: re.split keeps the group.
    pieces = WRITTEN.split(written)
    encoded, literal = [], pieces[0]
    for name, after in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in names:
            encoded += [quoted(literal), f"=[[{kind}:{name}]]"]
            literal = after
        else:
            literal += f"[[{name}]]{after}"
    encoded.append(quoted(literal))
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return (head + SOFT_BREAK.join(encoded) + "\r\n").encode("ascii")


def quoted(text: str) -> str:
    """Quoted-printable with room left on each line for the soft break that may follow."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n")
    return body_encode(folded.encode("utf-8", "replace").decode("latin-1"), maxlinelen=75, eol="\r\n")


def _attached(attachment: Attachment) -> bytes:
    maintype, _, subtype = attachment.content_type.partition("/")
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", attachment.content_type) or maintype in ("multipart", "message"):
        maintype, subtype = "application", "octet-stream"
    part = MIMEBase(maintype, subtype)
    del part["MIME-Version"]
    name = CONTROL.sub("", attachment.filename)
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(attachment.content).decode("ascii"))
    return part.as_bytes(policy=compat32.clone(linesep="\r\n"))


# --- Once for each person ---------------------------------------------------------------------------


def markers(template: bytes) -> frozenset[tuple[bytes, str]]:
    """Each kind of place and the name that fills it."""
    return frozenset((kind, name.decode()) for kind, name in TOKEN.findall(template))


def check_fields(wanted: Iterable[tuple[bytes, str]], fields: Mapping[str, str]) -> None:
    """Refuse at the desk what would fail on the road."""
    for kind, name in wanted:
        if name in OWN_FIELDS:
            continue
        if name not in fields:
            raise ValueError(f"The message says [[{name}]], and a recipient has no such field.")
        if kind == b"header":
            _in_header(fields[name])


def _in_header(value: str) -> bytes:
    if not value.isascii() or CONTROL.search(value) or len(value) > LONGEST_IN_HEADER:
        raise ValueError("A field for a header has to be short, plain ASCII on one line.")
    return value.encode("ascii")


class Template:
    """A message's bytes cut at their markers, ready for many people."""

    def __init__(self, *, data: bytes, subject: str) -> None:
        self.pieces = TOKEN.split(data)  # literal, kind, name, literal, kind, name, literal, …
        self.names = {name.decode() for name in self.pieces[2::3]}
        self.subject = subject
        self.subject_line = None if WRITTEN.search(subject) else subject_line(subject)

    def splice(self, *, to: str, message_id: str, date: dt.datetime, fields: Mapping[str, str]) -> bytes:
        subject = self.subject_line or subject_line(WRITTEN.sub(lambda found: fields.get(found[1], found[0]), self.subject))
        head = f"Message-ID: <{message_id}>\r\nDate: {format_datetime(date)}\r\nTo: {to}\r\n".encode("ascii")
        rest = [*self.pieces]
        for place in range(1, len(rest), 3):
            rest[place : place + 2] = [b"", _filled(rest[place], fields[rest[place + 1].decode()])]
        return b"".join((head, subject, *rest))


def _filled(kind: bytes, value: str) -> bytes:
    if kind == b"header":
        return _in_header(value)
    # The marker stood on a line of its own between soft breaks, and so does what replaces it.
    return quoted(html_escaping.escape(value) if kind == b"html" else value).encode("ascii")


def subject_line(subject: str) -> bytes:
    """A title that was pasted with line breaks becomes one line."""
    return f"Subject: {_words('Subject', CONTROL.sub('', ' '.join(subject.split())))}\r\n".encode("ascii")


def envelope_sender(delivery_id: str) -> str:
    """Where reports of this one mail come back to."""
    if settings.HUB_MAIL["bounce_address"]:
        return tokens.address(tokens.token(delivery_id))
    return _address_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=10)
def _address_of(sender: str) -> str:
    found = mailbox(parseaddr(sender)[1])
    if found is None:
        raise ValueError("EMAIL_FROM holds no address we could send from.")
    return found
