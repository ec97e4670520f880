"""What those who make the bulletin hear of it by mail. It says that something waits, and what is in an issue stays on the site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from hub.accounts.models import User
from hub.bulletin.models import BulletinIssue
from hub.mail import actions as mail
from hub.mail.models import Lane
from hub.mail.recipients import Recipient
from hub.members.models import Office, Role

STREAM = "bulletin-desk"
SENDERS = (Role.FACILITATOR, Role.ADMINISTRATOR)
COMPOSERS = (Role.EDITOR, *SENDERS)


def draft_waits(issue: BulletinIssue, now: dt.datetime) -> None:
    if issue.items.exists():
        what = "It holds what is on, what is new and the questions that wait. Put it in order, add a few words, and submit it."
    else:
        what = "Nothing is new and nothing waits, so it is empty: add something to it, or skip this issue."
    _tell(issue, "draft", COMPOSERS, f"{issue} is drafted", [f"It is to go {_when(issue)}.", what], now)


def waits_for_approval(issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    name = by.get_full_name() or "An editor"
    lines = [f"{name} has finished it. It is to go {_when(issue)}.", "Look at it and approve it: nothing goes before you do."]
    _tell(issue, f"review:{now:%Y%m%d%H%M%S}", SENDERS, f"{issue} waits for your approval", lines, now)


def nobody_has_approved(issue: BulletinIssue, now: dt.datetime) -> None:
    lines = [
        "Its time has come, and nobody has approved it. Nothing has been sent.",
        "Approve it, move it to another day, or skip it.",
    ]
    _tell(issue, f"due:{issue.due_at:%Y%m%d%H%M}", SENDERS, f"{issue} is due and not approved", lines, now)


def was_skipped(issue: BulletinIssue, by: User | None, now: dt.datetime) -> None:
    name = (by.get_full_name() if by else "") or "Somebody"
    lines = [f"{name} has skipped it: nobody gets a bulletin {_when(issue)}.", "What was in it may come up in the next one."]
    _tell(issue, "skipped", SENDERS, f"{issue} was skipped", lines, now)


def was_carried_over(issue: BulletinIssue, missed: dt.date, now: dt.datetime) -> None:
    lines = [
        f"It was to go on {missed:%A %-d %B %Y}, and nobody approved it. That issue was skipped.",
        f"It now stands for the next date, and is to go {_when(issue)}. Look through what is in it, for some of it is old.",
    ]
    _tell(issue, f"carried:{issue.period}", COMPOSERS, f"{issue} was not sent, and moves on", lines, now)


def was_held_back(issue: BulletinIssue, now: dt.datetime) -> None:
    lines = [
        "Two approved issues were due at once, because the worker was off. The later one went, and this one did not.",
        "It is a draft again: send it another day, or skip it.",
    ]
    _tell(issue, f"held:{now:%Y%m%d%H%M%S}", SENDERS, f"{issue} was held back", lines, now)


def is_paused(issue: BulletinIssue, now: dt.datetime) -> None:
    lines = [issue.pause_reason, "Look at who was refused, then let the others have it or call it off."]
    _tell(issue, f"paused:{now:%Y%m%d%H%M%S}", SENDERS, f"{issue} has stopped on its way", lines, now)


def _when(issue: BulletinIssue) -> str:
    return f"on {issue.send_on:%A %-d %B %Y} at {issue.send_time:%H:%M}" if issue.send_on else "when you say so"


def _tell(issue: BulletinIssue, about: str, roles: Iterable[Role], subject: str, lines: list[str], now: dt.datetime) -> None:
    people = Office.objects.current(now).filter(role__in=[*roles], user__is_active=True).values_list("user__email", flat=True)
    if not (addresses := sorted(set(people))):
        return
    page = "compose" if issue.is_draft else "send"
    context = {
        "lines": lines,
        "url": f"{settings.SITE_URL}{reverse(f'bulletin:{page}', kwargs={'public_id': issue.public_id})}",
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    mail.post(
        key=f"{STREAM}:{issue.public_id}:{about}",
        stream=STREAM,
        lane=Lane.NOTICE,
        subject=subject,
        text=render_to_string("emails/bulletin/desk.txt", context),
        recipients=[Recipient(address) for address in addresses],
        now=now,
    )
