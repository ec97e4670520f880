"""Reporting something wrong."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Model

from hub.accounts.models import User
from hub.core.working_time import hours_on_working_days_after, working_days_after
from hub.desk import letters, subjects
from hub.desk.models import Report

NOTICE_HOURS = 48
OTHERS_WITHIN = 5  # working days
# A button pressed twice, or a page sent again, is one report.
SAME_WITHIN = dt.timedelta(hours=1)


@transaction.atomic
def report(
    *,
    kind: str = "",
    thing: Model | None = None,
    page_address: str = "",
    why: str,
    text: str,
    name: str = "",
    address: str = "",
    by: User | None = None,
    now: dt.datetime,
) -> Report:
    """What must be looked at within 48 hours is mailed to those who decide, at once; the mail quotes nothing."""
    about = {
        "kind": kind if thing is not None else "",
        "content_type": subjects.content_type_of(thing) if thing is not None else None,
        "object_id": thing.pk if thing is not None else None,
        "page_address": page_address if thing is None else "",
    }
    said = {"why": why, "text": text, "name": name, "address": address, "reporter": by}
    again = Report.objects.open().filter(**about, **said, received_at__gt=now - SAME_WITHIN).first()
    if again is not None:
        return again
    half_at, due_at = clock_of(Report.Why(why), now)
    new = Report.objects.create(**about, **said, received_at=now, half_at=half_at, due_at=due_at)
    if new.is_on_the_clock:
        letters.a_report_waits(new, now)
    return new


def clock_of(why: Report.Why, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When half of the time will have gone, and all of it."""
    if why in Report.ON_THE_CLOCK:
        return hours_on_working_days_after(now, NOTICE_HOURS / 2), hours_on_working_days_after(now, NOTICE_HOURS)
    return working_days_after(now, (OTHERS_WITHIN + 1) // 2), working_days_after(now, OTHERS_WITHIN)
