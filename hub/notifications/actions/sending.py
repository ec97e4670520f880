"""From what waits to mails in the ledger. A row is settled in the transaction that posts its mail, so a run that is killed, or
run twice, sends nothing twice and loses nothing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from hub.accounts.models import User
from hub.core.following import Cadence
from hub.notifications import letters
from hub.notifications.models import Notification, Preference

logger = logging.getLogger(__name__)

DAILY_AT = dt.time(7)
KEPT_FOR = dt.timedelta(days=90)
# What nobody could send for so long is on the site; no pile of old mail goes when the worker comes back.
TOO_OLD = dt.timedelta(days=7)


def post_at_once(now: dt.datetime, *, most: int = 50) -> int:
    """What cannot be written, which is a fault of ours, keeps nobody else waiting: it is tried again with the daily mail."""
    waiting = list(Notification.objects.waiting(Cadence.AT_ONCE).select_related("person")[:most])
    for notification in waiting:
        try:
            _post_one(notification, now)
        except OperationalError:
            raise  # the database is away for everybody
        except Exception:
            logger.exception("Notification %s could not be written", notification.public_id)
            _leave_for_daily(notification)
    return len(waiting)


def _post_one(notification: Notification, now: dt.datetime) -> None:
    items = letters.still_wanted(notification.person, [notification], now)
    if not items or _is_too_old(notification, now):
        _settle([notification.pk], now)
    elif items[0].cadence == Cadence.DAILY:
        _leave_for_daily(notification)
    else:
        letter = letters.of_one(notification.person, items[0])
        with transaction.atomic():
            if _settle([notification.pk], now, letter.key):
                letters.post(letter, notification.person, now)


def _leave_for_daily(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk, settled_at=None).update(cadence=Cadence.DAILY)


# --- Once a day ---------------------------------------------------------------------------------


def post_daily(now: dt.datetime, *, most: int = 50) -> int:
    """At 07:00 in the hub's own time zone, one mail with everything up to then. Missed because the worker was away: later that day."""
    seven = timezone.localtime(now).replace(hour=DAILY_AT.hour, minute=0, second=0, microsecond=0)
    if now < seven:
        return 0
    due = Notification.objects.waiting(Cadence.DAILY).filter(created_at__lt=seven)
    had_theirs = Preference.objects.filter(digested_on__gte=seven.date())
    people = due.exclude(person__in=had_theirs.values("person")).order_by().values_list("person", flat=True).distinct()[:most]
    done = 0
    for person in User.objects.filter(pk__in=list(people)).order_by("public_id"):
        try:
            _post_digest(person, due.filter(person=person), seven.date(), now)
            done += 1
        except OperationalError:
            raise
        except Exception:
            logger.exception("The daily mail of %s could not be written; trying again later", person.public_id)
    return done


def _post_digest(person: User, due: Iterable[Notification], day: dt.date, now: dt.datetime) -> None:
    waiting = list(due)
    fresh = [notification for notification in waiting if not _is_too_old(notification, now)]
    items = letters.still_wanted(person, fresh, now)
    letter = letters.of_a_day(person, items, day) if items else None
    in_it = {item.notification.pk for item in items}
    Preference.objects.get_or_create(person=person)
    with transaction.atomic():
        _settle([row.pk for row in waiting if row.pk not in in_it], now)
        if letter is None:
            return
        # The first of two runs moves the mark; the second finds it moved.
        mark = Preference.objects.filter(Q(digested_on=None) | Q(digested_on__lt=day), person=person)
        if mark.update(digested_on=day):
            _settle(in_it, now, letter.key)
            letters.post(letter, person, now)


def _is_too_old(notification: Notification, now: dt.datetime) -> bool:
    return notification.created_at < now - TOO_OLD


def _settle(pks: Iterable[int], now: dt.datetime, letter: str = "") -> int:
    return Notification.objects.filter(pk__in=list(pks), settled_at=None).update(settled_at=now, letter=letter)


@transaction.atomic
def put_back(notifications: Iterable[Notification]) -> None:
    """Their mail did not go since something in it may no longer be told; these may, in the next one."""
    pks = [notification.pk for notification in notifications]
    Notification.objects.filter(pk__in=pks).exclude(cadence=Cadence.SITE).update(settled_at=None, letter="")


# --- Forgetting ---------------------------------------------------------------------------------


@transaction.atomic
def forget_old(now: dt.datetime, *, most: int = 5000) -> int:
    old = Notification.objects.filter(created_at__lt=now - KEPT_FOR).order_by("created_at").values_list("pk", flat=True)
    pks = list(old[:most])
    Notification.objects.filter(pk__in=pks).delete()
    return len(pks)
