"""A real SMTP server that behaves as badly as it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

DROP = "drop"


class Sink:
    """`script[stage]` holds what to answer at MAIL, RCPT and DATA, one for each time; then 250. DROP closes the line."""

    def __init__(self, *, pipelining: bool = False, delay: float = 0.0) -> None:
        self.pipelining, self.delay = pipelining, delay
        self.script: dict[str, list[str | None]] = {"MAIL": [], "RCPT": [], "DATA": []}
        self.received: list[tuple[str, bytes]] = []
        self.connections = 0
        self.arrived = threading.Condition()

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.received]

    def _answer(self, stage: str, server: SMTP) -> str | None:
        answer = self.script[stage].pop(0) if self.script[stage] else None
        if answer == DROP:
            server.transport.close()
        elif answer and answer.startswith("421"):
            server.loop.call_soon(server.transport.close)
        return answer

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self._answer("MAIL", server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self._answer("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.delay:
            time.sleep(self.delay)
        answer = self._answer("DATA", server)
        if answer is None or answer == DROP:
            with self.arrived:
                self.received.append((envelope.rcpt_tos[0], bytes(envelope.original_content or b"")))
                self.arrived.notify_all()
        return answer or "250 OK"

    def wait_for(self, count: int, timeout: float = 10) -> bool:
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.received) >= count, timeout)


@contextmanager
def running(sink: Sink, **given: Any) -> Iterator[int]:
    """The port it listens on, one that was free a moment ago: aiosmtpd cannot say which it was given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port, **given)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
