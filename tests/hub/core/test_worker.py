"""The worker keeps every duty, whatever happens to one of them."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django_tasks import task
from django_tasks_db.models import DBTaskResult, get_date_max

from hub.core import upkeep
from hub.core.duties import Duty, all_duties, register
from hub.core.management.commands import worker

HOUR = dt.timedelta(hours=1)
done: list[str] = []


@task()
def remember(word: str) -> None:
    done.append(word)


@task()
def stumble() -> None:
    raise ZeroDivisionError


@pytest.fixture
def _queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    done.clear()


def enqueued(name, *args, **given):
    return DBTaskResult.objects.create(
        **{
            "args_kwargs": {"args": args, "kwargs": {}},
            "task_path": f"{__name__}.{name}",
            "queue_name": "default",
            "backend_name": "default",
            "run_after": get_date_max(),
            **given,
        }
    )


def kept_until(duty, *, timeout=5):
    """Run `keep` as the worker does, in a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.keep, args=(duty(stop), stop))
    thread.start()
    thread.join(timeout)
    assert not thread.is_alive()


@pytest.mark.parametrize("error", [ValueError, OperationalError])
def test_a_duty_that_fails_is_tried_again(error, caplog):
    tried = []

    def duty(stop):
        def run():
            tried.append(1)
            if len(tried) == 1:
                raise error
            stop.set()
            return 0

        return Duty("shaky", 0.01, run)

    with caplog.at_level(logging.WARNING):
        kept_until(duty)

    assert len(tried) == 2
    assert "shaky" in caplog.text


def test_a_duty_with_more_to_do_does_not_wait():
    rounds = []

    def duty(stop):
        def run():
            rounds.append(1)
            if len(rounds) == 3:
                stop.set()
            return 1

        return Duty("busy", 60, run)

    kept_until(duty)

    assert len(rounds) == 3


def test_the_worker_says_that_it_is_here_only_while_every_duty_is_kept(caplog):
    stop, ended = threading.Event(), threading.Thread(target=int, name="mail")
    ended.start()
    ended.join()
    assert upkeep.worker_seen_at() is None

    threading.Timer(0.05, stop.set).start()
    worker.watch([ended], stop)
    assert upkeep.worker_seen_at() is None
    assert "mail" in caplog.text

    stop.clear()
    threading.Timer(0.05, stop.set).start()
    worker.watch([threading.current_thread()], stop)
    assert upkeep.worker_seen_at() is not None


@pytest.fixture
def _signals_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals_as_they_were")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_wherever_the_main_thread_is_and_the_second_does_not_wait(number):
    class Held(threading.Event):
        def set(self):
            assert threading.current_thread() is not threading.main_thread(), "waits for a lock that its own thread may hold"
            super().set()

    stop = Held()
    worker.stop_when_asked(stop)
    with stop._cond:  # as in the midst of waiting for it
        signal.raise_signal(number)

    assert stop.wait(10)
    assert signal.getsignal(number) is signal.SIG_DFL


@pytest.mark.usefixtures("_signals_as_they_were")
def test_once_it_does_all_that_is_due_and_ends_and_what_fails_ends_nothing_else(monkeypatch):
    left, asked = [3, 2, 1, 0, 0], []

    def some():
        time.sleep(0.05)
        asked.append("some" if len(asked) < 3 or upkeep.worker_seen_at() else "unseen while at work")
        return left.pop(0)

    def fail():
        asked.append("fail")
        raise ValueError

    monkeypatch.setattr(worker, "all_duties", lambda: [Duty("failing", 3600, fail), Duty("some", 3600, some)])
    call_command("worker", once=True)

    assert sorted(asked) == ["fail", "some", "some", "some", "some"]
    assert upkeep.worker_seen_at() is not None


def test_every_duty_of_the_hub_is_registered_with_its_pace():
    paces = {duty.name: duty.every for duty in all_duties()}

    assert paces["sign-in mail"] == 1
    assert paces["mail"] == 2
    assert paces["mail upkeep"] == 3600
    assert paces["tasks"] == 2
    assert paces["publishing"] == 30


def test_two_duties_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two duties"):
        register("tasks", every=1, run=lambda: 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_queue")
def test_what_waits_in_the_queue_is_run_and_an_error_ends_only_its_own_task():
    enqueued("stumble")
    enqueued("remember", "first")
    enqueued("remember", "second")

    assert upkeep.run_tasks() == 3
    assert upkeep.run_tasks() == 0

    assert sorted(done) == ["first", "second"]
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL", "SUCCESSFUL"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_queue")
def test_a_task_that_runs_for_over_an_hour_is_given_up(now):
    stuck = enqueued("remember", "stuck", status="RUNNING", started_at=now - HOUR - dt.timedelta(seconds=1))
    fresh = enqueued("remember", "fresh", status="RUNNING", started_at=now - HOUR)

    assert upkeep.end_stuck_tasks(now) == 1

    stuck.refresh_from_db()
    fresh.refresh_from_db()
    assert (stuck.status, fresh.status) == ("FAILED", "RUNNING")


def test_without_a_queue_in_the_database_there_is_nothing_to_run():
    assert upkeep.run_tasks() == 0


@pytest.mark.django_db
def test_a_page_is_published_when_its_time_has_come(home_page):
    from wagtail.models import Page

    page = home_page.add_child(instance=Page(title="Later", slug="later", live=False))
    page.go_live_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    revision = page.save_revision(approved_go_live_at=page.go_live_at)
    assert revision.pk

    upkeep.publish_scheduled()

    page.refresh_from_db()
    assert page.live
