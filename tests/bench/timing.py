"""How one page is timed: through the whole middleware stack, in this process, without a network."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

HELLO = "/-/hello/"
MOST_MILLISECONDS, MOST_QUERIES = 300, 30  # DESIGN section 9: any page, signed in


@dataclass(frozen=True)
class Timing:
    """Of one page: milliseconds on the clock, milliseconds of work, queries, bytes. Work is this process's own, with which SQLite
    does its, and that of PostgreSQL's for this connection; of a server elsewhere, the time that this process waited for it."""

    p50: float
    p95: float
    work_p50: float
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
        waited, served = _Waited(), _served()
        begun, begun_work = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(waited) if connection.vendor != "sqlite" else nullcontext():
            client.get(address)
        clock.append((time.perf_counter() - begun) * 1000)
        own = time.process_time() - begun_work
        served = _served() - served if served else 0
        work.append((own + (served or waited.seconds)) * 1000)
    return Timing(statistics.median(clock), p95(clock), statistics.median(work), p95(work), queries, len(response.content))


def _served() -> float:
    """Seconds of work that PostgreSQL has done for this connection, if it does it on this machine."""
    server = getattr(connection.connection, "info", None)
    try:
        return int(Path(f"/proc/{server.backend_pid}/schedstat").read_text().split()[0]) / 1e9 if server else 0
    except OSError:
        return 0


class _Waited:
    """For the answers of a database server."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        begun, begun_work = time.perf_counter(), time.process_time()
        try:
            return execute(*args)
        finally:
            self.seconds += max(0, time.perf_counter() - begun - (time.process_time() - begun_work))


def p95(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[18]
