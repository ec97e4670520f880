"""SIGKILL at random moments of a real hand-over: nobody twice, nobody lost, at most one in doubt for each kill.

HUB_KILL_ROUNDS=200 asks for a long run.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.conftest import NOW
from tests.hub.mail.sink import Sink, running

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = int(os.environ.get("HUB_KILL_ROUNDS", "5"))
PEOPLE = max(60, 12 * ROUNDS)


class Drainer:
    def __init__(self, folder: Path, port: int) -> None:
        self.database = folder / "kill.sqlite3"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub.mail.drainer"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "hub.settings.dev",
                "DATABASE_URL": f"sqlite:///{self.database}",
                "DATA_DIR": str(folder),
                "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, words: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def states(self) -> dict[str, str]:
        with sqlite3.connect(self.database) as database:
            return dict(database.execute("SELECT address, state FROM mail_delivery"))

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def test_a_killed_sender_loses_nobody_and_sends_nobody_twice(tmp_path):
    sink, chance, moment = Sink(pipelining=True, delay=0.002), random.Random(), NOW
    with running(sink) as port:
        drainer = Drainer(tmp_path, port)
        assert drainer.tell(f"prepare {PEOPLE}") == "ready"
        for _ in range(ROUNDS):
            child = int(drainer.tell(f"drain {moment.isoformat()}"))
            sink.wait_for(len(sink.received) + chance.randint(1, 8), timeout=5)
            time.sleep(chance.uniform(0, 0.006))
            os.kill(child, signal.SIGKILL)
            assert drainer.hear() == "ended"
            moment += dt.timedelta(hours=1)  # long enough for its leases to end

        drainer.tell(f"drain {moment.isoformat()}")
        assert drainer.hear() == "ended"
        states = drainer.states()
        drainer.close()

    received = Counter(sink.recipients)
    counts = Counter(states.values())
    assert max(received.values()) == 1
    assert set(counts) <= {"accepted", "uncertain"}
    assert sum(counts.values()) == PEOPLE
    assert counts["uncertain"] <= ROUNDS
    assert {address for address, state in states.items() if state == "accepted"} <= set(received)
    assert {address for address in states if address not in received} <= {a for a, s in states.items() if s == "uncertain"}
