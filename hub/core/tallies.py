"""Counting what is only read, without writing to the database: a line in a file for each, which the worker adds up (ADR 0013).

A tally is a count and no ledger: one that is lost or too many changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import suppress
from pathlib import Path

from django.conf import settings

MOST_BYTES = 2_000_000  # then nothing more is noted until the worker has been
MOST_WORD = 200
_log = logging.getLogger(__name__)


def note(kind: str, word: str) -> None:
    """Never fails a page: what cannot be noted is left out."""
    line = " ".join(word.split())[:MOST_WORD]
    if not line:
        return
    try:
        path = _path(kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Short lines that are appended in one write do not mix, whichever process writes them.
        with path.open("ab", buffering=0) as file:
            if file.tell() < MOST_BYTES:
                file.write(f"{line}\n".encode())
    except OSError as error:
        _log.warning("Nothing can be noted in %s: %s", settings.HUB_TALLIES, error)


def take(kind: str) -> Counter[str]:
    """How often each word was noted since the last taking."""
    path = _path(kind)
    taken = path.with_suffix(".taken")
    # What a worker left that was stopped meanwhile comes first; the rest waits for the next taking.
    if not taken.exists():
        with suppress(FileNotFoundError):
            path.replace(taken)
    try:
        lines = taken.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return Counter()
    taken.unlink()
    return Counter(filter(None, lines))


def _path(kind: str) -> Path:
    return Path(settings.HUB_TALLIES) / f"{kind}.txt"
