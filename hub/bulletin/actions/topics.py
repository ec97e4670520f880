"""The editor chooses what subscribers may choose between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Case, Value, When

from hub.accounts.models import User
from hub.bulletin.models import MOST_TOPICS, BulletinIssue, BulletinTopic, Subscriber
from hub.bulletin.refusals import Refusal
from hub.public_ids import new_public_id
from taxonomy.models import Concept
from taxonomy.queries import successors


@transaction.atomic
def choose_topics(*, concepts: Sequence[Concept], by: User, now: dt.datetime) -> None:
    """These, in this order. What people chose follows a term that was merged or split; a topic that goes leaves every
    choice, and who chose it alone hears of everything new again."""
    if len(concepts) > MOST_TOPICS:
        raise Refusal(f"Choose {MOST_TOPICS} topics at most: a longer list is read by nobody.")
    # Editions were written for the topics as they are, and who gets which is asked of people's choices until the last one went.
    states = set(BulletinIssue.objects.values_list("state", flat=True).distinct())
    if BulletinIssue.State.FROZEN in states:
        raise Refusal(
            "An issue is frozen and waits to be sent. Change the topics when it has gone out, or take it back to a draft."
        )
    if states & set(BulletinIssue.UNDER_WAY):
        raise Refusal("An issue is on its way. Change the topics when everybody has it, or call off the rest of it.")
    places = {concept.pk: position for position, concept in enumerate(concepts, start=1)}
    topics = list(BulletinTopic.objects.select_for_update(of=("self",)).in_order())
    heirs = {topic.slot: [concept.pk for concept in successors([topic.concept]) if concept.pk in places] for topic in topics}
    kept = _kept(heirs)
    free = iter(sorted(set(range(MOST_TOPICS)) - set(kept.values())))
    slots = {pk: kept[pk] if pk in kept else next(free) for pk in places}
    _rewrite_choices({1 << slot: sum(1 << slots[pk] for pk in pks) for slot, pks in heirs.items()})
    ids = {topic.slot: topic.public_id for topic in topics}
    BulletinTopic.objects.all().delete()
    BulletinTopic.objects.bulk_create(
        BulletinTopic(concept_id=pk, slot=slots[pk], position=position, public_id=ids[kept[pk]] if pk in kept else new_public_id())
        for pk, position in places.items()
    )


def _kept(heirs: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """By the term's key, the slot of the topic that it was, or comes from."""
    kept: dict[int, int] = {}
    for slot, pks in heirs.items():
        if heir := next((pk for pk in pks if pk not in kept), None):
            kept[heir] = slot
    return kept


def _rewrite_choices(becomes: Mapping[int, int]) -> None:
    """In one statement, so that no choice is rewritten twice."""
    wanted = {key: sum({new for bit, new in _each(becomes) if key & bit}) for key in Subscriber.objects.topic_keys()}
    changed = {key: new for key, new in wanted.items() if new != key}
    if changed:
        whens = [When(topic_key=key, then=Value(new)) for key, new in changed.items()]
        Subscriber.objects.filter(topic_key__in=changed).update(topic_key=Case(*whens))


def _each(becomes: Mapping[int, int]) -> list[tuple[int, int]]:
    """Bit by bit: two topics that became one give its bit once."""
    return [(bit, 1 << slot) for bit, bits in becomes.items() for slot in range(MOST_TOPICS) if bits >> slot & 1]
