"""What the desk writes: to those who decide, that something waits; to whoever reported, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from hub.accounts.models import User
from hub.desk.models import Report
from hub.mail import actions as mail
from hub.mail.models import Lane
from hub.mail.recipients import Recipient
from hub.members.queries import people_who_answer_complaints

STREAM = "reports"


def deciders(now: dt.datetime) -> list[User]:
    """Facilitators and administrators: the offices that answer complaints are those that decide about reports."""
    return list(people_who_answer_complaints(now))


def a_report_waits(report: Report, now: dt.datetime) -> None:
    due = timezone.localtime(report.due_at)
    _to_deciders(report, "waits", f"A report waits, to be looked at by {due:%-d %B, %H:%M}", now)


def half_the_time_has_gone(report: Report, now: dt.datetime) -> None:
    _to_deciders(report, "half", "A report still waits, and half of its time has gone", now)


def time_is_over(report: Report, now: dt.datetime) -> None:
    _to_deciders(report, "over", "A report is late", now)


def tell_what_was_decided(report: Report, now: dt.datetime) -> None:
    """Where they left an address; a member at that of their account. Decided again after an undo, they are told again."""
    address = report.address or (report.reporter.email if report.reporter and report.reporter.is_active else "")
    if address and report.decided_at:
        key = f"report-decided:{report.public_id}:{report.decided_at.timestamp():.0f}"
        _post("decided", key, f"What you reported ({report.public_id})", report, [address], report.get_absolute_url(), now)


def _to_deciders(report: Report, kind: str, subject: str, now: dt.datetime) -> None:
    """One of each kind for each report, however often it is asked for. A link, and nothing of what was written."""
    everybody = [user.email for user in deciders(now)]
    if everybody:
        link = reverse("desk:item", args=["report", report.public_id])
        _post(kind, f"report-{kind}:{report.public_id}", subject, report, everybody, link, now)


def _post(template: str, key: str, subject: str, report: Report, addresses: Iterable[str], link: str, now: dt.datetime) -> None:
    context = {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
        "report": report,
        "link": f"{settings.SITE_URL}{link}",
    }
    mail.post(
        key=key,
        stream=STREAM,
        lane=Lane.NOTICE,
        subject=subject,
        text=render_to_string(f"emails/desk/{template}.txt", context),
        recipients=[Recipient(address) for address in addresses],
        now=now,
    )
