"""`manage.py worker`: one process, one thread for each duty, so that a bulletin starves neither sign-in mail nor the index."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection

from hub.core.duties import Duty, all_duties

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what waits: hand over mail, keep the search index, publish what is scheduled."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def ask_to_stop(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        threads = [threading.Thread(target=keep, args=(duty, stop), name=duty.name) for duty in all_duties()]
        for thread in threads:
            thread.start()
        self.stdout.write("Worker: " + ", ".join(thread.name for thread in threads))
        stop.wait()
        for thread in threads:
            thread.join()


def keep(duty: Duty, stop: threading.Event) -> None:
    """Do the duty until asked to stop; an error is logged and tried again later, it never ends the others."""
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
        if not done:
            stop.wait(duty.every)
    connection.close()
