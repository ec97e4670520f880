"""`python -m tests.bench.questions`: 20,000 questions with 60,000 answers, and each list, feed and a thread of 200 answers.

Only question time is filled, and nothing is indexed, so it is quick. DATABASE_URL chooses another database; one that an earlier
run has filled is used as it is, and so is that in the folder that HUB_BENCH_FOLDER names. Machines are shared: pages are held to
their work, and to what a PostgreSQL beside it did for them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

KEPT = os.environ.get("HUB_BENCH_FOLDER")
FOLDER = Path(KEPT or tempfile.mkdtemp(prefix="hub-bench-")).resolve()
(FOLDER / "static").mkdir(parents=True, exist_ok=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
os.environ.update(DATA_DIR=str(FOLDER), DEBUG="false", LOG_LEVEL="ERROR", ALLOWED_HOSTS="testserver,localhost")

import django  # noqa: E402 - the settings come first

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402

from forum.models import Answer, FeedLink, Question  # noqa: E402
from hub import public_ids, urls  # noqa: E402
from hub.accounts.models import User  # noqa: E402
from tests.bench.fill import forum, organisations, stepshare, taxonomy, threads  # noqa: E402
from tests.bench.fill.size import Size  # noqa: E402
from tests.bench.fill.words import Words  # noqa: E402
from tests.bench.timing import HELLO, MOST_MILLISECONDS, MOST_QUERIES, measure  # noqa: E402

NOW = dt.datetime(2026, 5, 5, 10, tzinfo=dt.UTC)


def fill(size: Size) -> None:
    words = Words(seed=2006)
    begun = time.perf_counter()
    with public_ids.drawn_from(words.chance.choice):
        for filler in (organisations, taxonomy, stepshare, forum, threads):
            filler.fill(size, words, NOW)
    print(f"{Question.objects.count()} questions and {Answer.objects.count()} answers in {time.perf_counter() - begun:.0f} s")


def report(repeats: int) -> list[str]:
    """Prints the table; returns what is over budget."""
    urls.urlpatterns.insert(0, path(HELLO.lstrip("/"), lambda request: HttpResponse("Hello, world")))
    person = User.objects.order_by("pk").first()
    assert person is not None
    member, visitor = Client(), Client()
    member.force_login(person, backend="hub.members.backends.SignInBackend")
    gc.collect()
    gc.freeze()  # as every worker does (hub/deploy/gunicorn.conf.py)
    hello = measure(visitor, HELLO, repeats * 5)
    print(f"hello world: p50 {hello.p50:.2f} ms, {hello.work_p50:.2f} ms of work\n")
    print(f"{'page':<22}{'':>9}{'p50':>8}{'p95':>8}{'work p50':>10}{'work p95':>10}{'x hello':>9}{'queries':>9}{'kB':>8}")
    over = []
    asked = [(kind, address, who) for kind, address in threads.addresses().items() for who in ("visitor", "member")]
    asked += [(kind, address, "member") for kind, address in threads.addresses_of_a_member(person).items()]
    for kind, address, who in asked:
        t = measure(member if who == "member" else visitor, address, repeats)
        print(
            f"{kind:<22}{who:>9}{t.p50:>8.1f}{t.p95:>8.1f}{t.work_p50:>10.1f}{t.work_p95:>10.1f}"
            f"{t.work_p50 / hello.work_p50:>9.1f}{t.queries:>9}{t.size / 1000:>8.1f}"
        )
        if t.work_p95 > MOST_MILLISECONDS or t.queries > MOST_QUERIES:
            over.append(f"{kind} as a {who}: p95 {t.work_p95:.0f} ms of work, {t.queries} queries")
    return over


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=100, help="per cent of full size")
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args()
    settings.TASKS["default"]["BACKEND"] = "django_tasks.backends.dummy.DummyBackend"
    settings.HUB_LIMITS["enforced"] = False  # nobody asks as often as a bench
    call_command("migrate", verbosity=0)
    if not FeedLink.objects.exists():  # what is filled last
        fill(Size().at(options.scale))
    # The planner of either database knows its rows and indexes only after this.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    if over := report(options.repeats):
        sys.exit("\nOver budget:\n" + "\n".join(over))


if __name__ == "__main__":
    try:
        main()
    finally:
        if not KEPT:
            shutil.rmtree(FOLDER, ignore_errors=True)
