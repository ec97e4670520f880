"""What we write to one subscriber: the link that confirms, or that they are on the list already."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string

from hub.bulletin import links
from hub.bulletin.models import Subscriber
from hub.mail import actions as mail
from hub.mail.models import Lane
from hub.mail.recipients import Recipient

STREAM = "confirmation"
# Whoever presses the button again and again, or presses it with somebody else's address, fills no mailbox.
ONE_IN = dt.timedelta(minutes=10)


def ask_to_confirm(subscriber: Subscriber, now: dt.datetime) -> None:
    _post("confirm", subscriber, "Confirm that you want the bulletin", links.confirm_url(subscriber, now), now)


def say_already_subscribed(subscriber: Subscriber, now: dt.datetime) -> None:
    _post("already", subscriber, "You take the bulletin already", links.preferences_url(subscriber), now)


def _post(kind: str, subscriber: Subscriber, subject: str, url: str, now: dt.datetime) -> None:
    """The link is the person's own part, so that the text says nothing about anybody."""
    context = {
        "link": "[[link]]",
        "topics": [section.label for section in subscriber.topics],
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    window = int(now.timestamp() // ONE_IN.total_seconds())
    mail.post(
        key=f"bulletin-{kind}:{subscriber.public_id}:{subscriber.token_version}:{window}",
        stream=STREAM,
        lane=Lane.SIGN_IN,
        subject=subject,
        text=render_to_string(f"emails/bulletin/{kind}.txt", context),
        html=render_to_string(f"emails/bulletin/{kind}.html", context),
        recipients=[Recipient(subscriber.email or "", {"link": url})],
        expires_at=now + links.CONFIRM_WITHIN,
        now=now,
    )
