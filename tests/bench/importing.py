"""`python -m tests.bench.importing`: 20,000 questions, answers and comments from a CSV file, once more, and a quarter with other words.

Budget: SQLite's write lock is held for less than 5 seconds, and the second run adds nothing. Machines are shared: the work that
the process itself does is told beside the clock, and the lock is held to it. DATABASE_URL chooses another database, which has to be empty.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="hub-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
os.environ.update(DATA_DIR=str(FOLDER), DEBUG="false", LOG_LEVEL="ERROR")

import django  # noqa: E402 - the settings come first

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from forum.actions import importing  # noqa: E402
from forum.import_file import ANSWER, COLUMNS, COMMENT, QUESTION, read  # noqa: E402
from forum.import_plan import Plan, plan  # noqa: E402
from forum.models import ImportedPost, PostRevision  # noqa: E402
from hub.accounts.models import User  # noqa: E402
from hub.organisations.models import Organisation  # noqa: E402
from stepshare.models import Product  # noqa: E402
from taxonomy.models import Concept  # noqa: E402
from tests.bench.fill import organisations, stepshare, taxonomy  # noqa: E402
from tests.bench.fill.size import Size  # noqa: E402
from tests.bench.fill.words import Words  # noqa: E402

ROWS = int(os.environ.get("HUB_BENCH_ROWS", "20000"))
MOST_LOCKED = 5
NOW = dt.datetime(2026, 5, 5, 10, tzinfo=dt.UTC)
locked: list[tuple[float, float]] = []  # seconds by the clock, and of work


def _timed_lock() -> None:
    """From the first statement of the import's transaction, which comes just after the lock, to its commit."""
    real = importing.users_with

    def timed(emails: dict[str, int]) -> dict[str, int]:
        begun, work = time.perf_counter(), time.process_time()
        transaction.on_commit(lambda: locked.append((time.perf_counter() - begun, time.process_time() - work)))
        return real(emails)

    importing.users_with = timed  # type: ignore[assignment]  # the same, timed


def _rows(words: Words) -> list[dict[str, str]]:
    """Of four rows one is a question, two are answers and one is a comment; a fifth of the authors are members by now."""
    chance = words.chance
    terms = list(Concept.objects.order_by("pk").values_list("label", flat=True)[:500])
    systems = list(Product.objects.order_by("pk").values_list("name", flat=True))
    councils = list(Organisation.objects.councils().order_by("pk").values_list("name", flat=True))
    people = [f"author{n}@old.example" for n in range(500)]
    for person in people[::5]:
        user = User.objects.create_user(f"now.{person}", first_name="A", last_name="Member")
        EmailAddress.objects.create(user=user, email=person, verified=True)
    rows = []
    for n in range(ROWS):
        kind = (QUESTION, ANSWER, ANSWER, COMMENT)[n % 4]
        author, at = chance.choice(people), NOW - dt.timedelta(days=900) + dt.timedelta(minutes=n)
        row = {
            "kind": kind,
            "id": f"{kind}-{n}",
            "body": words.paragraphs(2),
            "date": at.strftime("%Y-%m-%dT%H:%M"),
            "author email": author,
            "author name": author.partition("@")[0],
            "council": chance.choice(councils),
        }
        if kind == QUESTION:
            row |= {"title": f"{words.title()[:138]}?", "audience": "public"}
            row |= {"terms": "; ".join(chance.sample(terms, 2)), "systems": chance.choice(systems)}
        else:
            row |= {"parent id": f"question-{n - n % 4}", "accepted": "yes" if n % 12 == 1 else ""}
        rows.append(row)
    return rows


def _file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _run(content: bytes) -> Plan:
    begun, work = time.perf_counter(), time.process_time()
    planned = plan(read(content, NOW), "import")
    print(f"plan    {time.perf_counter() - begun:5.1f} s, {time.process_time() - work:.1f} s of work", flush=True)
    begun, work = time.perf_counter(), time.process_time()
    importing.bring_in(plan=planned, update=True, by=None, now=NOW)
    held, held_work = locked[-1]
    print(
        f"write   {time.perf_counter() - begun:5.1f} s, {time.process_time() - work:.1f} s of work;"
        f" the lock {held:.1f} s, {held_work:.1f} s of work",
        flush=True,
    )
    return planned


def main() -> None:
    call_command("migrate", verbosity=0)
    words = Words(seed=2006)
    for filler in (organisations, taxonomy, stepshare):
        filler.fill(Size().at(10), words, NOW)
    rows = _rows(words)
    gc.collect()
    gc.freeze()
    _timed_lock()
    first = _run(_file(rows))
    assert len(first.new) == ImportedPost.objects.count() == ROWS
    second = _run(_file(rows))
    assert (len(second.new), len(second.changed), ImportedPost.objects.count()) == (0, 0, ROWS)
    for row in rows[: ROWS // 4]:
        row["body"] += "\n\nSaid otherwise."
    third = _run(_file(rows))
    assert (len(third.new), len(third.changed), PostRevision.objects.count()) == (0, ROWS // 4, ROWS // 4)
    if (most := max(work for _, work in locked)) > MOST_LOCKED:
        sys.exit(f"Over budget: the lock was held for {most:.1f} s of work.")


try:
    main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
