"""At most eight, chosen by the editor; what people chose follows the terms through mergers and splits."""

from __future__ import annotations

import pytest

from hub.bulletin import actions, topics
from hub.bulletin.models import BulletinIssue, BulletinTopic, Subscriber
from hub.bulletin.refusals import Refusal
from taxonomy.actions import Part, merge, split
from tests.factories.bulletin import SubscriberFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db

TOPICS = "/bulletin/compose/topics/"


@pytest.fixture
def choose(facilitator, now):
    return lambda *concepts: actions.choose_topics(concepts=concepts, by=facilitator, now=now)


@pytest.fixture
def concepts():
    return [ConceptFactory(label=f"Topic {letter}") for letter in "ABC"]


def choice(subscriber) -> list[str]:
    return topics.labels_of(Subscriber.objects.get(pk=subscriber.pk).topic_key)


def bits(label: str) -> int:
    (found,) = [topic.bits for topic in topics.offered() if topic.label == label]
    return found


def test_an_editor_chooses_them_in_an_order(client, editor, concepts):
    client.force_login(editor)

    client.post(TOPICS, {"concepts": ["Topic C", "Topic A"]})

    assert [topic.label for topic in topics.offered()] == ["Topic C", "Topic A"]
    page = client.get(TOPICS).content.decode()
    assert page.index('value="Topic C"') < page.index('value="Topic A"')
    assert "0 people chose it" in page


def test_there_are_eight_at_most(client, editor, choose):
    nine = ConceptFactory.create_batch(9)
    client.force_login(editor)

    page = client.post(TOPICS, {"concepts": [concept.label for concept in nine]}).content.decode()

    assert "Choose 8 terms at most" in page
    with pytest.raises(Refusal):
        choose(*nine)
    assert not BulletinTopic.objects.exists()


def test_choices_stay_with_their_topics_whatever_else_is_put_in_or_taken_out(choose, concepts):
    first, second, third = concepts
    choose(first, second)
    both, one = SubscriberFactory(topic_key=bits("Topic A") | bits("Topic B")), SubscriberFactory(topic_key=bits("Topic A"))

    choose(third, second)

    assert choice(both) == ["Topic B"]
    assert choice(one) == []  # everything new
    assert [topic.label for topic in topics.offered()] == ["Topic C", "Topic B"]


def test_a_merged_term_goes_by_its_new_name_and_two_topics_that_became_one_are_one(choose, concepts, editor, now):
    first, second, third = concepts
    choose(first, second)
    one, other = SubscriberFactory(topic_key=bits("Topic A")), SubscriberFactory(topic_key=bits("Topic B"))

    merge(concepts=[first], into=second, by=editor, now=now)

    assert [topic.label for topic in topics.offered()] == ["Topic B"]
    assert choice(one) == choice(other) == ["Topic B"]
    choose(second, third)
    assert choice(one) == choice(other) == ["Topic B"]
    assert Subscriber.objects.values("topic_key").distinct().count() == 1


def test_whoever_chose_a_term_that_was_split_chose_its_parts(choose, concepts, editor, now):
    first, second, third = concepts
    choose(first)
    subscriber = SubscriberFactory(topic_key=bits("Topic A"))

    split(concept=first, parts=[Part(concept=second), Part(concept=third)], by=editor, now=now)

    assert choice(subscriber) == ["Topic B and Topic C"]
    choose(second, third)
    assert choice(subscriber) == ["Topic B", "Topic C"]


def test_a_form_from_before_chooses_no_other_topic(choose, concepts):
    first, second, _ = concepts
    choose(first)
    old = topics.offered()[0].public_id

    choose(second)

    assert topics.key_of([old], topics.offered()) == 0


def test_topics_stand_still_while_an_issue_is_frozen(choose, concepts, frozen):
    with pytest.raises(Refusal, match="frozen"):
        choose(*concepts)


@pytest.mark.parametrize("state", BulletinIssue.UNDER_WAY)
def test_topics_stand_still_until_an_issue_is_with_everybody(choose, concepts, frozen, facilitator, now, state):
    actions.send(issue=frozen, by=facilitator, now=now)
    if state == BulletinIssue.State.PAUSED:
        actions.pause_issue(issue=frozen, by=facilitator, now=now)
    with pytest.raises(Refusal, match="on its way"):
        choose(*concepts)


def test_what_stands_below_a_topic_belongs_to_it(choose, concepts, django_assert_num_queries):
    first, second, third = concepts
    child = ConceptFactory(broader=[ConceptFactory(broader=[first])])
    choose(first, second)
    things = {"below": [child.pk], "both": [child.pk, second.pk], "beside": [third.pk], "bare": []}

    with django_assert_num_queries(2):
        keys = topics.topic_keys(things)

    a, b = bits("Topic A"), bits("Topic B")
    assert keys == {"below": a, "both": a | b, "beside": 0, "bare": 0}
    with django_assert_num_queries(2):
        topics.topic_keys({str(number): [child.pk, number] for number in range(500)})
