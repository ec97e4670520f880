"""The schedule: what the worker starts, reminds of and sends by itself. It never sends what nobody has approved."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.bulletin import dates, notices
from hub.bulletin.actions.composing import start_issue, thaw
from hub.bulletin.actions.sending import send
from hub.bulletin.calendar import first_on, on_the_wall
from hub.bulletin.models import BulletinIssue, BulletinSchedule

State = BulletinIssue.State


@transaction.atomic
def set_schedule(
    *,
    is_on: bool,
    every: int,
    weekday: int,
    at: dt.time,
    draft_days_before: int,
    first: dt.date | None = None,
    by: User | None,
    now: dt.datetime,
) -> BulletinSchedule:
    """`first` is a day of the week in which the first issue comes; the dates are counted from there."""
    found, _ = BulletinSchedule.objects.update_or_create(
        pk=BulletinSchedule.THE_ONE,
        defaults={
            "is_on": is_on,
            "every": every,
            "first_on": first_on(weekday, first or on_the_wall(now).date()),
            "at": at,
            "draft_days_before": draft_days_before,
            "changed_by": by,
            "changed_at": now,
        },
    )
    return found


@transaction.atomic
def draft_what_is_due(*, now: dt.datetime) -> int:
    """One draft at most, however long the worker was off. One that nobody approved in time takes the place of the next."""
    found = dates.running()
    period = dates.due_for_draft(found, now) if found else None
    if found is None or period is None:
        return 0
    waiting = BulletinIssue.objects.select_for_update().filter(state__in=BulletinIssue.DRAFTS, period__lt=period)
    late = waiting.order_by("-period").first()
    if late is not None and late.period is not None:
        _carry_over(late, late.period, period, now)
    else:
        notices.draft_waits(start_issue(period=period, by=None, now=now), now)
    return 1


def _carry_over(issue: BulletinIssue, missed: dt.date, period: dt.date, now: dt.datetime) -> None:
    planned = dates.for_new_issue(period, now)
    issue.period, issue.send_on, issue.send_time, issue.reminded_at = period, planned.send_on, planned.send_time, None
    issue.save(update_fields=["period", "send_on", "send_time", "reminded_at"])
    notices.was_carried_over(issue, missed, now)


@transaction.atomic
def remind_of_what_is_due(*, now: dt.datetime) -> int:
    """Once for each time that was set."""
    unsent = BulletinIssue.objects.select_for_update().filter(
        state__in=BulletinIssue.DRAFTS, reminded_at=None, send_on__isnull=False
    )
    due = [issue for issue in unsent if issue.is_due(now)]
    for issue in due:
        issue.reminded_at = now
        issue.save(update_fields=["reminded_at"])
        notices.nobody_has_approved(issue, now)
    return len(due)


@transaction.atomic
def send_what_is_due(*, now: dt.datetime) -> int:
    """The approved issue whose time has come. Of several, which takes a worker that was off, only the last goes."""
    approved = BulletinIssue.objects.select_for_update().filter(state=State.FROZEN, send_on__isnull=False).order_by("number")
    due = [issue for issue in approved if issue.is_due(now)]
    for stale in due[:-1]:
        thaw(issue=stale, by=None, now=now)
        stale.send_on, stale.send_time = None, None
        stale.save(update_fields=["send_on", "send_time"])
        notices.was_held_back(stale, now)
    for issue in due[-1:]:
        send(issue=issue, by=issue.approved_by, now=now)
    return len(due)
