"""A sender killed at random moments of a real hand-over: nobody twice, nobody lost, at most one in doubt for each connection and kill.

The size is small here; `make kill-matrix` asks for 10,000 people and 50 kills, with one and with four connections on PostgreSQL too
(HUB_KILL_POSTGRES names a server there on which it may make a database).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.conftest import NOW
from tests.hub.mail.bad_server import BadServer, running

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = int(os.environ.get("HUB_KILL_PEOPLE", "60"))
KILLS = int(os.environ.get("HUB_KILLS", "3"))
POSTGRES = os.environ.get("HUB_KILL_POSTGRES", "")
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
ANSWERS_WITHIN = 300  # seconds; the slowest is to post to everybody
BETWEEN = dt.timedelta(minutes=5)  # what was leased has to go again within that time


class Drainer:
    def __init__(self, folder: Path, database: str, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub.mail.drainer"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "hub.settings.dev",
                "DATABASE_URL": database,
                "DATA_DIR": str(folder),
                "EMAIL_URL": f"smtp://127.0.0.1:{port}",
                "LOG_LEVEL": "ERROR",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            text=True,
            start_new_session=True,
        )

    def tell(self, words: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> str:
        """Empty where nothing was said in time: whatever hangs is killed, child and all."""
        assert self.process.stdout
        watch = threading.Timer(ANSWERS_WITHIN, os.killpg, [self.process.pid, signal.SIGKILL])
        watch.start()
        try:
            return self.process.stdout.readline().strip()
        finally:
            watch.cancel()

    def states(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.tell("states"))
        return found

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@contextlib.contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'kill.sqlite3'}"
        return
    name = f"hub_kill_{os.getpid()}"
    server = psycopg2.connect(f"{POSTGRES}/postgres")
    server.autocommit = True
    try:
        server.cursor().execute(f"CREATE DATABASE {name}")
        yield f"{POSTGRES}/{name}"
    finally:
        server.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.close()


@pytest.mark.parametrize(
    ("kind", "connections"),
    [("sqlite", 1), *([("postgresql", 1), ("postgresql", 4)] if POSTGRES else [])],
    ids=lambda value: str(value),
)
def test_a_killed_sender_loses_nobody_and_sends_nobody_twice(kind, connections, tmp_path):
    chance, moment = random.Random(), NOW
    with database_of(kind, tmp_path) as database, running(BadServer()) as server:
        drainer = Drainer(tmp_path, database, server.port)
        assert drainer.tell(f"prepare {PEOPLE}") == "ready"
        for left in range(KILLS, 0, -1):
            before = len(server.received)
            child = int(drainer.tell(f"drain {moment.isoformat()} {connections}"))
            # Somewhere in what is left for this kill; now and then before the first mail has gone, in the claim. Of those that
            # are left, each kill may have made one on each connection uncertain: for them it would wait in vain.
            to_come = PEOPLE - KILLS * connections - before
            if to_come > 0 and chance.random() < 0.85:
                step = max(1, to_come // (left + 1))
                assert server.wait_for(before + chance.randint(1, step), timeout=60), "It did not go on after five minutes."
            time.sleep(chance.uniform(0, 0.02))
            os.kill(child, chance.choice(SIGNALS))
            assert drainer.hear() == "ended"
            moment += BETWEEN
        for _ in range(4):
            assert int(drainer.tell(f"drain {moment.isoformat()} {connections}"))
            assert drainer.hear() == "ended"
            moment += BETWEEN
        states = drainer.states()
        drainer.close()

    counts, taken = Counter(states.values()), Counter(server.received)
    sys.stdout.write(f"\n{kind}, {connections}: {PEOPLE} people, {KILLS} kills, {dict(counts)}\n")
    assert max(taken.values()) == 1
    assert set(counts) <= {"accepted", "uncertain"}
    assert sum(counts.values()) == PEOPLE
    assert counts["uncertain"] <= KILLS * connections
    assert {address for address, state in states.items() if state == "accepted"} <= set(taken)
    assert {address for address in states if address not in taken} <= {a for a, s in states.items() if s == "uncertain"}
