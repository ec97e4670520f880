"""Agreeing to the words of the day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.mail.recipients import address_hash
from hub.members.consent import CURRENT
from hub.members.models import Consent


@transaction.atomic
def agree(*, by: User, source: str, now: dt.datetime, purpose: Consent.Purpose = Consent.Purpose.RULES) -> Consent:
    """To the current words, once: whoever agrees again has agreed already."""
    consent, _ = Consent.objects.get_or_create(
        user=by,
        purpose=purpose,
        wording_version=CURRENT.version,
        withdrawn_at=None,
        defaults={
            "wording_hash": CURRENT.digest,
            "source": source,
            "given_at": now,
            "address_hash": address_hash(by.email),
        },
    )
    return consent
