"""What question time writes to people. Of a post without a name, no mail says which it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from forum.models import SealBreak
from hub.accounts.models import User
from hub.mail import actions as mail
from hub.mail.models import Lane, Message
from hub.mail.recipients import Recipient
from hub.members.queries import people_who_run_the_hub

# Forgotten as soon as it has gone: no row keeps the addresses of those who wrote without their name.
UNNAMED = "unnamed"
SECONDING = "seconding"

BROKEN = (
    "Two people who run this hub have had your name shown to one of them, as the rules for posts without a name allow. "
    "The reason they gave: {reason}"
)


def has_been_told(now: dt.datetime) -> bool:
    return Message.objects.filter(key=_news_key(now)).exists()


def news_for(people: Iterable[User], now: dt.datetime) -> Message:
    """The same words for everybody, under the same subject each day."""
    context = {"url": f"{settings.SITE_URL}{reverse('forum:unnamed')}", "site_name": settings.WAGTAIL_SITE_NAME}
    return mail.post(
        key=_news_key(now),
        stream=UNNAMED,
        lane=Lane.NOTICE,
        subject=f"Something for you on {settings.WAGTAIL_SITE_NAME}",
        text=render_to_string("emails/forum/unnamed.txt", context),
        recipients=[Recipient(person.email) for person in people],
        now=now,
    )


def _news_key(now: dt.datetime) -> str:
    return f"{UNNAMED}:{timezone.localdate(now):%Y-%m-%d}"


def second_is_asked_for(asked: SealBreak) -> None:
    """To everybody who could agree. The reason is read on the site."""
    others = [person for person in people_who_run_the_hub(asked.asked_at) if person != asked.asked_by]
    context = {
        "asked": asked,
        "url": f"{settings.SITE_URL}{reverse('forum:seals')}",
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    mail.post(
        key=f"{SECONDING}:{asked.public_id}",
        stream=SECONDING,
        lane=Lane.NOTICE,
        subject="A second person is asked for, to break a seal",
        text=render_to_string("emails/forum/seconding.txt", context),
        recipients=[Recipient(person.email) for person in others],
        now=asked.asked_at,
    )
