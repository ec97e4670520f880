"""An SMTP server on bare sockets, one thread to a connection: quick when it is good, and as bad as it is told.

`answer(stage, number, recipient)` says what comes back at CONNECT, EHLO, AUTH, MAIL, RCPT, DATA and DOT, with the number of the mail
since the start; None is yes. What was taken is in `received` before the answer goes out.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

DROP, RESET, SILENCE, DRIP = "drop", "reset", "silence", "drip"
YES = {"CONNECT": "220 here", "EHLO": "250 OK", "AUTH": "235 OK", "DATA": "354 go on"}

Answer = Callable[[str, int, str], str | None]


class BadServer:
    def __init__(self, answer: Answer = lambda *_: None, *, tls: ssl.SSLContext | None = None, auth: bool = False) -> None:
        self.answer, self.tls, self.auth = answer, tls, auth
        self.received: list[str] = []
        self.number = 0
        self.connections = 0
        self.arrived = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def wait_for(self, count: int, timeout: float = 10) -> bool:
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.received) >= count, timeout)

    def run(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self.listener.accept()
                # As mail servers do: it answers MAIL, RCPT and DATA one by one, and each would wait 40 ms for the ACK of the one before.
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                threading.Thread(target=self._serve, args=(connected,), daemon=True).start()

    def _serve(self, connected: socket.socket) -> None:
        conversation = Conversation(self, connected)
        with suppress(OSError, ConnectionError):
            conversation.hold()
        with suppress(OSError):
            conversation.socket.close()


class Conversation:
    def __init__(self, server: BadServer, connected: socket.socket) -> None:
        self.server, self.socket = server, connected
        self.heard = b""
        self.number, self.recipient = 0, ""

    def hold(self) -> None:
        self.say("CONNECT")
        while line := self.line():
            verb = line.split(b" ")[0].upper().decode()
            getattr(self, f"on_{verb.lower()}", self.on_other)(line.decode())

    def on_ehlo(self, line: str) -> None:
        offers = ["250-hub", "250-PIPELINING", "250-8BITMIME"]
        offers += ["250-STARTTLS"] if self.server.tls and not isinstance(self.socket, ssl.SSLSocket) else []
        offers += ["250-AUTH PLAIN"] if self.server.auth else []
        self.say("EHLO", "\r\n".join([*offers, "250 SIZE 10000000"]))

    def on_starttls(self, line: str) -> None:
        assert self.server.tls
        self.socket.sendall(b"220 go on\r\n")
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)

    def on_auth(self, line: str) -> None:
        self.say("AUTH")

    def on_mail(self, line: str) -> None:
        with self.server.arrived:
            self.server.number += 1
            self.number = self.server.number
        self.say("MAIL")

    def on_rcpt(self, line: str) -> None:
        self.recipient = line[line.index("<") + 1 : line.index(">")]
        self.refused = self.say("RCPT") != "250 OK"

    def on_data(self, line: str) -> None:
        if self.refused:
            self.socket.sendall(b"554 no valid recipients\r\n")
            return
        if self.say("DATA") != YES["DATA"]:
            return
        while b"\r\n.\r\n" not in self.heard:
            self.more()
        self.heard = self.heard.split(b"\r\n.\r\n", 1)[1]
        answer = self.server.answer("DOT", self.number, self.recipient)
        if answer in (None, DROP, RESET, SILENCE):
            with self.server.arrived:
                self.server.received.append(self.recipient)
                self.server.arrived.notify_all()
        self.send(answer or "250 OK")

    def on_quit(self, line: str) -> None:
        self.send("221 bye")
        raise ConnectionError

    def on_other(self, line: str) -> None:
        self.send("250 OK")

    def say(self, stage: str, yes: str = "") -> str:
        said = self.server.answer(stage, self.number, self.recipient) or yes or YES.get(stage, "250 OK")
        self.send(said)
        return said

    def send(self, said: str) -> None:
        if said == DROP:
            raise ConnectionError
        if said == RESET:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionError
        while said == SILENCE:
            if not self.socket.recv(4096):
                raise ConnectionError
        while said == DRIP:
            self.socket.sendall(b"2")
            time.sleep(0.05)
        self.socket.sendall(f"{said}\r\n".encode())
        if said.startswith("421"):
            raise ConnectionError

    def line(self) -> bytes:
        while b"\r\n" not in self.heard:
            self.more()
        line, self.heard = self.heard.split(b"\r\n", 1)
        return line

    def more(self) -> None:
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionError
        self.heard += got


@contextmanager
def running(server: BadServer) -> Iterator[BadServer]:
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        thread.join(timeout=5)
