"""An issue for each date: drafted by itself, never sent by itself, and however long the worker was off, never two at once."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hub.bulletin import actions, queries
from hub.bulletin.models import BulletinIssue, BulletinSchedule
from hub.mail.models import Delivery, Message
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.factories.forum import QuestionFactory
from tests.factories.members import OfficeFactory

pytestmark = pytest.mark.django_db

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "4"))

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
MONDAY = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
FIRST = dt.date(2026, 5, 12)


def set_up(by, now=MONDAY, **given):
    usual = {"is_on": True, "every": 2, "weekday": 1, "at": dt.time(10), "draft_days_before": 5, "first": FIRST}
    return actions.set_schedule(**{**usual, **given}, by=by, now=now)


def tick(now):
    actions.remind_of_what_is_due(now=now)
    actions.send_what_is_due(now=now)
    return actions.draft_what_is_due(now=now)


def run(start, end, every=6 * HOUR):
    now = start
    while now <= end:
        tick(now)
        now += every


def subjects() -> list[str]:
    return list(Message.objects.filter(stream="bulletin-desk").order_by("pk").values_list("subject", flat=True))


def test_the_draft_is_there_some_days_before_and_editors_hear_of_it(facilitator, editor):
    set_up(facilitator)
    QuestionFactory(title="Who mends the street light?")

    assert tick(MONDAY + 2 * DAY) == 0
    assert tick(MONDAY + 3 * DAY) == 1
    assert tick(MONDAY + 3 * DAY + HOUR) == 0

    issue = BulletinIssue.objects.get()
    assert (issue.period, issue.send_on, issue.send_time) == (FIRST, FIRST, dt.time(10))
    assert issue.items.get().question.title == "Who mends the street light?"
    assert subjects() == ["STEP bulletin 1 is drafted"]
    assert sorted(Delivery.objects.values_list("address", flat=True)) == sorted([facilitator.email, editor.email])


def test_an_empty_draft_says_so(facilitator):
    set_up(facilitator)

    tick(MONDAY + 3 * DAY)

    assert b"Nothing is new and nothing waits" in bytes(Message.objects.get(stream="bulletin-desk").template)


def test_what_nobody_approved_is_not_sent_and_facilitators_are_reminded_once(facilitator):
    set_up(facilitator)
    SubscriberFactory()
    run(MONDAY, MONDAY + 9 * DAY)

    issue = BulletinIssue.objects.get()
    assert issue.state == BulletinIssue.State.DRAFT
    assert subjects() == ["STEP bulletin 1 is drafted", "STEP bulletin 1 is due and not approved"]
    assert not Message.objects.filter(stream="bulletin").exists()


def test_moved_to_another_day_it_is_reminded_of_again(facilitator):
    set_up(facilitator)
    run(MONDAY, MONDAY + 9 * DAY)
    issue = BulletinIssue.objects.get()
    actions.edit_issue(issue=issue, title="T", opening="", send_on=FIRST + 2 * DAY, by=facilitator, now=MONDAY + 9 * DAY)

    run(MONDAY + 9 * DAY, MONDAY + 11 * DAY)

    assert len(subjects()) == 3


@pytest.mark.parametrize(
    ("first", "sent"),
    [(dt.date(2026, 3, 31), "2026-03-31T09:00:00+00:00"), (dt.date(2026, 10, 27), "2026-10-27T10:00:00+00:00")],
    ids=["summer time", "winter time"],
)
def test_an_approved_issue_goes_at_its_time_on_the_wall_after_the_clocks_have_changed(facilitator, first, sent):
    before = dt.datetime.combine(first - 6 * DAY, dt.time(8), tzinfo=dt.UTC)
    set_up(facilitator, now=before, first=first)
    QuestionFactory()
    tick(before + DAY)
    issue = BulletinIssue.objects.get()
    actions.approve(issue=issue, by=facilitator, now=before + DAY)
    moment = dt.datetime.fromisoformat(sent)

    tick(moment - dt.timedelta(minutes=1))
    assert BulletinIssue.objects.get().state == BulletinIssue.State.FROZEN
    tick(moment)

    issue.refresh_from_db()
    assert (issue.state, issue.sent_at) == (BulletinIssue.State.SENDING, moment)


def test_after_three_weeks_without_a_worker_one_issue_is_caught_up_and_never_two(facilitator):
    set_up(facilitator)
    QuestionFactory()
    back = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)  # both 12 and 26 May have passed

    for number in range(48):
        tick(back + number * HOUR)

    issue = BulletinIssue.objects.get()
    assert issue.period == dt.date(2026, 5, 26)
    assert issue.send_on == dt.date(2026, 6, 2)


def test_if_the_next_date_is_near_nothing_is_caught_up(facilitator):
    set_up(facilitator)

    tick(dt.datetime(2026, 6, 5, 9, 0, tzinfo=dt.UTC))

    assert BulletinIssue.objects.get().period == dt.date(2026, 6, 9)


def test_what_was_not_sent_takes_the_place_of_the_next_and_says_so(facilitator):
    set_up(facilitator)
    run(MONDAY, MONDAY + 18 * DAY)

    issue = BulletinIssue.objects.get()
    assert (issue.period, issue.send_on) == (dt.date(2026, 5, 26), dt.date(2026, 5, 26))
    assert subjects()[-1] == "STEP bulletin 1 was not sent, and moves on"


def test_of_two_approved_issues_that_are_overdue_only_the_later_goes(facilitator, now):
    SubscriberFactory()
    for number in (1, 2):
        issue = actions.start_issue(number=number, by=facilitator, now=now, suggest=False)
        actions.add_item(issue=issue, obj=QuestionFactory(), by=facilitator, now=now)
        day = now.date() + number * DAY
        actions.edit_issue(issue=issue, title=f"Issue {number}", opening="", send_on=day, by=facilitator, now=now)
        actions.freeze(issue=issue, by=facilitator, now=now)

    actions.send_what_is_due(now=now + 21 * DAY)
    actions.send_what_is_due(now=now + 22 * DAY)

    assert list(BulletinIssue.objects.order_by("number").values_list("state", flat=True)) == ["draft", "sending"]
    assert subjects() == ["Issue 1 was held back"]


def test_a_skipped_issue_is_said_to_be_skipped_and_its_date_stays_empty(client, facilitator):
    set_up(facilitator)
    tick(MONDAY + 3 * DAY)
    issue = BulletinIssue.objects.get()
    client.force_login(facilitator)
    skip = reverse("bulletin:skip", kwargs={"public_id": issue.public_id})

    assert "Skip “STEP bulletin 1”?" in client.get(skip).content.decode()
    client.post(skip)
    run(MONDAY + 4 * DAY, MONDAY + 10 * DAY)

    assert BulletinIssue.objects.get().state == BulletinIssue.State.SKIPPED
    assert subjects()[-1] == "STEP bulletin 1 was skipped"


def test_what_is_started_by_hand_stands_for_the_next_date(facilitator):
    set_up(facilitator)

    issue = actions.start_issue(by=facilitator, now=MONDAY)
    run(MONDAY, MONDAY + 7 * DAY)

    assert issue.period == FIRST
    assert BulletinIssue.objects.count() == 1


def test_switched_off_it_drafts_nothing(facilitator):
    set_up(facilitator, is_on=False)

    run(MONDAY, MONDAY + 30 * DAY, every=DAY)

    assert not BulletinIssue.objects.exists()


def test_the_page_shows_the_next_dates_and_which_are_bank_holidays(client, facilitator, editor):
    client.force_login(editor)
    assert client.get("/bulletin/compose/schedule/").status_code == 403
    client.force_login(facilitator)
    form = {"is_on": "on", "every": "1", "weekday": "4", "at": "09:30", "first": "2026-12-18", "draft_days_before": "3"}

    page = client.post("/bulletin/compose/schedule/", form, follow=True).content.decode()

    row = BulletinSchedule.objects.get()
    assert (row.every, row.first_on, row.at, row.draft_days_before) == (1, dt.date(2026, 12, 18), dt.time(9, 30), 3)
    assert "Friday 18 December 2026" in page
    assert "Bank holiday: Christmas Day" in page
    assert "Write the time like 10:00." in client.post("/bulletin/compose/schedule/", {**form, "at": "ten"}).content.decode()


def test_a_moved_issue_is_shown_as_moved(facilitator):
    set_up(facilitator)
    issue = actions.start_issue(by=facilitator, now=MONDAY)
    actions.edit_issue(issue=issue, title="T", opening="", send_on=FIRST + DAY, by=facilitator, now=MONDAY)

    first = queries.schedule(MONDAY).dates[0]

    assert (first.day, first.issue.send_on) == (FIRST, FIRST + DAY)


class TestWhateverTheWorkerDoes(TestCase):
    """It may be off for any time, at any time: no date has two issues, and at most one scheduled draft is open."""

    @settings(max_examples=SEQUENCES, deadline=None)
    @given(
        hours=st.lists(st.integers(1, 24 * 40), min_size=1, max_size=12),
        weeks=st.sampled_from([1, 2, 4]),
        skips=st.booleans(),
    )
    def test_no_date_twice(self, hours, weeks, skips):
        by, now = OfficeFactory(role="facilitator").user, MONDAY
        set_up(by, every=weeks)
        for step in hours:
            now += step * HOUR
            before = BulletinIssue.objects.count()
            tick(now)
            tick(now)
            assert BulletinIssue.objects.count() - before <= 1
            drafts = BulletinIssue.objects.open()
            assert drafts.count() <= 1
            if skips and (draft := drafts.first()):
                actions.skip(issue=draft, by=by, now=now)
        assert not BulletinIssue.objects.filter(sent_at__isnull=False).exists()
        BulletinIssueFactory(number=1000)
