"""What has been reported, and what was decided about it."""

from __future__ import annotations

import datetime as dt

from wagtail.models import Page

from hub.desk.models import DeskEntry, Report, SettledPage
from tests.factories.desk import ReasonTemplateFactory, ReportFactory
from tests.whole_site.world import CANARY, MEMBERS, NOBODY, NOW, World

HOUR = dt.timedelta(hours=1)


def report(world: World) -> None:
    about = {"thing": world["question"], "received_at": NOW - 3 * HOUR}
    world.make("report", ReportFactory(**about))
    world.make("reason", ReasonTemplateFactory(name="Names a resident"))
    world.hide("secret_report", NOBODY, lambda: ReportFactory(**about, text=f"{CANARY} told.", address="quillwort@nowhere.example"))
    world.hide("desk_entry", NOBODY, lambda: _decided(world, about))
    # Of a thread that everybody reads a page for members, and the other way about.
    world.hide("settled", MEMBERS, lambda: _settled(world, "question", "members_paper"))
    world.hide("settled_study", MEMBERS, lambda: _settled(world, "members_question", "public_study"))


def _settled(world: World, question: str, page: str) -> SettledPage:
    return SettledPage.objects.create(question=world[question], page=Page.objects.get(pk=world[page].pk), made_at=NOW)


def _decided(world: World, about: dict[str, object]) -> DeskEntry:
    at = NOW - HOUR
    words = {"state": Report.State.DISMISSED, "answer": f"{CANARY} is fair.", "decided_at": at, "decided_by": world["facilitator"]}
    found = ReportFactory(**about, text=f"{CANARY} before.", **words)
    said = {"decision": "dismiss", "reason": f"{CANARY} is fair.", "details": {"hid": False}, "by": world["facilitator"], "at": at}
    return DeskEntry.objects.create(tray="report", key=found.public_id, **said)
