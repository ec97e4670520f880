"""SIGKILL of a web worker, at random moments, while people post: nothing acknowledged is lost, nothing is half there or twice.

`make proofs-forum KILLS=200` asks for a long run. With DATABASE_URL on a PostgreSQL server, the hub posts to a database made for it there.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HUB_POSTING_KILLS", "0"))
WORKERS = 2
PEOPLE = 3  # who post at the same time
MEMBERS = 3 + KILLS // 4  # they post for, in turns: what one member or one address may post is limited
DATABASE = "hub_posting_kill"
ENOUGH = 120  # seconds in which a form is sent again before somebody gives up
TOKEN = re.compile(r'name="(csrfmiddlewaretoken|submission)"[^>]*?value="([^"]+)"')

pytestmark = pytest.mark.skipif(not KILLS, reason="the long proof: make proofs-forum")


@dataclass
class Tally:
    """What the people were told: by submission, where it was posted."""

    questions: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    sent: int = 0
    takes: float = 0.1  # seconds between the last form and its answer
    resent: int = 0
    troubles: list[str] = field(default_factory=list)


class Hub:
    """gunicorn as in production, with its own database file or database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        given = os.environ.get("DATABASE_URL", "")
        self.is_postgres = given.startswith("postgres")
        # Empty: the SQLite file of DATA_DIR, with the options a hub has there.
        self.url = f"{given.rpartition('/')[0]}/{DATABASE}" if self.is_postgres else ""
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "HUB_", "PYTEST"))},
            "DJANGO_SETTINGS_MODULE": "hub.settings.dev",
            "DEBUG": "false",
            "LOG_LEVEL": "ERROR",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "SECRET_KEY": "one that both workers share, for this test alone",
            "DATABASE_URL": self.url,
            "DATA_DIR": str(folder),
        }
        known = self._prepare()
        self.term, self.cookie, self.sessions = known["term"], known["cookie"], known["sessions"]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "hub.wsgi",
            "-c",
            "hub/deploy/gunicorn.conf.py",
            "-b",
            f"127.0.0.1:{self.port}",
            # Loaded once, before the workers are forked: one that dies while it loads the hub has nothing in hand.
            "--preload",
        ]
        with (folder / "gunicorn.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "-w", str(WORKERS), "-t", "60"], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )

    def _prepare(self) -> dict[str, Any]:
        if self.is_postgres:
            with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server:
                server.autocommit = True
                server.cursor().execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
                server.cursor().execute(f"CREATE DATABASE {DATABASE}")
        (self.folder / "static").mkdir(exist_ok=True)
        told = subprocess.run(
            [sys.executable, "-m", "tests.forum.posting_hub", str(MEMBERS)],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        )
        known: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
        return known

    def workers(self) -> list[int]:
        """Children of the arbiter."""
        with contextlib.suppress(OSError):
            listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            return [int(number) for number in listed.split()]
        return []

    def rows(self, query: str) -> list[tuple[object, ...]]:
        if self.is_postgres:
            with contextlib.closing(psycopg2.connect(self.url)) as database, database.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        with contextlib.closing(sqlite3.connect(self.folder / "hub.sqlite3")) as database:
            return list(database.execute(query))

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Browser:
    """Of one member who is signed in, at an address of their own."""

    address: str
    cookies: dict[str, str]


class Person(threading.Thread):
    """Fills in a form and sends it, twice at once now and then; without an answer, the same form again."""

    def __init__(self, hub: Hub, browsers: list[Browser], tally: Tally, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.hub, self.browsers, self.tally, self.stop = hub, browsers, tally, stop
        self.chance = random.Random()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.post()
            except Exception as error:  # noqa: BLE001 - the test tells it
                self.tally.troubles.append(f"{type(error).__name__}: {error}")
                return

    def post(self) -> None:
        known = list(self.tally.questions.values())
        if known and self.chance.random() < 0.5:
            self._send(f"{self.chance.choice(known)}answer/", {"body": "The county does, **as a rule**."}, self.tally.answers)
        else:
            form = {
                "title": "Who mends the light?",
                "body": "It is dark.",
                "audience": "public",
                "concepts": self.hub.term,
            }
            self._send("/question-time/ask/", form, self.tally.questions)

    def _send(self, address: str, form: dict[str, str], acknowledged: dict[str, str]) -> None:
        browser = self.chance.choice(self.browsers)
        status, _, page = self._until_answered(browser, "GET", address)
        assert status == 200, f"GET {address} answered {status}"
        hidden = dict(TOKEN.findall(page))
        data = {**form, **hidden}
        self.tally.tried.add(hidden["submission"])
        if self.chance.random() < 0.3:
            twin = threading.Thread(target=self._try, args=(browser, "POST", address, data), daemon=True)
            twin.start()
        status, location, body = self._until_answered(browser, "POST", address, data)
        if status != 302:
            title = re.search(r"<h1>(.*?)</h1>", body, re.DOTALL)
            raise AssertionError(f"{address} answered {status}: {title[1] if title else body[:200]}")
        where = re.match(r"(/question-time/(?:answers/)?[^/]+/)", location)
        assert where, location
        acknowledged[hidden["submission"]] = where[1]

    def _until_answered(
        self, browser: Browser, method: str, address: str, data: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        give_up = time.monotonic() + ENOUGH
        while time.monotonic() < give_up:
            answer = self._try(browser, method, address, data)
            if answer is not None:
                return answer
            self.tally.resent += method == "POST"
            time.sleep(self.chance.uniform(0, 0.05))
        raise AssertionError(f"{method} {address} was not answered within {ENOUGH} s")

    def _try(self, browser: Browser, method: str, address: str, data: dict[str, str] | None = None) -> tuple[int, str, str] | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=30, source_address=(browser.address, 0))
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in list(browser.cookies.items()))}
            if data:
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.hub.port}"}
            began = time.monotonic()
            self.tally.sent += method == "POST"
            connection.request(method, address, urlencode(data) if data else None, headers)
            response = connection.getresponse()
            if method == "POST":
                self.tally.takes = time.monotonic() - began
            body = response.read().decode()
            for header in response.headers.get_all("Set-Cookie") or ():
                name, _, value = header.partition(";")[0].partition("=")
                browser.cookies[name] = value
            return response.status, response.headers.get("Location", ""), body
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tmp_path)
    try:
        yield hub
    finally:
        hub.close()


def test_killed_workers_lose_nothing_and_post_nothing_twice(hub):
    tally, stop, chance = Tally(), threading.Event(), random.Random()
    browsers = [
        Browser(f"127.0.{1 + number // 250}.{1 + number % 250}", {hub.cookie: session})
        for number, session in enumerate(hub.sessions)
    ]
    people = [Person(hub, browsers[number::PEOPLE], tally, stop) for number in range(PEOPLE)]
    for person in people:
        person.start()
    kills, give_up = 0, time.monotonic() + 60 + 5 * KILLS
    _wait(lambda: len(tally.questions) > 2 or tally.troubles, 120)
    while kills < KILLS and time.monotonic() < give_up and not tally.troubles:
        if len(workers := hub.workers()) < WORKERS:
            time.sleep(0.02)
            continue
        # Somewhere in the handling of a form: what dies at other moments has little in hand.
        _wait(lambda before=tally.sent: tally.sent > before or tally.troubles, 30)
        time.sleep(chance.uniform(0, tally.takes))
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)
            kills += 1
    stop.set()
    for person in people:
        person.join(ENOUGH + 60)

    assert tally.troubles == []
    assert kills == KILLS
    assert tally.resent or KILLS < 20, "no kill fell on a form that was being sent"
    _nothing_lost_half_or_twice(hub, tally)
    posted = f"{len(tally.questions)} questions and {len(tally.answers)} answers posted"
    print(f"\n{kills} kills, {posted}, {tally.resent} forms sent again")  # noqa: T201 - the proof's figures


def _nothing_lost_half_or_twice(hub: Hub, tally: Tally) -> None:
    questions = dict(hub.rows("SELECT submission, public_id FROM forum_question"))
    answers = dict(hub.rows("SELECT submission, public_id FROM forum_answer"))
    assert {key: f"/question-time/{questions.get(key)}/" for key in tally.questions} == tally.questions
    assert {key: f"/question-time/answers/{answers.get(key)}/" for key in tally.answers} == tally.answers
    assert {*questions, *answers} <= tally.tried
    for table in ("question", "answer"):
        counted = hub.rows(f"SELECT count(*), count(DISTINCT submission) FROM forum_{table}")[0]  # noqa: S608 - our own tables
        assert counted[0] == counted[1], f"a {table} was posted twice"
    # Our own tables throughout.
    events = "SELECT count(*) FROM forum_questionevent e WHERE e.kind = 'posted' AND e."
    half = {
        "questions without their one event": f"SELECT public_id FROM forum_question q WHERE 1 <> ({events}question_id = q.id AND e.answer_id IS NULL)",  # noqa: S608
        "answers without their one event": f"SELECT public_id FROM forum_answer a WHERE 1 <> ({events}answer_id = a.id)",  # noqa: S608
        "questions without their term": "SELECT public_id FROM forum_question WHERE id NOT IN (SELECT question_id FROM forum_questionconcept)",
        "questions that search has not heard of": "SELECT public_id FROM forum_question WHERE CAST(id AS varchar(20)) NOT IN (SELECT object_pk FROM search_indexchange)",
        "questions older than their newest answer": "SELECT q.public_id FROM forum_question q JOIN forum_answer a ON a.question_id = q.id WHERE q.last_activity_at < a.answered_at",
        "drafts of what is posted": "SELECT public_id FROM forum_draft WHERE public_id IN (SELECT submission FROM forum_question)",
    }
    assert {what: hub.rows(query) for what, query in half.items() if hub.rows(query)} == {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(until: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():  # type: ignore[operator]  # a function without arguments
        time.sleep(0.002)
