"""Following, for any room's table of follows, and hearing no more of a conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from hub.accounts.models import User
from hub.core.following import Cadence, Follow
from hub.notifications import reasons
from hub.notifications.models import MutedThread, Preference
from hub.notifications.reasons import Reason


@transaction.atomic
def follow(*, model: type[Follow], by: User, now: dt.datetime, cadence: str = "", **what: Any) -> None:
    """`follow(model=ProductFollow, product=product, by=…, now=…)`. Twice is once, with the first one's cadence."""
    model._default_manager.get_or_create(user=by, **what, defaults={"followed_at": now, "cadence": cadence})


@transaction.atomic
def unfollow(*, model: type[Follow], by: User, **what: Any) -> None:
    """What waits to be mailed because of it goes no more, unless there is another reason."""
    model._default_manager.filter(user=by, **what).delete()


@transaction.atomic
def set_cadences(*, chosen: Mapping[str, str], by: User) -> None:
    """Of single follows, by reason as a notification stores it; "" goes back to the choice for all of the kind."""
    for stored, cadence in chosen.items():
        reason, public_id = reasons.of(stored)
        _rows(reason, public_id, by).update(cadence=Cadence(cadence) if cadence else "")


def follow_again(*, stored: str, cadence: str, by: User, now: dt.datetime) -> bool:
    """Undoes `unfollow_one`; False where the thing can no longer be seen."""
    reason, public_id = reasons.of(stored)
    if reason.follows is None:
        return False
    what: dict[str, Any] = {}
    if reason.follows.field:
        thing = reasons.things(reason, [public_id], by).get(public_id)
        if thing is None:
            return False
        what = {reason.follows.field: thing}
    follow(model=reason.follows.model, by=by, now=now, cadence=cadence if cadence in Cadence else "", **what)
    return True


@transaction.atomic
def unfollow_one(*, stored: str, by: User) -> str:
    """The cadence it had, for `follow_again`."""
    reason, public_id = reasons.of(stored)
    rows = _rows(reason, public_id, by)
    cadence = rows.values_list("cadence", flat=True).first() or ""
    rows.delete()
    return cadence


def _rows(reason: Reason, public_id: str, by: User) -> Any:
    if reason.follows is None:
        raise KeyError(reason.key)
    rows = reason.follows.model._default_manager.filter(user=by)
    return rows.filter(**{f"{reason.follows.field}__public_id": public_id}) if reason.follows.field else rows


# --- Conversations ------------------------------------------------------------------------------


@transaction.atomic
def mute(*, thread: str, by: User, now: dt.datetime) -> None:
    """Nothing of it is told any more, not even that somebody names them there."""
    MutedThread.objects.get_or_create(person=by, thread=thread, defaults={"muted_at": now})


@transaction.atomic
def unmute(*, thread: str, by: User) -> None:
    MutedThread.objects.filter(person=by, thread=thread).delete()


@transaction.atomic
def stop(*, stored: Collection[str], thread: str, by: User, now: dt.datetime) -> None:
    """What the link in a mail does: no more mail for what made us send that one. Follows stay, on the site; a conversation
    that they are part of is muted; what is neither goes by its group."""
    on_things = [each for each in stored if reasons.of(each)[0].follows and not _is_thread(each, thread)]
    set_cadences(chosen=dict.fromkeys(on_things, Cadence.SITE.value), by=by)
    others = [each for each in stored if each not in on_things]
    if others and thread:
        mute(thread=thread, by=by, now=now)
    elif others:
        preference, _ = Preference.objects.get_or_create(person=by)
        preference.cadences |= {reasons.of(each)[0].group.value: Cadence.SITE.value for each in others}
        preference.save(update_fields=["cadences"])


def _is_thread(stored: str, thread: str) -> bool:
    """Whether it is a follow of the very conversation."""
    reason, public_id = reasons.of(stored)
    return reason.follows is not None and thread.partition(":")[2] == public_id
