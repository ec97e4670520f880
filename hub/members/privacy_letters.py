"""What we write about somebody's data: that a complaint came, what we answer, and goodbye."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from hub.mail import actions as mail
from hub.mail.models import Lane
from hub.mail.recipients import Recipient
from hub.members import queries
from hub.members.models import Complaint
from hub.public_ids import new_public_id

COMPLAINTS = "complaints"
GOODBYE = "goodbye"


def acknowledge(complaint: Complaint, now: dt.datetime) -> None:
    _about(complaint, "received", f"We have your complaint ({complaint.public_id})", [complaint.address], now)


def tell_those_who_answer(complaint: Complaint, now: dt.datetime) -> None:
    """Facilitators and administrators. A link, and nothing of what was written."""
    everybody = [user.email for user in queries.people_who_answer_complaints(now)]
    if everybody:
        subject = f"A complaint about data waits for an answer by {complaint.due_on:%-d %B %Y}"
        _about(complaint, "waits", subject, everybody, now, link=reverse("members:complaint_answer", args=[complaint.public_id]))


def send_answer(complaint: Complaint, now: dt.datetime) -> None:
    subject = f"Our answer to your complaint ({complaint.public_id})"
    _about(complaint, "answered", subject, [complaint.address], now)


def say_goodbye(address: str, now: dt.datetime) -> None:
    _post(
        "goodbye",
        f"goodbye:{new_public_id()}{new_public_id()}",
        GOODBYE,
        Lane.SIGN_IN,
        "Your account is closed",
        {},
        [address],
        now,
    )


def _about(complaint: Complaint, kind: str, subject: str, addresses: Iterable[str], now: dt.datetime, *, link: str = "") -> None:
    """One of each kind for each complaint, however often it is asked for."""
    context = {"complaint": complaint, "link": f"{settings.SITE_URL}{link or complaint.get_absolute_url()}"}
    _post(f"complaint_{kind}", f"complaint-{kind}:{complaint.public_id}", COMPLAINTS, Lane.NOTICE, subject, context, addresses, now)


def _post(
    template: str,
    key: str,
    stream: str,
    lane: Lane,
    subject: str,
    context: dict[str, object],
    addresses: Iterable[str],
    now: dt.datetime,
) -> None:
    site = {"site_name": settings.WAGTAIL_SITE_NAME, "site_url": settings.SITE_URL}
    mail.post(
        key=key,
        stream=stream,
        lane=lane,
        subject=subject,
        text=render_to_string(f"emails/members/{template}.txt", {**site, **context}),
        recipients=[Recipient(address) for address in addresses],
        now=now,
    )
