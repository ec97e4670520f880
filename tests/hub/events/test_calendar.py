from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from tests.factories.pages import EventIndexPageFactory, EventPageFactory, members_only


@pytest.fixture
def index(db):
    return EventIndexPageFactory()


def entries(response):
    return Calendar.from_ical(response.content).walk("VEVENT")


@pytest.mark.parametrize(
    ("date", "utc_hour"),
    [
        (dt.date(2026, 3, 28), 10),  # the day before the clocks go forward
        (dt.date(2026, 3, 29), 9),
        (dt.date(2026, 10, 24), 9),
        (dt.date(2026, 10, 25), 10),  # the day they go back
    ],
)
def test_a_london_morning_keeps_its_hour_on_either_side_of_both_clock_changes(client, index, date, utc_hour):
    event = EventPageFactory(parent=index, date=date, start_time=dt.time(10, 0))

    (entry,) = entries(client.get(event.get_calendar_url()))

    assert entry.decoded("dtstart") == dt.datetime(date.year, date.month, date.day, utc_hour, tzinfo=dt.UTC)


def test_titles_are_folded_and_escaped(client, index):
    event = EventPageFactory(parent=index, title="Länder, long; " * 8)

    response = client.get(event.get_calendar_url())

    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    assert str(entries(response)[0]["summary"]) == event.title


def test_the_calendar_of_all_holds_no_members_event_for_a_visitor(client, index, member):
    today = dt.date.today()  # noqa: DTZ011 - the view's own clock
    EventPageFactory(parent=index, title="For all", date=today)
    members_only(EventPageFactory(parent=index, title="Between ourselves", date=today))

    assert [str(entry["summary"]) for entry in entries(client.get("/events.ics"))] == ["For all"]

    client.force_login(member, backend="hub.members.backends.SignInBackend")
    assert len(entries(client.get("/events.ics"))) == 2


def test_a_cancelled_event_stays_in_the_calendar_as_cancelled(client, index):
    event = EventPageFactory(parent=index, is_cancelled=True)

    assert str(entries(client.get(event.get_calendar_url()))[0]["status"]) == "CANCELLED"


def test_no_primary_key_is_in_the_file(client, index):
    event = EventPageFactory(parent=index)

    assert event.public_id in str(entries(client.get(event.get_calendar_url()))[0]["uid"])


def test_the_list_costs_the_same_however_long_it_gets(client, index, assert_constant_queries):
    EventPageFactory.create_batch(5, parent=index)

    assert_constant_queries(lambda: client.get(index.url), grow=lambda: EventPageFactory.create_batch(45, parent=index))
