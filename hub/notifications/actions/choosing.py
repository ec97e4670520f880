"""How somebody wants to hear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from hub.accounts.models import User
from hub.core.following import Cadence
from hub.mail import actions as mail
from hub.notifications.actions.following import set_cadences
from hub.notifications.letters import STREAM
from hub.notifications.models import Preference
from hub.notifications.reasons import Group


@transaction.atomic
def choose(
    *,
    by: User,
    mail_wanted: Preference.Mail,
    cadences: Mapping[str, str],
    follows: Mapping[str, str] | None = None,
    now: dt.datetime,
) -> None:
    """For mail as a whole, by group, and by what is followed (reasons as a notification stores them)."""
    chosen = {Group(group).value: Cadence(cadence).value for group, cadence in cadences.items()}
    Preference.objects.update_or_create(person=by, defaults={"mail": mail_wanted, "cadences": chosen})
    set_cadences(chosen=follows or {}, by=by)
    _tell_the_ledger(by, mail_wanted, now)


@transaction.atomic
def want_less_mail(*, by: User, mail_wanted: Preference.Mail, now: dt.datetime) -> None:
    """What a link in a mail asks for. Never more than they get already: an old daily mail brings nothing back."""
    preference, _ = Preference.objects.get_or_create(person=by)
    order = list(Preference.Mail)
    if order.index(mail_wanted) > order.index(Preference.Mail(preference.mail)):
        preference.mail = mail_wanted
        preference.save(update_fields=["mail"])
    _tell_the_ledger(by, Preference.Mail(preference.mail), now)


def _tell_the_ledger(by: User, mail_wanted: Preference.Mail, now: dt.datetime) -> None:
    """So that what is already in its queue stays there, too."""
    if mail_wanted == Preference.Mail.NONE:
        mail.opt_out(by.email, STREAM, now)
    else:
        mail.opt_in(by.email, STREAM, now)
