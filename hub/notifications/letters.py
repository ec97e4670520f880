"""The mails: one for an event, or one for a day. What may stand in them is decided here alone.

Nothing of what the reader may not see at that moment; of what only members read, the title and a link; an extract only of
what everybody may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse

from hub.accounts.models import User
from hub.core.following import Cadence
from hub.mail import actions as mail
from hub.mail.models import Lane
from hub.mail.recipients import Recipient
from hub.members.ranks import held_by
from hub.notifications import kinds, links, reasons, wishes
from hub.notifications.kinds import Words
from hub.notifications.models import Notification, Preference

STREAM = "notifications"
ONE, DAY = "notification", "notifications-of"
_FOR_ALL, _FOR_MEMBERS = "public", "members"
MOST_LISTED = 50
MOST_OF_AN_EXTRACT = 600


@dataclass(frozen=True)
class Item:
    """One event as a mail tells it."""

    notification: Notification
    cadence: Cadence
    says: str
    words: Words
    because: list[str]
    is_public: bool

    @property
    def url(self) -> str:
        return links.absolute(self.words.url)

    @property
    def extract(self) -> str:
        if not self.is_public:
            return ""
        text = self.words.extract.strip()
        return text if len(text) <= MOST_OF_AN_EXTRACT else f"{text[:MOST_OF_AN_EXTRACT].rsplit(None, 1)[0]} …"


@dataclass(frozen=True)
class Letter:
    key: str
    subject: str
    text: str
    html: str
    list_id: str
    stop_url: str
    references: tuple[str, ...] = ()
    archived_at: str = ""


def still_wanted(person: User, notifications: Collection[Notification], now: dt.datetime) -> list[Item]:
    """Of these, what this person still wants by mail, and may be told of now. Nobody who is kept out or has left gets any."""
    if not notifications or not person.is_active or not held_by(person, now):
        return []
    stored = {reason for row in notifications for reason in row.reasons}
    chosen = wishes.of([person.pk], stored, {row.thread for row in notifications})
    cadences = {row.pk: _cadence(row, chosen) for row in notifications}
    wanted = [row for row in notifications if cadences[row.pk] != Cadence.SITE]
    things = {kinds.thing_of(row.kind, row.subject) for row in wanted}
    words, everybody = kinds.words_of(things, person), kinds.visible(things, AnonymousUser())
    because = reasons.in_words(stored, person)
    return [
        Item(
            notification=row,
            cadence=cadences[row.pk],
            says=kinds.named(row.kind).says,
            words=words[thing],
            because=[because[reason] for reason in row.reasons if reason in because],
            is_public=thing in everybody,
        )
        for row in wanted
        if (thing := kinds.thing_of(row.kind, row.subject)) in words
    ]


def _cadence(row: Notification, chosen: wishes.Wishes) -> Cadence:
    if chosen.is_muted(row.person_id, row.thread):
        return Cadence.SITE
    return chosen.cadence(row.person_id, row.reasons) or Cadence.SITE


# --- Writing them -------------------------------------------------------------------------------


def of_one(person: User, item: Item) -> Letter:
    """The subject is the thread's title and never says what happened, so that mail programs keep its mails together."""
    row = item.notification
    context = {"item": item, "url": item.url, **_frame()}
    thread = row.thread or f"{row.kind}:{row.subject}"
    return Letter(
        key=f"{ONE}:{row.public_id}:{_FOR_ALL if item.is_public else _FOR_MEMBERS}",
        subject=item.words.title,
        text=_text("event", context),
        html=render_to_string("emails/notifications/event.html", context),
        list_id=f"{STREAM}-{_group_of(row)}",
        stop_url=links.stop_url(person, row.reasons, row.thread),
        archived_at=item.url,
        # A message that never was, to which every mail of the thread replies.
        references=(thread.replace(":", "."),),
    )


def of_a_day(person: User, items: list[Item], day: dt.date) -> Letter:
    context = {"items": items[:MOST_LISTED], "more": max(0, len(items) - MOST_LISTED), "day": day, "count": len(items), **_frame()}
    return Letter(
        key=f"{DAY}:{person.public_id}:{day.isoformat()}",
        subject=f"What is new in what you follow, {day:%-d %B %Y}",
        text=_text("day", context),
        html=render_to_string("emails/notifications/day.html", context),
        list_id=f"{STREAM}-daily",
        stop_url=links.less_mail_url(person, Preference.Mail.AT_ONCE),
    )


def post(letter: Letter, person: User, now: dt.datetime) -> None:
    mail.post(
        key=letter.key,
        stream=STREAM,
        lane=Lane.NOTICE,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers={"Archived-At": f"<{letter.archived_at}>"} if letter.archived_at else None,
        list_id=letter.list_id,
        references=letter.references,
        recipients=[
            Recipient(
                person.email,
                {"unsubscribe_url": letter.stop_url, "no_mail_url": links.less_mail_url(person, Preference.Mail.NONE)},
            )
        ],
        now=now,
    )


def _text(template: str, context: Mapping[str, object]) -> str:
    return render_to_string(f"emails/notifications/{template}.txt", dict(context)).strip() + "\n"


def _frame() -> dict[str, str]:
    return {
        "stop": "[[unsubscribe_url]]",
        "no_mail": "[[no_mail_url]]",
        "settings_url": links.absolute(reverse("notifications:settings")),
        "list_url": links.absolute(reverse("notifications:list")),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }


def _group_of(row: Notification) -> str:
    """Of several, the first in the order in which people choose: what is their own before what they follow."""
    groups = {reasons.of(reason)[0].group for reason in row.reasons if reasons.is_known(reason)}
    return next((group.value for group in reasons.Group if group in groups), STREAM)


# --- Just before one goes -----------------------------------------------------------------------


def rows_in(key: str) -> list[Notification]:
    return list(Notification.objects.filter(letter=key).select_related("person").order_by("created_at", "public_id"))


def says_too_much(key: str, items: Iterable[Item]) -> bool:
    """It was written while everybody could read the thing, and now only members can."""
    return key.endswith(f":{_FOR_ALL}") and not all(item.is_public for item in items)
