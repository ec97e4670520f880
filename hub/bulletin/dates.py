"""Which date of the schedule an issue stands for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hub.bulletin.calendar import on_the_wall
from hub.bulletin.models import BulletinIssue, BulletinSchedule

USUAL_TIME = dt.time(10, 0)
FARTHEST = 200  # dates that are looked at for a free one


@dataclass(frozen=True)
class Planned:
    period: dt.date | None = None
    send_on: dt.date | None = None
    send_time: dt.time | None = None


def schedule() -> BulletinSchedule | None:
    """None until somebody has set one."""
    return BulletinSchedule.objects.first()


def running() -> BulletinSchedule | None:
    found = schedule()
    return found if found is not None and found.is_on else None


def for_new_issue(period: dt.date | None, now: dt.datetime) -> Planned:
    """The given date, or the next that has no issue yet. One that has passed is made up for tomorrow."""
    found = running()
    if found is None:
        return Planned()
    today = on_the_wall(now).date()
    period = period or next_free(found, now)
    if period is None:
        return Planned()
    has_passed = found.rhythm.moment(period) <= now
    return Planned(period, today + dt.timedelta(days=1) if has_passed else period, found.at)


def next_free(found: BulletinSchedule, now: dt.datetime) -> dt.date | None:
    """The next date ahead that no issue stands for."""
    rhythm, today = found.rhythm, on_the_wall(now).date()
    taken = set(BulletinIssue.objects.filter(period__gte=today).values_list("period", flat=True))
    day = rhythm.next_from(today)
    for _ in range(FARTHEST):
        if day not in taken and rhythm.moment(day) > now:
            return day
        day += dt.timedelta(weeks=rhythm.weeks)
    return None


def due_for_draft(found: BulletinSchedule, now: dt.datetime) -> dt.date | None:
    """The date whose draft should be there by now and is not.

    After a time without a worker that is one date, however many have passed: the next if its draft is due, otherwise the last.
    """
    rhythm, today = found.rhythm, on_the_wall(now).date()
    coming = rhythm.next_from(today)
    if rhythm.moment(coming) <= now:
        coming += dt.timedelta(weeks=rhythm.weeks)
    if coming - dt.timedelta(days=found.draft_days_before) <= today:
        return None if _is_taken(coming) else coming
    missed = coming - dt.timedelta(weeks=rhythm.weeks)
    # What was missed before anybody had set this schedule was nobody's.
    if missed < rhythm.first or rhythm.moment(missed) <= found.changed_at or _is_taken(missed):
        return None
    return missed


def _is_taken(period: dt.date) -> bool:
    return BulletinIssue.objects.filter(period=period).exists()
