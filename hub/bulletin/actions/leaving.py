"""A rest, and the ways out. The ledger knows each of them before the next mail: it skips what waits already."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from hub.accounts.models import User
from hub.bulletin.actions.consenting import may_write_again, record
from hub.bulletin.actions.subscribing import account_of, lock
from hub.bulletin.links import CONFIRM_WITHIN, UNDO_WITHIN
from hub.bulletin.models import STREAM, ConsentEvent, Subscriber
from hub.bulletin.refusals import Refusal
from hub.mail import actions as mail
from hub.mail.models import Suppression

Kind = ConsentEvent.Kind
State = Subscriber.State

MONTH, LONGEST_PAUSE = dt.timedelta(days=30), 3
# An address that was typed and never confirmed leaves no trace but for a while: it counts towards the limits.
UNCONFIRMED_KEPT = dt.timedelta(days=30)


@transaction.atomic
def pause(*, subscriber: Subscriber, months: int, by: User | None = None, now: dt.datetime) -> None:
    """One to three months from now; a second pause counts from now too."""
    if not 1 <= months <= LONGEST_PAUSE:
        raise Refusal(f"A rest lasts one to {LONGEST_PAUSE} months.")
    lock(subscriber)
    if not subscriber.is_on_the_list:
        return
    subscriber.state, subscriber.paused_until = State.PAUSED, now + months * MONTH
    subscriber.save(update_fields=["state", "paused_until"])
    record(Kind.PAUSED, subscriber.email or "", now, said=f"until {subscriber.paused_until:%-d %B %Y}")
    mail.opt_out(subscriber.email or "", STREAM, now)


@transaction.atomic
def resume(*, subscriber: Subscriber, by: User | None = None, now: dt.datetime, said: str = "") -> None:
    lock(subscriber)
    if not subscriber.is_paused:
        return
    subscriber.state, subscriber.paused_until = State.ACTIVE, None
    subscriber.save(update_fields=["state", "paused_until"])
    record(Kind.RESUMED, subscriber.email or "", now, said=said)
    mail.opt_in(subscriber.email or "", STREAM, now)


@transaction.atomic
def resume_rested(*, now: dt.datetime, most: int = 500) -> int:
    """Those whose rest is over; they were told the day when they chose it."""
    over = Subscriber.objects.filter(state=State.PAUSED, paused_until__lte=now).order_by("paused_until", "pk")[:most]
    rested = list(over)
    for subscriber in rested:
        resume(subscriber=subscriber, now=now, said="the time was up")
    return len(rested)


@transaction.atomic
def unsubscribe(*, subscriber: Subscriber, everything: bool = False, by: User | None = None, now: dt.datetime) -> None:
    """Twice is as good as once. With `everything`, the hub writes to them about nothing but signing in: also where it has
    forgotten the address since they left, for a member still hears of other things."""
    lock(subscriber)
    if everything:
        hashed = "" if subscriber.email else subscriber.address_hash
        mail.suppress(subscriber.email or "", Suppression.Reason.ASKED, now, hashed=hashed)
        lock(subscriber)  # who is stopped is off the list: `stop` was told of it
    if subscriber.email is None or subscriber.state == State.UNSUBSCRIBED:
        return
    mail.opt_out(subscriber.email, STREAM, now)
    record(Kind.LEFT, subscriber.email, now, said="everything" if everything else "")
    subscriber.state, subscriber.left_at, subscriber.paused_until = State.UNSUBSCRIBED, now, None
    subscriber.user, subscriber.ip_hash = None, ""
    subscriber.token_version += 1
    subscriber.save()


@transaction.atomic
def leave_by_mail(*, address_hash: str, now: dt.datetime) -> None:
    """They wrote to the address that their mail program offered them."""
    for subscriber in Subscriber.objects.filter(address_hash=address_hash):
        unsubscribe(subscriber=subscriber, now=now)


@transaction.atomic
def come_back(*, subscriber: Subscriber, by: User | None = None, now: dt.datetime) -> bool:
    """They left by mistake, and say so within the day for which we still know their address. False: it is too late."""
    lock(subscriber)
    if subscriber.is_on_the_list:
        return True
    was_theirs = subscriber.confirmed_at is not None and subscriber.left_at is not None and now - subscriber.left_at < UNDO_WITHIN
    if subscriber.state != State.UNSUBSCRIBED or subscriber.email is None or not was_theirs:
        return False
    subscriber.state, subscriber.left_at, subscriber.user = State.ACTIVE, None, account_of(subscriber.email)
    subscriber.save(update_fields=["state", "left_at", "user"])
    record(Kind.CAME_BACK, subscriber.email, now, wording=subscriber.wording_version, source="undo")
    may_write_again(subscriber.email, now)
    return True


@transaction.atomic
def stop(*, address_hash: str, reason: str, now: dt.datetime) -> None:
    """The ledger writes to them no more: their mailbox is gone, or they called our mail unwanted."""
    stopped = Subscriber.objects.select_for_update().filter(address_hash=address_hash)
    for subscriber in stopped.exclude(state=State.SUPPRESSED):
        record(Kind.STOPPED, "", now, hashed=address_hash, said=reason)
        subscriber.state, subscriber.left_at, subscriber.paused_until = State.SUPPRESSED, now, None
        subscriber.email, subscriber.user, subscriber.ip_hash = None, None, ""
        subscriber.token_version += 1
        subscriber.save()


# --- What the worker forgets ------------------------------------------------------------------------


@transaction.atomic
def purge_unconfirmed(*, now: dt.datetime) -> int:
    """Nobody stays on file because somebody else typed their address."""
    number, _ = Subscriber.objects.filter(state=State.PENDING, asked_at__lte=now - CONFIRM_WITHIN).delete()
    confirmed = ConsentEvent.objects.filter(address_hash=OuterRef("address_hash")).exclude(kind=Kind.ASKED)
    old = ConsentEvent.objects.filter(~Exists(confirmed), kind=Kind.ASKED, happened_at__lte=now - UNCONFIRMED_KEPT)
    old.delete()
    return number


@transaction.atomic
def forget_who_left(*, now: dt.datetime, most: int = 500) -> int:
    """In the ledger too: its proof of an issue keeps how many there were and what became of each mail."""
    left = Subscriber.objects.filter(state=State.UNSUBSCRIBED, left_at__lte=now - UNDO_WITHIN, email__isnull=False)
    gone = dict(left.select_for_update().order_by("left_at", "pk").values_list("pk", "address_hash")[:most])
    mail.forget_addresses(gone.values(), [STREAM], now)
    return Subscriber.objects.filter(pk__in=gone).update(email=None)
