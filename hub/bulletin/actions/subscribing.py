"""Asking for the bulletin, confirming it and choosing. Only whoever reads the mailbox can confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.crypto import salted_hmac

from hub.accounts.models import User, normalise_email
from hub.bulletin import letters
from hub.bulletin.actions.consenting import may_write_again, record
from hub.bulletin.consent import WORDING_VERSION
from hub.bulletin.models import ConsentEvent, Subscriber
from hub.bulletin.refusals import Refusal
from hub.bulletin.topics import key_of, labels_of, offered
from hub.mail.recipients import address_hash

Kind = ConsentEvent.Kind
State = Subscriber.State

# A council's whole staff may share one address of the internet; somebody who signs up strangers needs more.
MOST_FROM_ONE_PLACE = 100
# From everywhere together: more than a conference brings, far less than what ruins a sender's good name.
MOST_FROM_EVERYWHERE = 500
IN = dt.timedelta(hours=1)
# Whoever asks again and again, or with somebody else's address, fills no mailbox.
MOST_LETTERS, LETTERS_IN = 3, dt.timedelta(days=1)
ACCOUNT = "account"


@transaction.atomic
def subscribe(
    *,
    email: str,
    topics: Collection[str] = (),
    source: str = "website",
    ip: str = "",
    by: User | None = None,
    now: dt.datetime,
) -> Subscriber:
    """One mail goes out whether the address is known or not; what somebody on the list chose stands until they change it.

    `topics` by public id; none means everything new.
    """
    email, place = normalise_email(email), _place(ip)
    _refuse_flood(place, now)  # before anything is known of the address, so that a refusal tells nothing of it
    chosen = key_of(topics, known := offered())
    subscriber = Subscriber.objects.of_address(email).select_for_update().first()
    if subscriber is None or not subscriber.is_on_the_list:
        subscriber = subscriber or Subscriber(created_at=now)
        _begin(subscriber, email, chosen, source, place, now)
        subscriber.save()
    letters_today = ConsentEvent.objects.of_address(email).filter(kind=Kind.ASKED, happened_at__gt=now - LETTERS_IN).count()
    record(Kind.ASKED, email, now, source=source, place=place, said=", ".join(labels_of(chosen, known)))
    if letters_today < MOST_LETTERS:
        letters.answer(subscriber, now)
    return subscriber


def _begin(subscriber: Subscriber, email: str, chosen: int, source: str, place: str, now: dt.datetime) -> None:
    subscriber.email, subscriber.address_hash = email, address_hash(email)
    subscriber.state, subscriber.topic_key, subscriber.user = State.PENDING, chosen, None
    subscriber.wording_version, subscriber.source, subscriber.ip_hash = WORDING_VERSION, source, place
    subscriber.asked_at, subscriber.confirmed_at, subscriber.left_at = now, None, None


def _place(ip: str) -> str:
    return salted_hmac("hub.bulletin.ip", ip, algorithm="sha256").hexdigest() if ip else ""


def _refuse_flood(place: str, now: dt.datetime) -> None:
    """Neither by the address: it is not looked at."""
    lately = ConsentEvent.objects.filter(kind=Kind.ASKED, happened_at__gt=now - IN)
    if place and lately.filter(ip_hash=place).count() >= MOST_FROM_ONE_PLACE:
        raise Refusal("Very many people have asked for the bulletin from your network in the last hour. Try again in an hour.")
    if lately.exclude(ip_hash="").count() >= MOST_FROM_EVERYWHERE:
        raise Refusal("Very many people have asked for the bulletin in the last hour. Try again in an hour.")


@transaction.atomic
def subscribe_member(*, email: str, topics: Collection[str] = (), by: User, now: dt.datetime) -> Subscriber:
    """Under an address that is proved to be theirs, so one press is enough and no mail is needed."""
    email = normalise_email(email)
    if not EmailAddress.objects.filter(user=by, email__iexact=email, verified=True).exists():
        raise Refusal("That address is not confirmed as yours yet.")
    chosen = key_of(topics, known := offered())
    subscriber = Subscriber.objects.of_address(email).select_for_update().first() or Subscriber(created_at=now)
    if not subscriber.is_on_the_list:
        _begin(subscriber, email, chosen, ACCOUNT, "", now)
        subscriber.state, subscriber.confirmed_at = State.ACTIVE, now
        record(Kind.ASKED, email, now, source=ACCOUNT, said=", ".join(labels_of(chosen, known)))
        record(Kind.CONFIRMED, email, now, source=ACCOUNT)
        may_write_again(email, now)
    subscriber.user = by
    subscriber.save()
    return subscriber


@transaction.atomic
def confirm(*, subscriber: Subscriber, by: User | None = None, now: dt.datetime) -> None:
    """Pressing twice confirms once. What they left earlier they are in again."""
    lock(subscriber)
    if subscriber.state != State.PENDING:
        return
    subscriber.state, subscriber.confirmed_at = State.ACTIVE, now
    subscriber.user = account_of(subscriber.email or "")
    subscriber.save(update_fields=["state", "confirmed_at", "user"])
    record(
        Kind.CONFIRMED,
        subscriber.email or "",
        now,
        wording=subscriber.wording_version,
        source=subscriber.source,
        place=subscriber.ip_hash,
    )
    may_write_again(subscriber.email or "", now)


def account_of(email: str) -> User | None:
    """Both have proved that it is their mailbox, so they are one person; suspended too, for nothing would join them again after it."""
    return User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first()


@transaction.atomic
def link_account(*, user: User, email: str, now: dt.datetime) -> None:
    """Somebody with an account has proved an address that takes the bulletin already."""
    Subscriber.objects.on_the_list().filter(email=normalise_email(email)).update(user=user)


@transaction.atomic
def unlink_account(*, user: User, email: str, now: dt.datetime) -> None:
    """The address is no longer theirs, so it gets what everybody gets."""
    Subscriber.objects.filter(email=normalise_email(email), user=user).update(user=None)


@transaction.atomic
def change_topics(
    *,
    subscriber: Subscriber,
    topics: Collection[str],
    members_edition: bool | None = None,
    by: User | None = None,
    now: dt.datetime,
) -> None:
    """By their public ids; none means everything new. `members_edition` None: as it is."""
    lock(subscriber)
    if not subscriber.is_on_the_list:
        return
    before = (subscriber.topic_key, subscriber.wants_members_edition)
    subscriber.topic_key = key_of(topics, known := offered())
    if members_edition is not None:
        subscriber.wants_members_edition = members_edition
    if before != (subscriber.topic_key, subscriber.wants_members_edition):
        subscriber.save(update_fields=["topic_key", "wants_members_edition"])
        said = [*labels_of(subscriber.topic_key, known), *([] if subscriber.wants_members_edition else ["the public edition"])]
        record(Kind.CHANGED, subscriber.email or "", now, said=", ".join(said))


def lock(subscriber: Subscriber) -> None:
    """As it is now: two clicks may arrive together."""
    subscriber.refresh_from_db(from_queryset=Subscriber.objects.select_for_update())
