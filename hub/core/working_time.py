"""Days and hours on which somebody is there to answer: Monday to Friday without the bank holidays of England and Wales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from dateutil.easter import easter
from django.utils import timezone

DAY = dt.timedelta(days=1)
OPENS, CLOSES = dt.time(9), dt.time(17)  # an office day; measures of how long people wait count its hours only
SATURDAY, SUNDAY = 5, 6


@cache
def bank_holidays(year: int) -> dict[dt.date, str]:
    """The yearly ones, with their names. Those proclaimed for one year (a coronation) are not known here and count as working days."""
    days = {
        easter(year) - 2 * DAY: "Good Friday",
        easter(year) + DAY: "Easter Monday",
        _first_monday(year, 5): "Early May bank holiday",
        _last_monday(year, 5): "Spring bank holiday",
        _last_monday(year, 8): "Summer bank holiday",
    }
    # One that falls on a weekend, or on another's day, moves to the next day that is free.
    for month, fixed, name in ((1, 1, "New Year's Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")):
        day = dt.date(year, month, fixed)
        while day.weekday() in (SATURDAY, SUNDAY) or day in days:
            day += DAY
        days[day] = name
    return days


def _first_monday(year: int, month: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + -first.weekday() % 7 * DAY


def _last_monday(year: int, month: int) -> dt.date:
    last = dt.date(year, month, 31)
    return last - last.weekday() * DAY


def is_working_day(day: dt.date) -> bool:
    return day.weekday() not in (SATURDAY, SUNDAY) and day not in bank_holidays(day.year)


def working_days_after(now: dt.datetime, days: int) -> dt.datetime:
    """The same time of day, so many working days later."""
    day = timezone.localtime(now)
    while days > 0:
        day = _at(day.date() + DAY, day.time())
        days -= is_working_day(day.date())
    return day


def working_days_before(now: dt.datetime, days: int) -> dt.datetime:
    day = timezone.localtime(now)
    while days > 0:
        day = _at(day.date() - DAY, day.time())
        days -= is_working_day(day.date())
    return day


def hours_on_working_days_after(now: dt.datetime, hours: float) -> dt.datetime:
    """All hours of a working day count, nights too; those of other days do not. So the law counts the 48 hours of a notice."""
    left, at = dt.timedelta(hours=hours), timezone.localtime(now)
    while True:
        midnight = _at(at.date() + DAY, dt.time())
        if is_working_day(at.date()):
            rest = midnight.astimezone(dt.UTC) - at.astimezone(dt.UTC)  # 23 or 25 hours when the clocks change
            if left <= rest:
                return timezone.localtime(at.astimezone(dt.UTC) + left)
            left -= rest
        at = midnight


def working_hours_between(start: dt.datetime, end: dt.datetime) -> float:
    """Office hours only."""
    begin, finish = timezone.localtime(start), timezone.localtime(end)
    seconds = 0.0
    for day in _days(begin.date(), finish.date()):
        opens = max(begin, _at(day, OPENS))
        closes = min(finish, _at(day, CLOSES))
        seconds += max(0.0, (closes - opens).total_seconds())
    return seconds / 3600


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    day = first
    while day <= last:
        if is_working_day(day):
            yield day
        day += DAY


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time.replace(tzinfo=None), tzinfo=timezone.get_current_timezone())
