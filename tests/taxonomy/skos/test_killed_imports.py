"""A worker may be killed at any moment of an import: nothing is half written, and another takes it up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from taxonomy import duties
from taxonomy.actions import importing
from taxonomy.models import Concept, ConceptScheme, Label, SchemeImport
from taxonomy.models.imports import WORKED_ON_FOR
from taxonomy.skos.plan import Wanted

pytestmark = pytest.mark.django_db
FILE = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://example.org/a> a skos:Concept ; skos:prefLabel "Benefit"@en .
<http://example.org/b> a skos:Concept ; skos:prefLabel "Pension"@en ; skos:broader <http://example.org/a> .
"""


class Killed(BaseException):
    """As sudden as a kill: nobody catches it."""


def kill(*args, **kwargs):
    raise Killed


def started_import(editor, *, confirmed: bool = True) -> SchemeImport:
    started = importing.start_import(data=FILE, name="x.ttl", wanted=Wanted("voc"), by=editor, now=timezone.now())
    if confirmed:
        importing.check_import(started=started, now=timezone.now())
        importing.confirm_import(started=started, by=editor, now=timezone.now())
    return started


def work_on(started: SchemeImport) -> None:
    importing.apply_import(started=SchemeImport.objects.get(pk=started.pk), now=timezone.now())


def some_time_later(started: SchemeImport) -> None:
    row = SchemeImport.objects.filter(pk=started.pk)
    row.update(worked_on_until=timezone.now() - dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    "step", ["make_plan", "lock_schemes", "_write_terms", "_write_texts", "_write_links", "_write_groups", "log"]
)
def test_wherever_it_is_killed_nothing_is_half_written_and_the_worker_takes_it_up_again(editor, monkeypatch, step):
    started = started_import(editor)
    with monkeypatch.context() as patch:
        patch.setattr(importing, step, kill)
        with pytest.raises(Killed):
            work_on(started)
    assert not any(model.objects.exists() for model in (Concept, Label, ConceptScheme))

    assert duties.take_up_imports() == 0  # somebody may still be at it
    some_time_later(started)
    assert duties.take_up_imports() == 1

    started.refresh_from_db()
    assert (started.state, Concept.objects.count()) == ("applied", 2)
    assert duties.take_up_imports() == 0


def test_one_that_was_killed_while_it_was_looked_at_is_looked_at_again(editor, monkeypatch):
    started = started_import(editor, confirmed=False)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "make_plan", kill)
        with pytest.raises(Killed):
            importing.check_import(started=started, now=timezone.now())
    some_time_later(started)

    duties.take_up_imports()

    started.refresh_from_db()
    assert (started.state, started.report["counts"]["new"]) == ("checked", 2)


def test_one_whose_task_was_lost_is_taken_up(editor):
    started = started_import(editor)
    SchemeImport.objects.filter(pk=started.pk).update(state_since=timezone.now() - 2 * WORKED_ON_FOR)

    duties.take_up_imports()

    started.refresh_from_db()
    assert started.state == "applied"


def test_a_file_that_ends_every_worker_is_given_up(editor, monkeypatch):
    started = started_import(editor)
    monkeypatch.setattr(importing, "make_plan", kill)
    for _ in range(3):
        with pytest.raises(Killed):
            work_on(started)
        some_time_later(started)

    duties.take_up_imports()

    started.refresh_from_db()
    assert started.state == "refused"
    assert "ended 3 times" in started.report["problems"][0]["text"]


def test_two_workers_at_once_write_it_once(editor, monkeypatch):
    """The first was slow, so a second took the import up; the first then finds it done."""
    started = started_import(editor)
    real = importing.write_plan

    def slow(**arguments):
        with monkeypatch.context() as patch:
            patch.setattr(importing, "write_plan", real)
            some_time_later(started)
            duties.take_up_imports()
        return real(**arguments)

    monkeypatch.setattr(importing, "write_plan", slow)
    work_on(started)

    started.refresh_from_db()
    assert (started.state, started.has_moved_on, Concept.objects.count()) == ("applied", False, 2)
