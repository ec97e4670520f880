from __future__ import annotations

import pytest

from hub.bulletin import actions, personal_data
from hub.bulletin.models import Subscriber
from hub.core import personal_data as registry
from hub.mail.models import Lane
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.hub.bulletin.mailed import hand_over

pytestmark = pytest.mark.django_db


def test_a_person_gets_all_we_hold_of_their_subscription(member):
    SubscriberFactory(email=member.email)
    SubscriberFactory()
    BulletinIssueFactory(composed_by=member, title="STEP bulletin 1")

    data = personal_data.export(member)

    assert [row["email"] for row in data["subscriptions"]] == [member.email]
    assert data["subscriptions"][0]["topics"] == ["everything new"]
    assert [row["issue"] for row in data["bulletin_issues"]] == ["STEP bulletin 1"]


def test_erasure_forgets_the_subscription_and_who_composed(member, frozen, facilitator, now):
    SubscriberFactory(email=member.email)
    frozen.composed_by = member
    frozen.save()
    actions.send(issue=frozen, by=facilitator, now=now)

    registry.erase(member)

    frozen.refresh_from_db()
    assert not Subscriber.objects.exists()
    assert frozen.composed_by is None
    assert hand_over(Lane.BULK, now) == []


def test_somebody_of_whom_nothing_is_held_gets_nothing(member):
    assert personal_data.export(member) == {}
