"""What we write to one subscriber: the link that confirms, or that they are on the list already; and to those who look after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from hub.accounts.models import User
from hub.bulletin import links
from hub.bulletin.models import ListReading, Subscriber
from hub.bulletin.topics import labels_of
from hub.mail import actions as mail
from hub.mail.models import Lane
from hub.mail.recipients import Recipient

STREAM = "confirmation"


def answer(subscriber: Subscriber, now: dt.datetime) -> None:
    """One letter, whatever we know of the address."""
    if subscriber.is_on_the_list:
        _post("already", subscriber, "You take the bulletin already", links.preferences_url(subscriber), now)
    else:
        _post("confirm", subscriber, "Confirm that you want the bulletin", links.confirm_url(subscriber, now), now)


def _post(kind: str, subscriber: Subscriber, subject: str, url: str, now: dt.datetime) -> None:
    """The link is the person's own part, so that the text says nothing about anybody."""
    context = {
        "link": "[[link]]",
        "paused_until": subscriber.paused_until,
        "topics": labels_of(subscriber.topic_key),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    # "That was not me", as a mail program offers it: the link that confirms is dead then.
    headers = {"List-Unsubscribe": "<[[unsubscribe_url]]>"}
    mail.post(
        key=f"bulletin-{kind}:{subscriber.public_id}:{subscriber.token_version}:{now.timestamp():.0f}",
        stream=STREAM,
        lane=Lane.SIGN_IN,
        subject=subject,
        text=render_to_string(f"emails/bulletin/{kind}.txt", context),
        html=render_to_string(f"emails/bulletin/{kind}.html", context),
        headers=headers,
        recipients=[Recipient(subscriber.email or "", {"link": url, "unsubscribe_url": links.unsubscribe_url(subscriber)})],
        expires_at=now + links.CONFIRM_WITHIN,
        now=now,
    )


def the_list_was_opened(reading: ListReading, to: Iterable[User], now: dt.datetime) -> None:
    """To those who would have had to do it instead."""
    context = {
        "reading": reading,
        "url": settings.SITE_URL + reverse("bulletin:subscribers"),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    mail.post(
        key=f"bulletin-list-opened:{reading.public_id}",
        stream="oversight",
        lane=Lane.NOTICE,
        subject=f"{reading.read_by} opened the list of subscribers",
        text=render_to_string("emails/bulletin/list_opened.txt", context),
        recipients=[Recipient(person.email) for person in to],
        by=reading.read_by,
        now=now,
    )
