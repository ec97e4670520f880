"""What comes back after a mail has gone ends the subscription, also of somebody who has a rest."""

from __future__ import annotations

import pytest

from hub.bulletin import actions
from hub.bulletin.models import STREAM, ConsentEvent, Subscriber
from hub.mail import fates
from hub.mail.models import Delivery, DeliveryEvent, Lane, OptOut
from tests.factories.bulletin import SubscriberFactory
from tests.hub.bulletin.mailed import hand_over

pytestmark = pytest.mark.django_db

ANN = "ann@council.example"
Kind = DeliveryEvent.Kind


def hear(kind, now) -> None:
    delivery = Delivery.objects.get(address=ANN)
    heard = fates.Heard(provider="test", event_id=kind, kind=kind, happened_at=now)
    fates.record(delivery_id=delivery.public_id, heard=heard, now=now)


@pytest.fixture
def ann(frozen, facilitator, now):
    """Has got an issue."""
    subscriber = SubscriberFactory(email=ANN)
    actions.send(issue=frozen, by=facilitator, now=now)
    hand_over(Lane.BULK, now)
    return subscriber


@pytest.mark.parametrize("rests", [False, True])
@pytest.mark.parametrize(
    ("kind", "state", "said"), [(Kind.COMPLAINT, "suppressed", "stopped"), (Kind.LEFT, "unsubscribed", "left")]
)
def test_a_complaint_and_a_leaving_by_mail_end_it(ann, now, rests, kind, state, said):
    if rests:
        actions.pause(subscriber=ann, months=1, now=now)

    hear(kind, now)

    ann.refresh_from_db()
    assert ann.state == state
    assert ConsentEvent.objects.order_by("pk").last().kind == said
    assert OptOut.objects.filter(stream=STREAM).count() == 1
    assert actions.resume_rested(now=now.replace(year=2027)) == 0
    assert not Subscriber.objects.on_the_list().exists()


def test_one_bounce_ends_nothing(ann, now):
    hear(Kind.HARD_BOUNCE, now)

    ann.refresh_from_db()
    assert ann.is_active
