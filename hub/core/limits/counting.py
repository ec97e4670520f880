"""Counters that every process of the hub shares: in Redis, else in one small SQLite file. ADR 0007 says why no cache will do.

A window begins with the first try and ends `seconds` later; a try within it adds one, in one atomic step. So nobody gets more
than twice the number through in any stretch of that length.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import redis
from django.conf import settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """One counter: its key, which names nobody, and the length of its window in seconds."""

    key: str
    seconds: int


@dataclass(frozen=True)
class Counted:
    number: int  # with this try
    seconds_left: float


class Store(Protocol):
    @property
    def failures(self) -> tuple[type[Exception], ...]: ...

    def count(self, wanted: Sequence[Wanted]) -> list[Counted]: ...
    def give_back(self, wanted: Sequence[Wanted]) -> None: ...
    def forget_old(self) -> int: ...
    def clear(self) -> None: ...


class SQLiteStore:
    """One file in DATA_DIR; two processes that want the lock at once wait for each other."""

    failures = (sqlite3.Error, OSError)
    busy_timeout = 2.0  # seconds; a step takes a fraction of a millisecond

    _TABLE = "CREATE TABLE IF NOT EXISTS tries (key TEXT PRIMARY KEY, number INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
    # A window that ends a minute later than one begun now was begun under a clock that has since been put back.
    _COUNT = """
        INSERT INTO tries (key, number, ends) VALUES (:key, 1, :now + :seconds)
        ON CONFLICT (key) DO UPDATE SET
            number = CASE WHEN ends <= :now OR ends > :now + :seconds + 60 THEN 1 ELSE number + 1 END,
            ends = CASE WHEN ends <= :now OR ends > :now + :seconds + 60 THEN :now + :seconds ELSE ends END
        RETURNING number, ends - :now
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self.clock = path, clock
        self._here = threading.local()
        self._inherited: list[sqlite3.Connection] = []

    def count(self, wanted: Sequence[Wanted]) -> list[Counted]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            now = self.clock()  # under the lock, so that it never runs behind what another process has written
            rows = [
                connection.execute(self._COUNT, {"key": each.key, "seconds": each.seconds, "now": now}).fetchone()
                for each in wanted
            ]
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return [Counted(*row) for row in rows]

    def give_back(self, wanted: Sequence[Wanted]) -> None:
        connection = self._connection()
        for each in wanted:
            connection.execute("UPDATE tries SET number = number - 1 WHERE key = ? AND number > 0", (each.key,))

    def forget_old(self) -> int:
        return self._connection().execute("DELETE FROM tries WHERE ends <= ?", (self.clock(),)).rowcount

    def clear(self) -> None:
        self._connection().execute("DELETE FROM tries")

    def close(self) -> None:
        if connection := getattr(self._here, "connection", None):
            connection.close()
            self._here.connection = None

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._here, "connection", None)
        if connection is not None and self._here.process == os.getpid():
            return connection
        if connection is not None:
            self._inherited.append(connection)  # the parent's: closing it here could remove the log it still writes
        self._here.connection, self._here.process = self._opened(), os.getpid()
        return self._here.connection

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=self.busy_timeout, isolation_level=None)
        try:
            _patiently(connection, "PRAGMA journal_mode=WAL", self.busy_timeout)
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(self._TABLE)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _patiently(connection: sqlite3.Connection, statement: str, seconds: float) -> None:
    """SQLite does not wait by itself while another process makes a new file's log."""
    until = time.monotonic() + seconds
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


class RedisStore:
    """For several machines. A key is gone when its window ends, so there is nothing to clean."""

    failures = (redis.RedisError, OSError)

    _COUNT = """
        local answer = {}
        for i, key in ipairs(KEYS) do
            local number, left = redis.call('INCR', key), redis.call('PTTL', key)
            if left < 0 then
                left = tonumber(ARGV[i])
                redis.call('PEXPIRE', key, left)
            end
            answer[#answer + 1] = number
            answer[#answer + 1] = left
        end
        return answer
    """
    _GIVE_BACK = """
        for _, key in ipairs(KEYS) do
            if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
        end
    """

    def __init__(self, url: str, prefix: str = "hub:tries:") -> None:
        self.prefix = prefix
        self._redis = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._count = self._redis.register_script(self._COUNT)
        self._give_back = self._redis.register_script(self._GIVE_BACK)

    def count(self, wanted: Sequence[Wanted]) -> list[Counted]:
        answer: Any = self._count(keys=self._keys(wanted), args=[each.seconds * 1000 for each in wanted])
        return [Counted(number, left / 1000) for number, left in zip(answer[::2], answer[1::2], strict=True)]

    def give_back(self, wanted: Sequence[Wanted]) -> None:
        self._give_back(keys=self._keys(wanted))

    def forget_old(self) -> int:
        return 0

    def clear(self) -> None:
        if keys := list(self._redis.scan_iter(f"{self.prefix}*")):
            self._redis.delete(*keys)

    def _keys(self, wanted: Sequence[Wanted]) -> list[str]:
        return [f"{self.prefix}{each.key}" for each in wanted]


@dataclass
class OwnMemory:
    """What one process has counted; a stand-in while the shared store does not answer."""

    clock: Callable[[], float] = time.monotonic
    most_keys: int = 20_000
    failures: tuple[type[Exception], ...] = ()
    _tries: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, wanted: Sequence[Wanted]) -> list[Counted]:
        now = self.clock()
        with self._lock:
            self._make_room(now)
            return [self._counted(each, now) for each in wanted]

    def _counted(self, wanted: Wanted, now: float) -> Counted:
        number, ends = self._tries.get(wanted.key, (0, 0.0))
        if ends <= now:
            number, ends = 0, now + wanted.seconds
        self._tries[wanted.key] = (number + 1, ends)
        return Counted(number + 1, ends - now)

    def _make_room(self, now: float) -> None:
        if len(self._tries) < self.most_keys:
            return
        self._tries = {key: (number, ends) for key, (number, ends) in self._tries.items() if ends > now}
        if len(self._tries) >= self.most_keys:
            self._tries = dict(list(self._tries.items())[self.most_keys // 2 :])

    def give_back(self, wanted: Sequence[Wanted]) -> None:
        with self._lock:
            for each in wanted:
                number, ends = self._tries.get(each.key, (0, 0.0))
                if number:
                    self._tries[each.key] = (number - 1, ends)

    def forget_old(self) -> int:
        return 0

    def clear(self) -> None:
        self._tries.clear()


class Counters:
    """The shared store, or each process for itself while it does not answer.

    A broken store must neither lock everybody out nor let guessing run free: until it is back, nobody has more tries than the
    limit times the number of processes.
    """

    asks_again_after = 5.0  # seconds in which a store that failed is left alone, so that requests do not wait for it one by one

    def __init__(self, shared: Store) -> None:
        self.shared, self.own = shared, OwnMemory()
        self._ask_from = 0.0

    def count(self, wanted: Sequence[Wanted]) -> list[Counted]:
        if time.monotonic() >= self._ask_from:
            try:
                return self.shared.count(wanted)
            except self.shared.failures as error:
                self._ask_from = time.monotonic() + self.asks_again_after
                logger.error("The store of limits does not answer (%s); until it does, each process counts for itself.", error)
        return self.own.count(wanted)

    def give_back(self, wanted: Sequence[Wanted]) -> None:
        if time.monotonic() < self._ask_from:
            self.own.give_back(wanted)
            return
        try:
            self.shared.give_back(wanted)
        except self.shared.failures:
            logger.warning("A try that succeeded stays counted: the store of limits does not answer.")

    def forget_old(self) -> int:
        return self.shared.forget_old()

    def clear(self) -> None:
        self.own.clear()
        self._ask_from = 0.0
        self.shared.clear()


@cache
def _counters(url: str, path: Path) -> Counters:
    return Counters(RedisStore(url) if url else SQLiteStore(path))


def counters() -> Counters:
    """Those of this hub: in Redis where HUB_LIMITS names one, else in its file."""
    return _counters(settings.HUB_LIMITS["redis"], Path(settings.HUB_LIMITS["file"]))
