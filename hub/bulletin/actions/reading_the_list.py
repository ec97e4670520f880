"""Nobody sees who takes the bulletin, unless there is a reason that another of us hears of at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.bulletin import letters, queries
from hub.bulletin.models import ListReading, Subscriber
from hub.bulletin.refusals import Refusal


@transaction.atomic
def open_list(*, reason: str, by: User, now: dt.datetime) -> list[Subscriber]:
    """Who is on the list. That it was opened is written down, and told to every other facilitator and administrator."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal("Say why you need the list: the others will read it.")
    others = [person for person in queries.who_look_after_it(now) if person.pk != by.pk]
    if not others:
        raise Refusal("Nobody else could be told. There has to be a second facilitator or administrator before the list is opened.")
    rows = list(Subscriber.objects.on_the_list().order_by("email"))
    reading = ListReading.objects.create(read_by=by, reason=reason, number=len(rows), told=len(others), read_at=now)
    letters.the_list_was_opened(reading, others, now)
    return rows
