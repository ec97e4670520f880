"""Those who send see numbers; who takes the bulletin is opened for a reason that others hear of."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hub.bulletin import actions
from hub.bulletin.models import ListReading, Subscriber
from hub.mail.models import Lane
from hub.members.queries import readers_of_members_content
from tests.factories.bulletin import SubscriberFactory
from tests.factories.members import OfficeFactory
from tests.factories.taxonomy import ConceptFactory
from tests.hub.bulletin.mailed import hand_over, text_of

pytestmark = pytest.mark.django_db

TOTALS, LIST = "/bulletin/compose/subscribers/", "/bulletin/compose/subscribers/list/"
PERSONAS = ["pending", "supplier_person", "member", "lead", "editor", "facilitator", "administrator"]


def test_the_totals_are_numbers_and_never_names(client, facilitator, now, assert_constant_queries):
    actions.choose_topics(concepts=[ConceptFactory(label="Data")], by=facilitator, now=now)
    SubscriberFactory(topic_key=1)
    SubscriberFactory(paused=True)
    SubscriberFactory(pending=True)
    left = SubscriberFactory()
    actions.unsubscribe(subscriber=left, now=timezone.now())
    client.force_login(facilitator)

    page = client.get(TOTALS).content.decode()

    assert "@council.example" not in page.partition("<main")[2]
    assert "1 person now" in page
    for row in ("Have a rest from it</th>", "Left this month</th>", "Data</th>", "have not confirmed yet</th>"):
        assert page.partition(row)[2].lstrip().startswith('<td class="num">1</td>')
    assert_constant_queries(lambda: client.get(TOTALS), grow=lambda: SubscriberFactory.create_batch(20, topic_key=1))


def test_the_list_is_opened_for_a_reason_that_others_hear_of(client, administrator, facilitator):
    SubscriberFactory(email="=ann@council.example")
    SubscriberFactory(pending=True, email="waiting@council.example")
    client.force_login(administrator)
    assert "Say why" in client.post(LIST, {"reason": " "}).content.decode()

    response = client.post(LIST, {"reason": "To move the hub"})

    assert response.headers["Content-Disposition"].startswith("attachment")
    rows = response.content.decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("'=ann@council.example")
    reading = ListReading.objects.get()
    assert (reading.read_by, reading.reason, reading.number, reading.told) == (administrator, "To move the hub", 1, 1)
    (letter,) = hand_over(Lane.NOTICE, timezone.now())
    assert letter["To"] == facilitator.email
    assert "To move the hub" in text_of(letter)
    assert "ann@council.example" not in text_of(letter)
    client.force_login(facilitator)
    assert "To move the hub" in client.get(TOTALS).content.decode()


def test_nobody_opens_it_unseen(client, administrator):
    SubscriberFactory(email="ann@council.example")
    client.force_login(administrator)

    page = client.post(LIST, {"reason": "Nobody is looking"}).content.decode()

    assert "Nobody else could be told" in page
    assert "ann@council.example" not in page
    assert not ListReading.objects.exists()


@pytest.mark.parametrize("required", [False, True])
def test_the_members_edition_is_for_those_whom_has_perm_lets_through_and_who_want_it(request, settings, now, required):
    settings.SECOND_FACTOR_REQUIRED = required
    people = [request.getfixturevalue(persona) for persona in PERSONAS]
    for person in people:
        SubscriberFactory(user=person, email=person.email)
    SubscriberFactory()
    bare = OfficeFactory(role="editor").user
    SubscriberFactory(user=bare, email=bare.email)
    picky = SubscriberFactory(user=None, wants_members_edition=False)
    people = [type(person).objects.get(pk=person.pk) for person in [*people, bare]]

    found = Subscriber.objects.active().who_get_members_edition(timezone.now())

    wanted = {person.pk for person in people if person.has_perm("core.read_members_content")}
    assert set(found.values_list("user", flat=True)) == wanted
    assert set(readers_of_members_content(timezone.now()).values_list("pk", flat=True)) == wanted
    some = found.first()
    some.wants_members_edition = False
    some.save()
    assert some not in Subscriber.objects.active().who_get_members_edition(timezone.now())
    assert picky not in found
