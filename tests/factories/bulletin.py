from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from hub.bulletin.consent import WORDING_VERSION
from hub.bulletin.models import BulletinIssue, ConsentEvent, Subscriber
from hub.mail.recipients import address_hash

LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    """Hears of everything new; `pending=True` has not confirmed yet."""

    class Meta:
        model = Subscriber
        skip_postgeneration_save = True

    class Params:
        pending = factory.Trait(state=Subscriber.State.PENDING, confirmed_at=None)
        paused = factory.Trait(state=Subscriber.State.PAUSED, paused_until=dt.datetime(2026, 6, 4, 10, 0, tzinfo=dt.UTC))

    email = factory.Sequence(lambda n: f"reader{n}@council.example")
    address_hash = factory.LazyAttribute(lambda subscriber: address_hash(subscriber.email))
    state = Subscriber.State.ACTIVE
    wording_version = WORDING_VERSION
    source = "website"
    asked_at = LONG_AGO
    confirmed_at = LONG_AGO
    created_at = LONG_AGO

    @factory.post_generation
    def history(self, create: bool, extracted: object, **kwargs: object) -> None:
        """The consent behind it."""
        said = {"wording_version": self.wording_version, "source": self.source}
        ConsentEvent.objects.create(address_hash=self.address_hash, kind="asked", happened_at=self.asked_at, **said)
        if self.confirmed_at:
            ConsentEvent.objects.create(address_hash=self.address_hash, kind="confirmed", happened_at=self.confirmed_at, **said)


class BulletinIssueFactory(DjangoModelFactory[BulletinIssue]):
    """An empty draft; `sent=True` is in the archive."""

    class Meta:
        model = BulletinIssue

    class Params:
        sent = factory.Trait(state=BulletinIssue.State.SENT, frozen_at=LONG_AGO, sent_at=LONG_AGO, finished_at=LONG_AGO)

    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda issue: f"STEP bulletin {issue.number}")
    created_at = LONG_AGO
