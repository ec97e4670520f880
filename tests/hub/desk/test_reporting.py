"""Anybody reports what they can read, is told by when it is looked at, and hears what was decided."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from hub.core import personal_data
from hub.desk import actions, subjects
from hub.desk.models import Report
from hub.desk.trays import TRAYS
from hub.mail.models import Delivery
from tests.conftest import NOW
from tests.factories.bulletin import BulletinIssueFactory
from tests.factories.desk import ReportFactory
from tests.factories.forum import AnswerFactory, CommentFactory, QuestionFactory
from tests.factories.organisations import CouncilFactory
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory, members_only
from tests.factories.stepshare import ProductFactory, ProjectFactory
from tests.factories.taxonomy import ConceptFactory, ProposalFactory

pytestmark = pytest.mark.django_db

HERE = {"origin": "http://testserver"}
SAID = {"why": "wrong", "text": "The figure is for another year.", "address": "jo@nowhere.example", "name": ""}
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def visitor_client():
    return Client(headers=HERE)


def address_of(kind, thing):
    key = thing.url_path.split("/", 2)[2].strip("/") if kind == "page" else thing.public_id
    return f"/report/{kind}/{key}/"


def one_of_each(member, home_page):
    papers = BriefingPaperIndexPageFactory(parent=home_page)
    return {
        "question": QuestionFactory(),
        "answer": AnswerFactory(),
        "comment": CommentFactory(),
        "page": BriefingPaperPageFactory(parent=papers),
        "term": ConceptFactory(),
        "proposal": ProposalFactory(proposer=member),
        "council": CouncilFactory(),
        "system": ProductFactory(),
        "project": ProjectFactory(audience="public"),
        "member": member,
        "issue": BulletinIssueFactory(state="sent", frozen_at=NOW, sent_at=NOW, finished_at=NOW),
    }


def test_every_kind_can_be_reported_by_whoever_can_read_it(member, home_page, as_):
    things = one_of_each(member, home_page)
    assert set(things) == set(subjects.KINDS)
    client = as_(member)

    for kind, thing in things.items():
        response = client.post(address_of(kind, thing), SAID)
        report = Report.objects.get(kind=kind)

        assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
        assert (report.object_id, report.reporter) == (thing.pk, member)
        assert TRAYS["report"].about(report) == thing or kind in {"page", "member"}


def test_what_somebody_cannot_read_answers_as_what_is_not_there(visitor_client, home_page, member):
    paper = members_only(BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory(parent=home_page)))
    hidden = [
        address_of("question", QuestionFactory(hidden=True)),
        address_of("question", QuestionFactory(for_members=True)),
        address_of("answer", AnswerFactory(hidden=True)),
        address_of("page", paper),
        address_of("page", BriefingPaperPageFactory(parent=paper.get_parent(), live=False)),
        address_of("member", member),
        "/report/question/2222222222/",
        "/report/nothing/2222222222/",
    ]

    assert {visitor_client.get(address).status_code for address in hidden} == {404}
    assert {visitor_client.post(address, SAID).status_code for address in hidden} == {404}
    assert not Report.objects.exists()


def test_a_visitor_is_told_by_when(visitor_client):
    response = visitor_client.post(address_of("question", QuestionFactory()), SAID, follow=True)

    report, content = Report.objects.get(), response.content.decode()
    assert report.public_id in content
    assert f"{timezone.localtime(report.due_at):%-d %B, %H:%M}" in content
    assert report.text not in content


def test_only_a_form_of_our_own_pages_is_taken(client):
    address = address_of("question", QuestionFactory())

    assert client.post(address, SAID).status_code == 403
    assert client.post(address, SAID, headers={"origin": "http://evil.example"}).status_code == 403
    assert not Report.objects.exists()


def test_a_robot_is_thanked_and_nothing_is_kept(visitor_client):
    response = visitor_client.post(address_of("question", QuestionFactory()), {**SAID, "website": "http://x.example"}, follow=True)

    assert "Thank you" in response.content.decode()
    assert not Report.objects.exists()


def test_a_button_pressed_twice_reports_once(visitor_client):
    address = address_of("question", QuestionFactory())

    assert visitor_client.post(address, SAID)["Location"] == visitor_client.post(address, SAID)["Location"]
    assert Report.objects.count() == 1


def test_a_page_without_a_link_of_its_own_can_be_named(visitor_client):
    assert "value=&quot;" not in visitor_client.get('/report/?at="><b>').content.decode()

    visitor_client.post("/report/", {**SAID, "page_address": "/share/systems/"})

    report = Report.objects.get()
    assert (report.kind, report.page_address) == ("", "/share/systems/")


@pytest.mark.parametrize("address", ["//evil.example/", "javascript:alert(1)", "https://evil.example/", "/\\evil.example"])
def test_an_address_that_somebody_typed_is_no_link_unless_it_is_ours(address, facilitator, as_):
    report = ReportFactory(thing=None, kind="", page_address=address)

    assert f'href="{address}"' not in as_(facilitator).get(f"/desk/report/{report.public_id}/").content.decode()


# --- The clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "half", "due"), [("unlawful", DAY, 2 * DAY), ("personal", DAY, 2 * DAY), ("wrong", 3 * DAY, 7 * DAY)]
)
def test_what_harms_somebody_is_looked_at_within_48_hours(why, half, due, now):
    """`now` is a Tuesday: five working days end on the Tuesday after it."""
    report = actions.report(kind="question", thing=QuestionFactory(), why=why, text="It is.", now=now)

    assert (report.half_at, report.due_at) == (now + half, now + due)


def mailed():
    return sorted(Delivery.objects.values_list("message__key", "address"))


def test_those_who_decide_hear_at_once_at_half_time_and_when_it_is_over_and_once_each(facilitator, administrator, now):
    report = actions.report(kind="question", thing=QuestionFactory(), why="unlawful", text="Zanthorpe lies.", now=now)
    steps = [now + hours * HOUR for hours in (1, 23, 24, 25, 25, 47, 48, 49, 90)]
    kinds = []
    for step in steps:
        actions.watch_the_clocks(now=step)
        kinds.append(len(mailed()) // 2)

    assert kinds == [1, 1, 2, 2, 2, 2, 3, 3, 3]
    assert {address for _, address in mailed()} == {facilitator.email, administrator.email}
    assert {key for key, _ in mailed()} == {f"report-{kind}:{report.public_id}" for kind in ("waits", "half", "over")}
    assert not any(b"Zanthorpe" in bytes(delivery.message.template) for delivery in Delivery.objects.select_related("message"))


def test_a_worker_that_was_off_sends_one_alarm_not_two(facilitator, now):
    actions.report(kind="question", thing=QuestionFactory(), why="wrong", text="It is.", now=now)

    assert [actions.watch_the_clocks(now=now + days * DAY) for days in (30, 31)] == [1, 0]
    assert len(mailed()) == 1


def test_a_decision_stops_the_clock(facilitator, now):
    report = actions.report(kind="question", thing=QuestionFactory(), why="unlawful", text="It is.", now=now)
    actions.decide(tray=TRAYS["report"], key=report.public_id, decision="dismiss", reason="It is fair.", by=facilitator, now=now)

    assert actions.watch_the_clocks(now=now + 9 * DAY) == 0


# --- What was decided -------------------------------------------------------------------------------


def test_whoever_left_an_address_is_told_a_while_after_the_decision(facilitator, now):
    report = ReportFactory(address="jo@nowhere.example")
    actions.decide(tray=TRAYS["report"], key=report.public_id, decision="hide", reason="You were right.", by=facilitator, now=now)

    assert [actions.tell_reporters(now=now + minutes * HOUR / 60) for minutes in (1, 14, 15, 16)] == [0, 0, 1, 0]
    delivery = Delivery.objects.select_related("message").get()
    assert delivery.address == "jo@nowhere.example"
    assert b"You were right." in bytes(delivery.message.template)


def test_what_is_undone_in_time_is_never_told(facilitator, now):
    report = ReportFactory(address="jo@nowhere.example")
    entry = actions.decide(tray=TRAYS["report"], key=report.public_id, decision="hide", reason="Oh.", by=facilitator, now=now)
    actions.undo(entry=entry, by=facilitator, now=now + HOUR / 6)

    assert actions.tell_reporters(now=now + DAY) == 0


def test_a_member_is_told_at_the_address_of_their_account(member, facilitator, now):
    report = ReportFactory(reporter=member)
    actions.decide(tray=TRAYS["report"], key=report.public_id, decision="dismiss", reason="It is so.", by=facilitator, now=now)

    actions.tell_reporters(now=now + DAY)

    assert Delivery.objects.get().address == member.email


def test_words_and_address_go_a_year_after_the_decision(facilitator, now):
    report = ReportFactory(address="jo@nowhere.example", name="Jo")
    actions.decide(tray=TRAYS["report"], key=report.public_id, decision="dismiss", reason="It is so.", by=facilitator, now=now)
    actions.tell_reporters(now=now + DAY)

    assert [actions.forget_reports(now=now + days * DAY) for days in (364, 366)] == [0, 1]
    report.refresh_from_db()
    assert (report.name, report.address, report.text, report.answer) == ("", "", "", "")


def test_somebody_who_leaves_is_forgotten_and_what_they_reported_still_waits(member, facilitator, now):
    waits, decided = (ReportFactory(reporter=member, name="Priya", address=member.email) for _ in range(2))
    actions.decide(tray=TRAYS["report"], key=decided.public_id, decision="dismiss", reason="It is so.", by=facilitator, now=now)

    personal_data.erase(member)

    waits.refresh_from_db()
    decided.refresh_from_db()
    assert (waits.reporter, waits.name, waits.address, waits.text != "") == (None, "", "", True)
    assert (decided.reporter, decided.text, decided.answer) == (None, "", "")


def test_only_those_who_decide_read_reports(member, editor, facilitator, administrator):
    ReportFactory()

    seen = {who: Report.objects.visible_to(who).count() for who in (AnonymousUser(), member, editor, facilitator, administrator)}
    assert list(seen.values()) == [0, 0, 0, 1, 1]
