"""Telling people of an event, and what they have read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping

from django.db import transaction

from hub.accounts.models import User
from hub.core.following import Cadence
from hub.notifications import kinds, reasons, wishes
from hub.notifications.models import Notification

_THREAD = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z0-9-]+")
CHUNK = 1000


@transaction.atomic
def notify(
    *,
    event_key: str,
    kind: str,
    subject: str,
    people: Mapping[int, Collection[str]],
    thread: str = "",
    by: User | None = None,
    now: dt.datetime,
) -> None:
    """Tell people (primary keys of users, each with all their reasons) of one event.

    The same event again tells nobody twice. `thread` is "<subject's name>:<key>" of the conversation, which somebody can
    mute. `by` did it and is left out; an author whose name is sealed must not be passed, nor left out of `people` otherwise:
    who is missing would tell who it was.
    """
    kinds.named(kind)
    for stored in {reason for why in people.values() for reason in why}:
        reasons.of(stored)
    if thread and not _THREAD.fullmatch(thread):
        raise ValueError(f"{thread!r} names no thread.")
    # By public id, so that rows stand in an order that says nothing of how the people were found.
    wanted = [pk for pk in _active(people) if by is None or pk != by.pk]
    for start in range(0, len(wanted), CHUNK):
        _tell({pk: people[pk] for pk in wanted[start : start + CHUNK]}, event_key, kind, subject, thread, now)


def _active(people: Mapping[int, Collection[str]]) -> list[int]:
    return list(User.objects.filter(pk__in=people, is_active=True).order_by("public_id").values_list("pk", flat=True))


def _tell(people: Mapping[int, Collection[str]], event_key: str, kind: str, subject: str, thread: str, now: dt.datetime) -> None:
    stored = {reason for why in people.values() for reason in why}
    chosen = wishes.of(list(people), stored, [thread])
    rows = []
    for pk, why in people.items():
        cadence = chosen.cadence(pk, why)
        if cadence is None or chosen.is_muted(pk, thread):
            continue
        rows.append(
            Notification(
                event_key=event_key,
                person_id=pk,
                kind=kind,
                subject=subject,
                thread=thread,
                reasons=sorted(set(why)),
                created_at=now,
                cadence=cadence,
                settled_at=now if cadence == Cadence.SITE else None,
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def mark_read(*, notification: Notification, by: User, now: dt.datetime) -> None:
    Notification.objects.told_to(by).unread().filter(pk=notification.pk).update(read_at=now)


@transaction.atomic
def mark_all_read(*, until: Notification, by: User, now: dt.datetime) -> int:
    """Up to the newest that they have seen: what came since the page was drawn stays new."""
    return Notification.objects.told_to(by).unread().filter(created_at__lte=until.created_at).update(read_at=now)
