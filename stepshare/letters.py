"""What we write to whoever sent an entry, once it has been decided upon."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string

from hub.mail import actions as mail
from hub.mail.models import Delivery, Lane
from hub.mail.recipients import Recipient
from stepshare.models import ProposedEntry

STREAM = "councils-records"
_KEY = "proposed-entry"


def tell_decision(entry: ProposedEntry, now: dt.datetime) -> None:
    """Not to somebody who decided themselves, or has gone. A supplier's person is told no names."""
    person = entry.proposed_by
    if person is None or not person.is_active or person == entry.decided_by:
        return
    context = {
        "entry": entry,
        "greeting": person.first_name,
        "link": f"{settings.SITE_URL}{entry.get_absolute_url()}",
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    verdict = "is on record" if entry.state == ProposedEntry.State.ACCEPTED else "was not taken up"
    mail.post(
        key=f"{_KEY}:{entry.public_id}:{int(now.timestamp())}",
        stream=STREAM,
        lane=Lane.NOTICE,
        subject=f"{entry.subject} at {entry.council.short_name}: what you sent {verdict}",
        text=render_to_string("emails/stepshare/decided.txt", context),
        html=render_to_string("emails/stepshare/decided.html", context),
        recipients=[Recipient(person.email)],
        now=now,
    )


def still_allowed(delivery: Delivery) -> bool:
    """Somebody who left meanwhile, or was suspended, hears no more of it."""
    public_id = delivery.message.key.split(":")[1]
    entry = ProposedEntry.objects.select_related("proposed_by").filter(public_id=public_id).first()
    if entry is None or entry.proposed_by is None or not entry.proposed_by.is_active:
        return False
    return ProposedEntry.objects.visible_to(entry.proposed_by).filter(pk=entry.pk).exists()
