"""`manage.py worker`: one process, one thread for each duty, so that a bulletin starves neither sign-in mail nor the index."""

from __future__ import annotations

import logging
import signal
import threading
from queue import SimpleQueue
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from hub.core import upkeep
from hub.core.duties import Duty, all_duties

logger = logging.getLogger(__name__)

SAYS_SO_EVERY = 30.0  # seconds between two signs of life


class Command(BaseCommand):
    help = "Do what waits: hand over mail, keep the search index, publish what is scheduled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due and end: for a timer that starts it every minute.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = threading.Event()
        stop_when_asked(stop)
        threads = [threading.Thread(target=keep, args=(duty, stop, once), name=duty.name) for duty in all_duties()]
        for thread in threads:
            thread.start()
        self.stdout.write("Worker: " + ", ".join(thread.name for thread in threads))
        if once:
            accompany(threads)
        else:
            watch(threads, stop)
        for thread in threads:
            thread.join()


def stop_when_asked(stop: threading.Event) -> None:
    """By TERM or INT: each duty ends what it has in hand, and whoever asks twice does not wait for that.

    A signal interrupts the main thread wherever it is, also where it holds the event's lock, and `set` would wait for that for
    ever. So the handler only says so, through the one queue that may be used in one, and another thread sets the event.
    """
    asked: SimpleQueue[int] = SimpleQueue()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        asked.put(signum)
        signal.signal(signum, signal.SIG_DFL)

    def listen() -> None:
        asked.get()
        stop.set()

    threading.Thread(target=listen, name="signals", daemon=True).start()
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)


def accompany(threads: list[threading.Thread]) -> None:
    """Show a sign of life until each has ended: a bulletin may take one of them an hour."""
    for thread in threads:
        while thread.is_alive():
            upkeep.worker_is_here(timezone.now())
            thread.join(SAYS_SO_EVERY)


def watch(threads: list[threading.Thread], stop: threading.Event) -> None:
    """Show a sign of life while every duty is kept; a worker with a dead thread shows none."""
    while not stop.is_set():
        missing = [thread.name for thread in threads if not thread.is_alive()]
        if missing:
            logger.error("The worker no longer does: %s. Start it again.", ", ".join(missing))
        else:
            upkeep.worker_is_here(timezone.now())
        stop.wait(SAYS_SO_EVERY)


def keep(duty: Duty, stop: threading.Event, once: bool = False) -> None:
    """Do the duty until asked to stop, or `once` until nothing of it is due. An error is logged and tried again later, which
    may be the next time; it never ends the others."""
    while not stop.is_set():
        close_old_connections()
        try:
            done = duty.run()
        except OperationalError:
            logger.warning("%s: the database did not answer; trying again", duty.name, exc_info=True)
            done = 0
        except Exception:
            logger.exception("%s failed; trying again", duty.name)
            done = 0
        if not done and once:
            break
        if not done:
            stop.wait(duty.every)
    connection.close()
