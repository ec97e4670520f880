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
import sys
import tempfile
import time
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
from django.urls import path  # noqa: E402

from hub import public_ids, urls  # noqa: E402
from tests.bench.fill import forum, members, organisations, pages, stepshare, taxonomy, threads  # noqa: E402
from tests.bench.fill.size import Size  # noqa: E402
from tests.bench.fill.words import Words  # noqa: E402
from tests.bench.timing import HELLO, MOST_MILLISECONDS, MOST_QUERIES, measure  # noqa: E402

NOW = dt.datetime(2026, 5, 5, 10, tzinfo=dt.UTC)
FILLERS = (organisations, taxonomy, stepshare, members, forum, threads, pages)  # floor by floor


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
        "question": answer.question.get_absolute_url(),
        **threads.addresses(),
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
        **threads.addresses_of_a_member(User.objects.order_by("pk").first()),
    }


def report(repeats: int) -> list[str]:
    """Prints the table; returns what is over budget."""
    from hub.accounts.models import User

    urls.urlpatterns.insert(0, path(HELLO.lstrip("/"), lambda request: HttpResponse("Hello, world")))
    member = Client()
    member.force_login(User.objects.order_by("pk").first(), backend="hub.members.backends.SignInBackend")
    visitor = Client()
    hello = measure(visitor, HELLO, repeats * 5).p50
    gc.collect()
    gc.freeze()  # as every worker does (hub/deploy/gunicorn.conf.py)
    print(f"\nhello world: {hello:.2f} ms\n")
    print(f"{'page':<22}{'':>10}{'p50 ms':>9}{'p95 ms':>9}{'work p95':>9}{'x hello':>9}{'queries':>9}{'kB':>8}")
    over = []
    asked = [(kind, address, who) for kind, address in addresses().items() for who in ("visitor", "member")]
    asked += [(kind, address, "member") for kind, address in members_only().items()]
    for kind, address, who in asked:
        client = member if who == "member" else visitor
        t = measure(client, address, repeats)
        print(
            f"{kind:<22}{who:>10}{t.p50:>9.1f}{t.p95:>9.1f}{t.work_p95:>9.1f}{t.p50 / hello:>9.1f}{t.queries:>9}{t.size / 1000:>8.1f}"
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
