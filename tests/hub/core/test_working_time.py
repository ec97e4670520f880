"""Days and hours on which somebody is there."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from hub.core.working_time import (
    bank_holidays,
    hours_on_working_days_after,
    working_days_after,
    working_days_before,
    working_hours_between,
)

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        (2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
    ],
)
def test_bank_holidays_are_those_the_government_publishes(year, days):
    """For England and Wales."""
    assert sorted(bank_holidays(year)) == [dt.date.fromisoformat(f"{year}-{day}") for day in days.split()]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-05-05 10:00", "2026-05-07 10:00"),  # a Tuesday
        ("2026-05-07 10:00", "2026-05-11 10:00"),  # a Thursday: Friday, then Monday
        ("2026-05-08 10:00", "2026-05-12 10:00"),  # a Friday
        ("2026-05-09 10:00", "2026-05-13 00:00"),  # a Saturday: nothing runs before Monday
        ("2026-05-22 10:00", "2026-05-27 10:00"),  # the Friday before a bank holiday
        ("2026-12-24 18:00", "2026-12-30 18:00"),  # Christmas on a Friday, and the Monday after it in place of Boxing Day
    ],
)
def test_48_hours_are_counted_on_working_days(begins, ends):
    assert hours_on_working_days_after(at(begins), 48) == at(ends)


def test_a_notice_runs_48_real_hours_when_the_clocks_change_over_a_weekend():
    assert hours_on_working_days_after(at("2026-03-27 10:00"), 48) == at("2026-03-31 10:00")


def test_working_days_go_there_and_back():
    assert working_days_after(at("2026-05-22 10:00"), 3) == at("2026-05-28 10:00")
    assert working_days_before(at("2026-05-28 10:00"), 3) == at("2026-05-22 10:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-05-05 10:00", "2026-05-05 11:30", 1.5),
        ("2026-05-05 16:00", "2026-05-06 10:00", 2),
        ("2026-05-08 16:00", "2026-05-11 10:00", 2),  # over a weekend
        ("2026-05-09 08:00", "2026-05-10 20:00", 0),
        ("2026-05-05 03:00", "2026-05-05 23:00", 8),
    ],
)
def test_only_office_hours_are_counted_as_waiting(start, end, hours):
    assert working_hours_between(at(start), at(end)) == hours
