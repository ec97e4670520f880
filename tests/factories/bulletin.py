from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from hub.bulletin.consent import WORDING_VERSION
from hub.bulletin.models import BulletinIssue, Subscriber
from hub.mail.recipients import address_hash

LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    """Takes every topic; `pending=True` has not confirmed yet."""

    class Meta:
        model = Subscriber

    class Params:
        pending = factory.Trait(state=Subscriber.State.PENDING, confirmed_at=None)

    email = factory.Sequence(lambda n: f"reader{n}@council.example")
    address_hash = factory.LazyAttribute(lambda subscriber: address_hash(subscriber.email))
    state = Subscriber.State.ACTIVE
    wording_version = WORDING_VERSION
    source = "website"
    asked_at = LONG_AGO
    confirmed_at = LONG_AGO
    created_at = LONG_AGO


class BulletinIssueFactory(DjangoModelFactory[BulletinIssue]):
    """An empty draft; `sent=True` is in the archive."""

    class Meta:
        model = BulletinIssue

    class Params:
        sent = factory.Trait(state=BulletinIssue.State.SENT, frozen_at=LONG_AGO, sent_at=LONG_AGO, finished_at=LONG_AGO)

    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda issue: f"STEP bulletin {issue.number}")
    created_at = LONG_AGO
