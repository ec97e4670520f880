"""What goes by itself once nobody needs it any more."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from hub.accounts.models import User
from hub.core import personal_data

# An address that nobody has confirmed in this time was a slip of the pen, or a stranger's.
UNCONFIRMED_FOR = dt.timedelta(days=30)
# So that a write transaction stays short; the duty comes again at once while there is more.
MOST_AT_ONCE = 50


def forget_unconfirmed_accounts(*, now: dt.datetime) -> int:
    """Accounts that were asked for and never confirmed: nobody has ever come in by them. How many."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    never_came = User.objects.filter(
        Exists(addresses),
        ~Exists(addresses.filter(verified=True)),
        is_active=True,
        last_login=None,
        joined_at__lte=now - UNCONFIRMED_FOR,
        memberships=None,
        offices=None,
    )
    people = list(never_came.order_by("joined_at", "pk")[:MOST_AT_ONCE])
    for person in people:
        personal_data.erase(person)
    return len(people)


@transaction.atomic
def free_address(*, email: str) -> None:
    """Whoever added the address of somebody else and could not confirm it does not keep its owner from joining."""
    confirmed_another = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    EmailAddress.objects.filter(Exists(confirmed_another), email=email.lower(), verified=False, primary=False).delete()


def clear_expired_sessions() -> None:
    """As `manage.py clearsessions` does."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
