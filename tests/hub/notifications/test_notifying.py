"""One notification for each event and person, with every reason; who gets none."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from hub.core.following import Cadence
from hub.notifications import actions, queries
from hub.notifications.actions import notify
from hub.notifications.models import Notification
from taxonomy.actions import follow as follow_term
from tests.at_once import at_once
from tests.factories.members import MembershipFactory
from tests.factories.taxonomy import ConceptFactory
from tests.hub.notifications.conftest import told_to

pytestmark = pytest.mark.django_db


def test_an_event_is_told_once_with_every_reason(tell, question, member):
    tell(question, {member: ["named-in-it", "asked-it", "asked-it"]}, event_key="answer:1")
    tell(question, {member: ["asked-it"]}, event_key="answer:1")

    (row,) = told_to(member)
    assert row.reasons == ["asked-it", "named-in-it"]


def test_another_event_is_another_notification(tell, question, member):
    tell(question, {member: ["asked-it"]})
    tell(question, {member: ["asked-it"]})

    assert len(told_to(member)) == 2


def test_who_did_it_is_not_told(tell, question, member, colleague):
    tell(question, {member: ["asked-it"], colleague: ["asked-it"]}, by=member)

    assert told_to(member) == []
    assert len(told_to(colleague)) == 1


def test_nothing_stored_names_who_did_it(tell, question, member, colleague):
    tell(question, {colleague: ["asked-it"]}, by=member)

    (row,) = Notification.objects.values()
    assert member.pk not in [value for name, value in row.items() if name != "id"]
    assert member.public_id not in str(row)


def test_rows_stand_in_an_order_that_says_nothing_of_how_people_were_found(tell, question, db):
    people = [MembershipFactory().user for _ in range(8)]
    tell(question, {person: ["asked-it"] for person in people})

    found = Notification.objects.order_by("pk").values_list("person__public_id", flat=True)
    assert list(found) == sorted(person.public_id for person in people)


def test_who_is_kept_out_is_not_told(tell, question, member):
    member.is_active = False
    member.save()
    tell(question, {member: ["asked-it"]})

    assert told_to(member) == []


def test_who_muted_the_conversation_is_not_told_whatever_the_reason(tell, question, member, now):
    actions.mute(thread=f"thread:{question.public_id}", by=member, now=now)
    tell(question, {member: ["asked-it", "named-in-it"]})

    assert told_to(member) == []


def test_a_reason_or_kind_that_no_room_registered_is_refused(tell, question, member, now):
    with pytest.raises(KeyError):
        tell(question, {member: ["because-i-like-you"]})
    with pytest.raises(KeyError):
        tell(question, {member: ["asked-it"]}, kind="unheard-of")
    with pytest.raises(ValueError, match="names no thread"):
        tell(question, {member: ["asked-it"]}, thread="a > b")


@pytest.mark.parametrize(
    ("why", "cadence"), [(["asked-it"], Cadence.AT_ONCE), (["{term}"], Cadence.DAILY), (["{term}", "asked-it"], Cadence.AT_ONCE)]
)
def test_the_quickest_reason_decides(tell, question, member, now, why, cadence):
    concept = ConceptFactory()
    follow_term(concept=concept, by=member, now=now)
    tell(question, {member: [each.format(term=f"term:{concept.public_id}") for each in why]})

    assert told_to(member)[0].cadence == cadence


def test_a_single_follow_can_be_quicker_or_slower_than_its_kind(tell, question, member, now):
    concept = ConceptFactory()
    follow_term(concept=concept, by=member, now=now)
    stored = f"term:{concept.public_id}"
    for cadence in (Cadence.AT_ONCE, Cadence.SITE, ""):
        actions.set_cadences(chosen={stored: cadence}, by=member)
        tell(question, {member: [stored]})

    assert [row.cadence for row in told_to(member)] == [Cadence.AT_ONCE, Cadence.SITE, Cadence.DAILY]


def test_a_follow_that_is_gone_is_no_reason(tell, question, member):
    tell(question, {member: [f"term:{ConceptFactory().public_id}"]})

    assert told_to(member) == []


def test_followers_come_with_what_they_follow(member, colleague, now):
    one, other = ConceptFactory(), ConceptFactory()
    for concept, person in ((one, member), (other, member), (one, colleague)):
        follow_term(concept=concept, by=person, now=now)

    found = queries.followers("term", [one.public_id, other.public_id])

    assert found == {
        member.pk: {f"term:{one.public_id}", f"term:{other.public_id}"},
        colleague.pk: {f"term:{one.public_id}"},
    }
    assert queries.together(found, {member.pk: ["asked-it"]})[member.pk] == found[member.pk] | {"asked-it"}


def test_telling_many_costs_the_same_number_of_queries(tell, question, assert_constant_queries):
    people = {MembershipFactory().user: ["asked-it"] for _ in range(2)}

    def grow() -> None:
        people.update({MembershipFactory().user: ["asked-it"] for _ in range(5)})

    assert_constant_queries(lambda: tell(question, people), grow=grow, most=8)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' database is in memory, shared by threads, and locks whole tables"
)
@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_somebody_once(question, member, now):
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        for number in range(5):
            notify(
                event_key=f"answer:{number}",
                kind="told-answered",
                subject=question.public_id,
                people={member.pk: ["asked-it"]},
                now=now,
            )

    at_once(run, run)

    assert Notification.objects.count() == 5


def test_marking_all_leaves_what_came_since(tell, question, member, now):
    tell(question, {member: ["asked-it"]})
    seen = told_to(member)[0]
    tell(question, {member: ["asked-it"]}, now=now + dt.timedelta(minutes=1))

    actions.mark_all_read(until=seen, by=member, now=now + dt.timedelta(minutes=2))

    assert [row.read_at is None for row in told_to(member)] == [False, True]


def test_nobody_marks_what_is_somebody_elses(tell, question, member, colleague, now):
    tell(question, {member: ["asked-it"]})
    actions.mark_read(notification=told_to(member)[0], by=colleague, now=now)

    assert told_to(member)[0].read_at is None
