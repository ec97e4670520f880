"""What the worker does for the desk: alarms, answers to whoever reported, and forgetting."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from hub.desk import letters
from hub.desk.models import Report

# So that a decision can be undone before anybody has read of it.
TOLD_AFTER = dt.timedelta(minutes=15)
# As long as a complaint: the report may end in one, or in court.
KEPT_FOR = dt.timedelta(days=365)
AT_ONCE = 100


@transaction.atomic
def watch_the_clocks(*, now: dt.datetime) -> int:
    """One mail when half of the time has gone, one when all of it has; the ledger's keys make sure of that twice over."""
    told = 0
    waiting = Report.objects.select_for_update().open().due_first()
    for report in waiting.filter(over_told_at=None, due_at__lte=now)[:AT_ONCE]:
        letters.time_is_over(report, now)
        Report.objects.filter(pk=report.pk).update(over_told_at=now, half_told_at=report.half_told_at or now)
        told += 1
    for report in waiting.filter(half_told_at=None, half_at__lte=now, due_at__gt=now)[:AT_ONCE]:
        letters.half_the_time_has_gone(report, now)
        Report.objects.filter(pk=report.pk).update(half_told_at=now)
        told += 1
    return told


@transaction.atomic
def tell_reporters(*, now: dt.datetime) -> int:
    decided = Report.objects.select_for_update(of=("self",)).decided().filter(told_at=None, blanked_at=None)
    told = 0
    for report in decided.filter(decided_at__lte=now - TOLD_AFTER).select_related("reporter").order_by("decided_at")[:AT_ONCE]:
        letters.tell_what_was_decided(report, now)
        Report.objects.filter(pk=report.pk).update(told_at=now)
        told += 1
    return told


@transaction.atomic
def forget_reports(*, now: dt.datetime) -> int:
    """A year after the decision; at once for somebody who has closed their account and has been told."""
    done = Report.objects.decided().filter(
        Q(reporter_has_left=True) | Q(decided_at__lte=now - KEPT_FOR), told_at__isnull=False, blanked_at=None
    )
    return done.update(name="", address="", text="", answer="", page_address="", reporter=None, blanked_at=now)
