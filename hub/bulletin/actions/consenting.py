"""What somebody said is written down once and kept; what the ledger asks before each mail follows it."""

from __future__ import annotations

import datetime as dt

from hub.bulletin.consent import WORDING_VERSION
from hub.bulletin.models import STREAM, ConsentEvent
from hub.mail import actions as mail
from hub.mail.models import Suppression
from hub.mail.recipients import address_hash

# What somebody's own new yes takes back. A mailbox that does not exist says no yes, and a facilitator's no stands.
THEIR_OWN_NO = (Suppression.Reason.COMPLAINT, Suppression.Reason.ERASURE, Suppression.Reason.ASKED)

SAID_OTHERWISE = (Suppression.Reason.ERASURE, Suppression.Reason.ASKED)


def record(
    kind: ConsentEvent.Kind,
    email: str,
    now: dt.datetime,
    *,
    hashed: str = "",
    wording: str = WORDING_VERSION,
    source: str = "",
    place: str = "",
    said: str = "",
) -> None:
    """Needs a transaction. `hashed` where the address itself is not known any more."""
    ConsentEvent.objects.create(
        address_hash=hashed or address_hash(email),
        kind=kind,
        wording_version=wording,
        source=source,
        ip_hash=place,
        said=said[:400],
        happened_at=now,
    )


def may_write_again(email: str, now: dt.datetime) -> None:
    mail.opt_in(email, STREAM, now)
    if Suppression.objects.filter(address_hash=address_hash(email), reason__in=THEIR_OWN_NO).exists():
        mail.lift_suppression(email)
