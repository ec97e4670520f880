"""The worker's duties that belong to the whole site: Wagtail's background tasks, and publishing what is scheduled."""

from __future__ import annotations

import datetime as dt
import logging
from io import StringIO

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import UploadedFile

from hub.core.limits.counting import counters

logger = logging.getLogger(__name__)

STUCK_AFTER = dt.timedelta(hours=1)
ABANDONED_AFTER = dt.timedelta(days=1)
SEEN_KEY = "worker_seen_at"
SEEN_FOR = 120  # seconds; the worker says so four times in that time


def run_tasks() -> int:
    """Everything in the tasks' queue, one after the other; how many were run or given up."""
    if "django_tasks_db" not in settings.TASKS["default"]["BACKEND"]:
        return 0
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    ended = end_stuck_tasks(timezone.now())
    ready = DBTaskResult.objects.ready().count()
    if not ready:  # its own look takes SQLite's write lock
        return ended
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="hub-worker",
        excluded_queue_names=[],
    )
    worker.run()
    return ready + ended


def end_stuck_tasks(now: dt.datetime) -> int:
    """A task whose worker was killed would say "running" for ever. It may have done half, so nobody runs it again unasked."""
    from django_tasks_db.models import DBTaskResult

    stuck = list(DBTaskResult.objects.running().filter(started_at__lt=now - STUCK_AFTER))
    for result in stuck:
        logger.error("Task %s (%s) was given up: it had been running for over an hour.", result.pk, result.task_path)
        result.set_failed(TimeoutError("Its worker ended, or it ran for over an hour."))
    return len(stuck)


def publish_scheduled() -> int:
    call_command("publish_scheduled", stdout=StringIO())
    return 0


def forget_abandoned_uploads() -> int:
    """What Wagtail keeps of an upload whose form was never finished, after a day: it has not been cleaned."""
    now = timezone.now()
    gone = [upload for upload in UploadedFile.objects.all() if _age_of(upload, now) > ABANDONED_AFTER]
    for upload in gone:
        upload.file.delete(save=False)
        upload.delete()
    return len(gone)


def _age_of(upload: UploadedFile, now: dt.datetime) -> dt.timedelta:
    """By its file: the row knows no day. Without a file it is as old as can be."""
    try:
        return now - upload.file.storage.get_modified_time(upload.file.name)
    except FileNotFoundError:
        return dt.timedelta.max


def forget_old_tries() -> int:
    """Counters whose window has ended; how many there were."""
    return counters().forget_old()


def worker_is_here(now: dt.datetime) -> None:
    cache.set(SEEN_KEY, now, SEEN_FOR)


def worker_seen_at() -> dt.datetime | None:
    """None: no worker runs, so no mail goes out. In the cache, so another process can ask."""
    seen: dt.datetime | None = cache.get(SEEN_KEY)
    return seen
