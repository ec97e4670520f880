"""When issues are due, across both changes of the clocks."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bulletin.calendar import Rhythm, first_on, holiday_on, moment

TUESDAY = dt.date(2026, 3, 17)
TEN = dt.time(10, 0)


def test_ten_in_the_morning_stays_ten_in_the_morning_when_the_clocks_change():
    fortnightly = Rhythm(TUESDAY, 2, TEN)

    spring = [fortnightly.next_from(day) for day in (TUESDAY, TUESDAY + dt.timedelta(days=1))]
    autumn = [fortnightly.next_from(dt.date(2026, 10, 13)), fortnightly.next_from(dt.date(2026, 10, 14))]

    assert spring == [dt.date(2026, 3, 17), dt.date(2026, 3, 31)]
    assert [fortnightly.moment(day).hour for day in spring] == [10, 9]  # UTC
    assert autumn == [dt.date(2026, 10, 13), dt.date(2026, 10, 27)]
    assert [fortnightly.moment(day).hour for day in autumn] == [9, 10]


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (dt.date(2026, 3, 29), dt.time(0, 59), "2026-03-29T00:59:00+00:00"),
        (dt.date(2026, 3, 29), dt.time(1, 30), "2026-03-29T01:30:00+00:00"),  # skipped: half past two by the clock
        (dt.date(2026, 3, 29), dt.time(2, 30), "2026-03-29T01:30:00+00:00"),
        (dt.date(2026, 10, 25), dt.time(1, 30), "2026-10-25T00:30:00+00:00"),  # comes twice: the first
        (dt.date(2026, 10, 25), dt.time(2, 0), "2026-10-25T02:00:00+00:00"),
    ],
)
def test_the_hours_that_the_clocks_skip_and_repeat(day, at, utc):
    assert moment(day, at).isoformat() == utc


@given(
    first=st.dates(dt.date(2025, 1, 1), dt.date(2030, 1, 1)),
    weeks=st.sampled_from([1, 2, 4]),
    ahead=st.integers(-400, 2000),
)
def test_dates_are_whole_steps_apart_and_none_is_passed_over(first, weeks, ahead):
    rhythm, day = Rhythm(first, weeks, TEN), first + dt.timedelta(days=ahead)

    found, before = rhythm.next_from(day), rhythm.last_before(day)

    assert found >= max(day, first)
    assert (found - first).days % (7 * weeks) == 0
    assert found.weekday() == first.weekday()
    assert before is None if found == first else before == found - dt.timedelta(weeks=weeks)


def test_the_first_such_weekday():
    assert [first_on(1, TUESDAY + dt.timedelta(days=days)).day for days in (0, 1, 7)] == [17, 24, 24]


def test_a_bank_holiday_has_a_name_and_an_ordinary_day_has_none():
    assert holiday_on(dt.date(2026, 8, 31)) == "Summer bank holiday"
    assert holiday_on(dt.date(2027, 12, 28)) == "Boxing Day"
    assert holiday_on(dt.date(2026, 8, 25)) == ""
