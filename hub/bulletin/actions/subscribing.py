"""Asking for the bulletin, confirming it, choosing and leaving. Only whoever reads the mailbox can confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.crypto import salted_hmac

from hub.accounts.models import User, normalise_email
from hub.bulletin import letters
from hub.bulletin.consent import WORDING_VERSION
from hub.bulletin.links import CONFIRM_WITHIN
from hub.bulletin.models import ALL_SECTIONS, STREAM, Section, Subscriber
from hub.bulletin.refusals import Refusal
from hub.mail import actions as mail
from hub.mail.recipients import address_hash

# A council's whole staff may share one address of the internet; somebody who signs up strangers needs more.
MOST_FROM_ONE_PLACE = 100
IN = dt.timedelta(hours=1)


@transaction.atomic
def subscribe(
    *,
    email: str,
    topics: Collection[Section] = ALL_SECTIONS,
    source: str = "website",
    ip: str = "",
    by: User | None = None,
    now: dt.datetime,
) -> Subscriber:
    """One mail goes out whether the address is known or not; what an active subscriber chose stands until they change it."""
    email, place = normalise_email(email), _place(ip)
    _refuse_flood(place, now)  # before anything is known of the address, so that a refusal tells nothing of it
    subscriber = Subscriber.objects.of_address(email).select_for_update().first()
    if subscriber is not None and subscriber.is_active:
        letters.say_already_subscribed(subscriber, now)
        return subscriber
    if subscriber is None:
        subscriber = Subscriber(created_at=now)
    subscriber.email = email
    subscriber.address_hash = address_hash(email)
    subscriber.state = Subscriber.State.PENDING
    subscriber.choose(topics)
    subscriber.user = by if by is not None and normalise_email(by.email) == email else None
    subscriber.wording_version, subscriber.source, subscriber.ip_hash = WORDING_VERSION, source, place
    subscriber.asked_at, subscriber.confirmed_at, subscriber.left_at = now, None, None
    subscriber.save()
    letters.ask_to_confirm(subscriber, now)
    return subscriber


def _place(ip: str) -> str:
    return salted_hmac("hub.bulletin.ip", ip, algorithm="sha256").hexdigest() if ip else ""


def _refuse_flood(place: str, now: dt.datetime) -> None:
    if place and Subscriber.objects.filter(ip_hash=place, asked_at__gt=now - IN).count() >= MOST_FROM_ONE_PLACE:
        raise Refusal("Very many people have asked for the bulletin from your network in the last hour. Try again in an hour.")


@transaction.atomic
def confirm(*, subscriber: Subscriber, by: User | None = None, now: dt.datetime) -> None:
    """Pressing twice confirms once. What they left earlier they are in again."""
    _lock(subscriber)
    if subscriber.state != Subscriber.State.PENDING:
        return
    subscriber.state, subscriber.confirmed_at = Subscriber.State.ACTIVE, now
    subscriber.save(update_fields=["state", "confirmed_at"])
    mail.opt_in(subscriber.email or "", STREAM, now)


@transaction.atomic
def change_topics(*, subscriber: Subscriber, topics: Collection[Section], by: User | None = None, now: dt.datetime) -> None:
    _lock(subscriber)
    subscriber.choose(topics)
    subscriber.save(update_fields=[f"wants_{section.value}" for section in ALL_SECTIONS])


@transaction.atomic
def unsubscribe(*, subscriber: Subscriber, by: User | None = None, now: dt.datetime) -> None:
    """The address goes; the ledger keeps its keyed hash and skips what already waits."""
    _lock(subscriber)
    if subscriber.email is None:
        return
    mail.opt_out(subscriber.email, STREAM, now)
    subscriber.state, subscriber.left_at = Subscriber.State.UNSUBSCRIBED, now
    subscriber.email, subscriber.user, subscriber.ip_hash = None, None, ""
    subscriber.token_version += 1
    subscriber.save()


@transaction.atomic
def purge_unconfirmed(*, now: dt.datetime) -> int:
    """Nobody stays on file because somebody else typed their address."""
    number, _ = Subscriber.objects.filter(state=Subscriber.State.PENDING, asked_at__lte=now - CONFIRM_WITHIN).delete()
    return number


def _lock(subscriber: Subscriber) -> None:
    """As it is now: two clicks may arrive together."""
    subscriber.refresh_from_db(from_queryset=Subscriber.objects.select_for_update())
