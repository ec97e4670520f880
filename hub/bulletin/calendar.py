"""When issues are due: wall time in London, kept as people say it and turned into a moment only to be compared with the clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hub.core.working_time import bank_holidays

LONDON = ZoneInfo("Europe/London")
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class Rhythm:
    """Every so many weeks from `first` on, at `at`. All of it is a date and a time on the wall."""

    first: dt.date
    weeks: int
    at: dt.time

    def next_from(self, day: dt.date) -> dt.date:
        """The first date that is not before `day`."""
        if day <= self.first:
            return self.first
        step = self.weeks * 7
        return self.first + dt.timedelta(days=-(-(day - self.first).days // step) * step)

    def last_before(self, day: dt.date) -> dt.date | None:
        """None before the first."""
        found = self.next_from(day) - self.weeks * WEEK
        return found if found >= self.first else None

    def moment(self, day: dt.date) -> dt.datetime:
        return moment(day, self.at)


def moment(day: dt.date, at: dt.time) -> dt.datetime:
    """In UTC. A time that the clocks skip in March counts as the hour after; one that comes twice in October is the first."""
    return dt.datetime.combine(day, at, tzinfo=LONDON).astimezone(dt.UTC)


def on_the_wall(now: dt.datetime) -> dt.datetime:
    return now.astimezone(LONDON)


def first_on(weekday: int, day: dt.date) -> dt.date:
    """The first such weekday that is not before `day`; Monday is 0."""
    return day + dt.timedelta(days=(weekday - day.weekday()) % 7)


def holiday_on(day: dt.date) -> str:
    """The name of a bank holiday in England and Wales; "" for an ordinary day."""
    return bank_holidays(day.year).get(day, "")
