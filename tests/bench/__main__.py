"""`make bench SCALE=1`: fill a hub to SCALE per cent of full size, then time each kind of page beside a hello-world view.

Server time is measured in this process, through the whole middleware stack, without a network. Machines are shared and
noisy: the ratios compare, and the budget is held against the process's own work, which a busy neighbour does not lengthen.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="hub-bench-"))
(FOLDER / "static").mkdir()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
os.environ.update(DATA_DIR=str(FOLDER), DEBUG="false", LOG_LEVEL="ERROR", ALLOWED_HOSTS="testserver,localhost")

import django  # noqa: E402 - the settings come first

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402

from hub import public_ids, urls  # noqa: E402
from tests.bench.fill import forum, members, organisations, pages, stepshare, taxonomy  # noqa: E402
from tests.bench.fill.size import Size  # noqa: E402
from tests.bench.fill.words import Words  # noqa: E402

NOW = dt.datetime(2026, 5, 5, 10, tzinfo=dt.UTC)
FILLERS = (organisations, taxonomy, stepshare, members, forum, pages)  # floor by floor
HELLO = "/-/hello/"
MOST_MILLISECONDS, MOST_QUERIES = 300, 30  # DESIGN section 9: any page, signed in


def fill(size: Size) -> None:
    settings.TASKS["default"]["BACKEND"] = "django_tasks.backends.dummy.DummyBackend"
    settings.HUB_LIMITS["enforced"] = False  # nobody asks as often as a bench
    words = Words(seed=2006)
    with public_ids.drawn_from(words.chance.choice):
        for filler in FILLERS:
            begun = time.perf_counter()
            filler.fill(size, words, NOW)
            print(f"  {filler.__name__.rsplit('.', 1)[-1]:<16}{time.perf_counter() - begun:6.1f} s")
    begun = time.perf_counter()
    call_command("rebuild_search", verbosity=0)
    print(f"  {'search index':<16}{time.perf_counter() - begun:6.1f} s")
    # The planner of either database knows its rows only after this.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def addresses() -> dict[str, str]:
    from casestudies.models import CaseStudyPage
    from forum.models import Answer
    from hub.library.models import BriefingPaperPage
    from hub.organisations.models import Organisation
    from stepshare.models import Product, Project
    from taxonomy.models import Concept

    answer = Answer.objects.filter(question__audience="public").select_related("question").first()
    return {
        "front page": "/",
        "A-Z": "/a-z/",
        "letter": "/a-z/c/",
        "tree": "/a-z/tree/",
        "what has changed": "/a-z/changes/",
        "completing": "/a-z/suggest/?q=co",
        "term": Concept.objects.first().get_absolute_url(),
        "papers": "/briefing-papers/",
        "paper": BriefingPaperPage.objects.first().url,
        "case studies": "/case-studies/",
        "case study": CaseStudyPage.objects.first().url,
        "events": "/events/",
        "question time": "/question-time/",
        "unanswered": "/question-time/unanswered/",
        "question": answer.question.get_absolute_url(),
        "councils": "/share/councils/",
        "council": Organisation.objects.councils().first().get_absolute_url(),
        "systems": "/share/systems/",
        "system": Product.objects.first().get_absolute_url(),
        "projects": "/share/projects/",
        "project": Project.objects.filter(audience="public").first().get_absolute_url(),
        "search": "/search/?q=customer",
        "search, 3 words": "/search/?q=customer+data+council",
        "bulletin": "/bulletin/",
    }


def members_only() -> dict[str, str]:
    from hub.accounts.models import User
    from taxonomy.models import Concept

    person = User.objects.order_by("pk").last()
    return {
        "members": "/members/",
        "members, a term": f"/members/?concept={Concept.objects.first().slug}",
        "person": f"/members/{person.public_id}/",
        "account": "/account/",
    }


@dataclass(frozen=True)
class Timing:
    """Of one page: milliseconds on the clock, milliseconds of this process's own work, queries, bytes."""

    p50: float
    p95: float
    work_p95: float
    queries: int
    size: int


def measure(client: Client, address: str, repeats: int) -> Timing:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    queries = len(captured)  # before the next request empties the log
    if response.status_code != 200:
        sys.exit(f"{address} answered {response.status_code}")
    clock, work = [], []
    for _ in range(repeats):
        begun, begun_work = time.perf_counter(), time.process_time()
        client.get(address)
        clock.append((time.perf_counter() - begun) * 1000)
        work.append((time.process_time() - begun_work) * 1000)
    return Timing(statistics.median(clock), p95(clock), p95(work), queries, len(response.content))


def p95(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[18]


def report(repeats: int) -> list[str]:
    """Prints the table; returns what is over budget."""
    from hub.accounts.models import User

    urls.urlpatterns.insert(0, path(HELLO.lstrip("/"), lambda request: HttpResponse("Hello, world")))
    member = Client()
    member.force_login(User.objects.order_by("pk").first(), backend="allauth.account.auth_backends.AuthenticationBackend")
    visitor = Client()
    hello = measure(visitor, HELLO, repeats * 5).p50
    gc.collect()
    gc.freeze()  # as every worker does (hub/deploy/gunicorn.conf.py)
    print(f"\nhello world: {hello:.2f} ms\n")
    print(f"{'page':<18}{'':>10}{'p50 ms':>9}{'p95 ms':>9}{'work p95':>9}{'x hello':>9}{'queries':>9}{'kB':>8}")
    over = []
    asked = [(kind, address, who) for kind, address in addresses().items() for who in ("visitor", "member")]
    asked += [(kind, address, "member") for kind, address in members_only().items()]
    for kind, address, who in asked:
        client = member if who == "member" else visitor
        t = measure(client, address, repeats)
        print(
            f"{kind:<18}{who:>10}{t.p50:>9.1f}{t.p95:>9.1f}{t.work_p95:>9.1f}{t.p50 / hello:>9.1f}{t.queries:>9}{t.size / 1000:>8.1f}"
        )
        if t.work_p95 > MOST_MILLISECONDS or t.queries > MOST_QUERIES:
            over.append(f"{kind} as a {who}: p95 {t.work_p95:.0f} ms of work, {t.queries} queries")
    return over


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="per cent of full size")
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args()
    size = Size().at(options.scale)
    print(f"A hub at {options.scale:g} per cent: {size}")
    call_command("migrate", verbosity=0)
    fill(size)
    over = report(options.repeats)
    if over:
        sys.exit("\nOver budget:\n" + "\n".join(over))


try:
    main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
