"""The last step: one mail goes to a server or into a folder, and exactly one of five outcomes comes back."""

from __future__ import annotations

import datetime as dt
import itertools
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from hub.mail import mime

SERVICE_ENDS = 421  # the server closes the connection, whatever it was asked
MOST_LINES, LONGEST_ANSWER = 100, 16_384


@dataclass(frozen=True)
class Outcome:
    code: int | None = None
    text: str = ""


class Accepted(Outcome):
    """The server has it and answers for it."""


class Refused(Outcome):
    """5xx: this mail will never be taken."""


class Deferred(Outcome):
    """4xx: not now."""


class Uncertain(Outcome):
    """Lost after DATA: the server may have it or not."""


@dataclass(frozen=True)
class ConnectionFailed(Outcome):
    """Nothing was handed over, and the reason is not this mail: no server, no sign-in, no right to send."""

    why: str = ""  # "name", "certificate", "sign-in" or "sender" where our settings are wrong


@dataclass(frozen=True)
class Envelope:
    name: str  # the delivery's public id
    sender: str
    recipient: str
    data: bytes


class Transport(Protocol):
    def hand_over(self, envelope: Envelope) -> Outcome: ...

    def is_resting(self) -> bool:
        """Whether a server that was away is being left in peace for a moment."""

    def close(self) -> None: ...

    def close_if_idle(self) -> None: ...


class Patient(smtplib.SMTP):
    """Waits for a whole answer no longer than `timeout`; smtplib itself waits that long for each piece of it, without end."""

    _heard = b""

    def getreply(self) -> tuple[int, bytes]:
        ends = time.monotonic() + (_socket(self).gettimeout() or 60.0)
        said: list[bytes] = []
        while True:
            line = self._line(ends)
            said.append(line[4:].strip())
            if line[3:4] != b"-" or len(said) > MOST_LINES:
                code = line[:3]
                return int(code) if code.isdigit() else -1, b"\n".join(said)

    def _line(self, ends: float) -> bytes:
        if b"\n" in self._heard:
            return self._next_heard()
        sock = _socket(self)
        usual = sock.gettimeout()
        try:
            while b"\n" not in self._heard:
                sock.settimeout(max(0.001, ends - time.monotonic()))
                more = sock.recv(4096)
                if not more or len(self._heard) > LONGEST_ANSWER:
                    raise smtplib.SMTPServerDisconnected("The connection ended in the middle of an answer.")
                self._heard += more
        finally:
            sock.settimeout(usual)
        return self._next_heard()

    def _next_heard(self) -> bytes:
        line, self._heard = self._heard.split(b"\n", 1)
        return line

    def encrypt(self, context: ssl.SSLContext) -> None:
        self.starttls(context=context)
        self._heard = b""  # what came before the encryption was anybody's
        self.ehlo()


class PatientTLS(Patient, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class SMTPTransport:
    """One connection, kept open. Not shared between threads."""

    MAILS_EACH = 100  # many relays cut a connection that carries more
    IDLE_FOR = 30.0
    LONGEST_REST = 60.0

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        starttls: bool = False,
        tls: bool = False,
        timeout: float = 20,
        data_timeout: float = 120,
        clock: Callable[[], float] = time.monotonic,
        longest_rest: float = LONGEST_REST,
    ) -> None:
        self.host, self.port = host, port
        self.username, self.password = username, password
        self.starttls, self.tls = starttls, tls
        self.timeout, self.data_timeout = timeout, data_timeout
        self.clock, self.longest_rest = clock, longest_rest
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0
        self._used_at = 0.0
        self._rest, self._rest_until = 0.0, 0.0

    # --- the connection

    def is_resting(self) -> bool:
        return self.clock() < self._rest_until

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def close_if_idle(self) -> None:
        if self._smtp is not None and self.clock() - self._used_at > self.IDLE_FOR:
            self.close()

    def _drop(self) -> None:
        """Without QUIT: the server is gone or in an unknown state."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        smtp: Patient = (
            PatientTLS(self.host, self.port, mime.host(), timeout=self.timeout, context=self._tls_context)
            if self.tls
            else Patient(self.host, self.port, mime.host(), timeout=self.timeout)
        )
        try:
            # With Nagle's algorithm the last TLS record of a mail waits for a delayed ACK: 4 to 12 times slower.
            _socket(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if self.starttls:
                smtp.encrypt(self._tls_context)
            if self.username:
                smtp.login(self.username, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    @cached_property
    def _tls_context(self) -> ssl.SSLContext:
        """Reading the authorities' certificates takes 30 ms: once, and not for a plain connection."""
        return ssl.create_default_context()

    # --- one mail

    def hand_over(self, envelope: Envelope) -> Outcome:
        was_open = self._smtp is not None
        outcome = self._try(envelope)
        if was_open and (isinstance(outcome, ConnectionFailed) or outcome.code == SERVICE_ENDS):
            # It closed a connection that was idle or had carried enough; that says nothing yet about the server or this mail.
            outcome = self._try(envelope)
        if isinstance(outcome, ConnectionFailed):
            # Nobody's account is locked because we try a wrong password every few seconds.
            self._rest = self.LONGEST_REST if outcome.why == "sign-in" else min(max(1.0, self._rest * 2), self.longest_rest)
            self._rest_until = self.clock() + self._rest
        else:
            self._rest = 0.0
        return outcome

    def _try(self, envelope: Envelope) -> Outcome:
        try:
            if self._smtp is None:
                self._smtp, self._carried = self._connect(), 0
            refusal = self._open(self._smtp, envelope)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return ConnectionFailed(getattr(error, "smtp_code", None), _said(error), _why(error))
        if refusal is not None:
            return refusal
        return self._hand_over_data(self._smtp, envelope)

    def _open(self, smtp: smtplib.SMTP, envelope: Envelope) -> Outcome | None:
        """MAIL, RCPT and DATA, in one write where the server allows it; what went wrong, or None once it waits for the mail."""
        size = f" SIZE={len(envelope.data)}" if smtp.has_extn("size") else ""
        commands = [f"MAIL FROM:<{envelope.sender}>{size}", f"RCPT TO:<{envelope.recipient}>", "DATA"]
        together = smtp.has_extn("pipelining")
        if together:
            smtp.send("".join(f"{command}\r\n" for command in commands).encode("ascii"))
        problem: tuple[str, int, bytes] | None = None
        code = 0
        for command in commands:
            if not together:
                smtp.putcmd(command)
            code, text = smtp.getreply()
            if code // 100 != (3 if command == "DATA" else 2) and problem is None:
                problem = (command, code, text)
            if code == SERVICE_ENDS or (problem and not together):
                break
        if problem is None:
            return None
        self._recover_from(smtp, ended=code == SERVICE_ENDS, waiting_for_data=code == 354)
        return _judged(*problem)

    def _recover_from(self, smtp: smtplib.SMTP, *, ended: bool, waiting_for_data: bool) -> None:
        """Make the connection fit for the next mail."""
        if ended or waiting_for_data:
            self._drop()
            return
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _hand_over_data(self, smtp: smtplib.SMTP, envelope: Envelope) -> Outcome:
        data = envelope.data.replace(b"\n.", b"\n..")  # a line of one dot would end the mail
        ending = b".\r\n" if data.endswith(mime.CRLF) else b"\r\n.\r\n"
        try:
            _socket(smtp).settimeout(self.data_timeout)
            smtp.send(data + ending)
            code, text = smtp.getreply()
            _socket(smtp).settimeout(self.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Uncertain(text=_said(error))
        self._carried += 1
        self._used_at = self.clock()
        if code == SERVICE_ENDS or code < 0:
            self._drop()
        elif self._carried >= self.MAILS_EACH:
            self.close()
        return _settled(code, text)


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("The connection is closed.")
    return smtp.sock


def _settled(code: int, text: bytes) -> Outcome:
    said = text.decode("utf-8", "replace")[:500]
    kinds: dict[int, type[Outcome]] = {2: Accepted, 4: Deferred, 5: Refused}
    return kinds.get(code // 100, Uncertain)(code if code > 0 else None, said)


# 530 and its like ask for a sign-in: they are about us, whichever mail they answer.
ABOUT_US = frozenset({530, 534, 535, 538})


def _judged(command: str, code: int, text: bytes) -> Outcome:
    """Before DATA nothing can be uncertain, and a sender refused for good is our setting, not this person's mailbox."""
    outcome = _settled(code, text)
    too_large = code == 552
    about_us = code in ABOUT_US or (command.startswith("MAIL") and not too_large and isinstance(outcome, Refused))
    if about_us or not isinstance(outcome, Deferred | Refused):
        why = "sign-in" if code in ABOUT_US else "sender" if about_us else ""
        return ConnectionFailed(outcome.code, outcome.text, why)
    return outcome


def _why(error: Exception) -> str:
    """What somebody has to mend; empty for what may mend itself."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "sign-in" if error.smtp_code // 100 == 5 else ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, socket.gaierror) and error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
        return "name"
    return ""


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


class FolderTransport:
    """Each mail becomes one .eml file: for developers and the demo. The newest sorts last by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    _number = itertools.count(1)  # shared, so that two lanes never write the same name

    def hand_over(self, envelope: Envelope) -> Outcome:
        name = f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}-{next(self._number):06}-{envelope.name}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half = self.folder / f".{name}.part"
            half.write_bytes(envelope.data)
            half.replace(self.folder / name)
        except OSError as error:
            return ConnectionFailed(text=_said(error))
        return Accepted(250, f"Written to {name}")

    def newest(self, most: int) -> list[Path]:
        return sorted(self.folder.glob("*.eml"), reverse=True)[:most]

    def is_resting(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""

    def close_if_idle(self) -> None:
        """Nothing is open."""


def from_settings(*, urgent: bool = False) -> SMTPTransport | FolderTransport:
    """`urgent`: for the sign-in lane, which tries a server that was away every five seconds at the latest."""
    mail: dict[str, Any] = settings.HUB_MAIL
    if not mail["host"]:
        return FolderTransport(Path(mail["folder"]))
    return SMTPTransport(
        host=mail["host"],
        port=mail["port"],
        username=mail["username"],
        password=mail["password"],
        starttls=mail["starttls"],
        tls=mail["tls"],
        data_timeout=60 if urgent else 120,
        longest_rest=4 if urgent else SMTPTransport.LONGEST_REST,
    )
