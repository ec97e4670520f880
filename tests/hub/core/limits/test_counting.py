"""The counters are exact whoever counts, end with their window, and have a stand-in."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
import redis

from hub.core.limits.counting import Counters, OwnMemory, RedisStore, SQLiteStore, Wanted

ROOT = Path(__file__).resolve().parents[4]
REDIS = "redis://127.0.0.1:6379/0"
HERE, THERE = Wanted("here", 300), Wanted("there", 300)


class Clock:
    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def redis_store() -> RedisStore:
    store = RedisStore(REDIS, prefix=f"hub-tests:{uuid.uuid4()}:")
    try:
        store.clear()
    except redis.ConnectionError:
        pytest.skip("no Redis at 127.0.0.1:6379")
    return store


@pytest.fixture(params=["sqlite", "redis", "memory"])
def store(request, tmp_path):
    if request.param == "memory":
        yield OwnMemory()
    elif request.param == "redis":
        found = redis_store()
        yield found
        found.clear()
    else:
        found = SQLiteStore(tmp_path / "limits.sqlite3")
        yield found
        found.close()


def numbers(store, *wanted):
    return [counted.number for counted in store.count(wanted)]


def test_each_try_adds_one_to_each_of_its_counters(store):
    assert numbers(store, HERE, THERE) == [1, 1]
    assert numbers(store, HERE) == [2]
    assert numbers(store, HERE, THERE) == [3, 2]


def test_a_window_says_how_long_it_still_is(store):
    store.count([HERE])

    assert 299 < store.count([HERE])[0].seconds_left <= 300


def test_what_is_given_back_is_not_counted_and_never_below_nothing(store):
    store.count([HERE])
    store.give_back([HERE, THERE])
    store.give_back([HERE])

    assert numbers(store, HERE, THERE) == [1, 1]


def test_a_window_ends(store):
    soon = Wanted("soon", 1)
    assert numbers(store, soon) == [1]
    assert numbers(store, soon) == [2]

    time.sleep(1.1)

    assert numbers(store, soon) == [1]


def test_a_window_is_not_made_longer_by_tries_within_it(clock, tmp_path):
    store = SQLiteStore(tmp_path / "limits.sqlite3", clock)
    store.count([HERE])
    clock.now += 299
    assert store.count([HERE])[0].seconds_left == 1
    clock.now += 1

    assert numbers(store, HERE) == [1]
    store.close()


def test_a_clock_that_is_put_back_locks_nobody_out(clock, tmp_path):
    store = SQLiteStore(tmp_path / "limits.sqlite3", clock)
    store.count([HERE])
    clock.now -= 3600

    assert store.count([HERE])[0].seconds_left == 300
    store.close()


def test_counters_whose_window_has_ended_are_forgotten(clock, tmp_path):
    store = SQLiteStore(tmp_path / "limits.sqlite3", clock)
    store.count([Wanted("short", 60), Wanted("long", 600)])
    clock.now += 60

    assert store.forget_old() == 1
    assert store.forget_old() == 0
    assert numbers(store, Wanted("long", 600)) == [2]
    store.close()


COUNTING = """
import sys
from pathlib import Path
from hub.core.limits.counting import RedisStore, SQLiteStore, Wanted
where, prefix, times = sys.argv[1:]
store = RedisStore(where, prefix) if prefix else SQLiteStore(Path(where))
for _ in range(int(times)):
    store.count([Wanted("shared", 300), Wanted("other", 300)])
"""


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_processes_that_count_at_once_lose_no_try(kind, tmp_path):
    processes, times = 6, 150
    store = redis_store() if kind == "redis" else SQLiteStore(tmp_path / "limits.sqlite3")
    where = [REDIS, store.prefix] if isinstance(store, RedisStore) else [str(store.path), ""]
    command = [sys.executable, "-c", COUNTING, *where, str(times)]

    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(processes)]  # a new file, which they make together

    assert [process.wait(timeout=60) for process in running] == [0] * processes
    assert numbers(store, Wanted("shared", 300), Wanted("other", 300)) == [processes * times + 1] * 2
    store.clear() if kind == "redis" else store.close()


def test_a_forked_process_opens_a_connection_of_its_own(monkeypatch, tmp_path):
    store = SQLiteStore(tmp_path / "limits.sqlite3")
    store.count([HERE])
    parents = store._connection()

    monkeypatch.setattr(os, "getpid", lambda: -1)

    assert numbers(store, HERE) == [2]
    assert store._connection() is not parents
    assert parents.execute("SELECT 1").fetchone() == (1,)  # closing it is the parent's business
    store.close()
    parents.close()


def test_own_memory_stays_small_whatever_is_tried():
    memory = OwnMemory(most_keys=100)

    for number in range(1000):
        memory.count([Wanted(f"key {number}", 300)])

    assert len(memory._tries) <= 100


# --- While the store does not answer ----------------------------------------------------------------------------------------------


class Broken(SQLiteStore):
    def count(self, wanted):
        raise sqlite3.OperationalError("disk I/O error")

    give_back = count


def test_while_the_store_does_not_answer_the_process_counts_by_itself_and_says_so(tmp_path, caplog):
    counters = Counters(Broken(tmp_path / "limits.sqlite3"))

    with caplog.at_level(logging.ERROR):
        seen = [numbers(counters, HERE)[0] for _ in range(3)]

    assert seen == [1, 2, 3]
    assert caplog.text.count("store of limits does not answer") == 1


def test_a_store_that_answers_again_is_used_again(monkeypatch, tmp_path):
    store = SQLiteStore(tmp_path / "limits.sqlite3")
    counters = Counters(store)
    counters.asks_again_after = 0.0
    assert numbers(counters, HERE) == [1]

    with monkeypatch.context() as broken:
        broken.setattr(SQLiteStore, "count", Broken.count)
        assert numbers(counters, HERE) == [1]

    assert numbers(counters, HERE) == [2]
    store.close()


def test_a_redis_that_is_not_there_counts_as_one_that_does_not_answer():
    assert numbers(Counters(RedisStore("redis://127.0.0.1:1/0")), HERE) == [1]


def test_a_folder_that_cannot_be_written_counts_as_a_store_that_does_not_answer(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    assert numbers(Counters(SQLiteStore(in_the_way / "limits.sqlite3")), HERE) == [1]
