"""`python -m tests.bench.taxonomy`: a scheme of 5,000 terms goes out and comes in again in each format.

Budgets: an import within 60 seconds, and SQLite's write lock held for less than 5 of them; `/a-z/` and a letter in 300 ms, all
terms on one page in 2 s, with as many queries as for a scheme of a hundred terms. Machines are shared: the work that the process
itself does is told beside the clock; pages are held to it.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="hub-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
os.environ.update(DATA_DIR=str(FOLDER), DEBUG="false", LOG_LEVEL="ERROR", ALLOWED_HOSTS="testserver")

import django  # noqa: E402 - the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from taxonomy.actions import importing  # noqa: E402
from taxonomy.models import Concept, ConceptScheme  # noqa: E402
from taxonomy.skos import quality  # noqa: E402
from taxonomy.skos.formats import DOWNLOADS, WRITTEN  # noqa: E402
from taxonomy.skos.plan import Wanted  # noqa: E402
from tests.taxonomy.skos.schemes import carried, forget, generated  # noqa: E402

SIZE = int(os.environ.get("HUB_BENCH_TERMS", "5000"))
MOST_SECONDS, MOST_LOCKED = 60, 5
PAGES = {"/a-z/": 300, "/a-z/t/": 300, "/a-z/tree/": 300, "/a-z/all/": 2000}  # most milliseconds
REPEATS = 7
NOW = timezone.now()
locked: list[tuple[float, float]] = []  # seconds by the clock, and of work


def _timed_lock() -> None:
    """From the first statement of the import's transaction, which is the lock, to its commit."""
    real = importing.lock_schemes

    def timed() -> None:
        begun, work = time.perf_counter(), time.process_time()
        real()
        transaction.on_commit(lambda: locked.append((time.perf_counter() - begun, time.process_time() - work)))

    importing.lock_schemes = timed


def _queries(address: str) -> int:
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def _slow_pages(queries: dict[str, int]) -> list[str]:
    gc.collect()
    gc.freeze()  # as a web worker does once it has started (hub/deploy/gunicorn.conf.py); here it holds what filled the scheme too
    client, slow = Client(), []
    for address, most in PAGES.items():
        clock, work = [], []
        for _ in range(REPEATS):
            begun, begun_work = time.perf_counter(), time.process_time()
            size = len(client.get(address).content)
            clock.append((time.perf_counter() - begun) * 1000)
            work.append((time.process_time() - begun_work) * 1000)
        number = _queries(address)
        print(
            f"{address:14} {sorted(clock)[REPEATS // 2]:5.0f} ms, {sorted(work)[REPEATS // 2]:.0f} ms of work (most {max(work):.0f}),"
            f" {number} queries, {size / 1000:.0f} kB",
            flush=True,
        )
        if max(work) > most or number != queries[address]:
            slow.append(address)
    return slow


def main() -> None:
    call_command("migrate", verbosity=0)
    _timed_lock()
    generated(100)
    queries = {address: _queries(address) for address in PAGES}
    forget()
    generated(SIZE)
    slow = _slow_pages(queries)
    files = {}
    for suffix in DOWNLOADS:
        begun = time.perf_counter()
        vocabulary = carried(ConceptScheme.objects.get(slug="generated"))
        files[suffix] = b"".join(
            piece if isinstance(piece, bytes) else piece.encode() for piece in WRITTEN[suffix].write(vocabulary)
        )
        print(f"{suffix:14} out {time.perf_counter() - begun:5.1f} s, {len(files[suffix]) / 1e6:.1f} MB", flush=True)
    begun = time.perf_counter()
    found = quality.check(carried(ConceptScheme.objects.get(slug="generated")), NOW)
    print(
        f"quality report     {time.perf_counter() - begun:5.1f} s, {sum(len(each.places) for each in found)} findings", flush=True
    )
    for suffix in ("ttl", "rdf", "jsonld", "nt", "csv", "xlsx"):
        forget()
        begun, work = time.perf_counter(), time.process_time()
        importing.import_file(data=files[suffix], name=f"x.{suffix}", wanted=Wanted("generated"), by=None, now=NOW)
        took, worked = time.perf_counter() - begun, time.process_time() - work
        assert Concept.objects.count() == SIZE
        held, held_work = locked[-1]
        print(
            f"{suffix:14} in  {took:5.1f} s ({worked:.1f} s of work); the lock {held:.1f} s ({held_work:.1f} s of work)", flush=True
        )
        if took > MOST_SECONDS or held > MOST_LOCKED:
            slow.append(suffix)
    if slow:
        sys.exit(f"Over budget: {', '.join(slow)}.")


try:
    main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
