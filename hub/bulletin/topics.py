"""Which topics there are now, and which of them something new belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Count

from hub.bulletin.models import BulletinTopic, Subscriber
from taxonomy.hierarchy import ancestors
from taxonomy.models import Concept
from taxonomy.queries import broader_map


@dataclass(frozen=True)
class Topic:
    """As readers meet it. Two whose terms have become one are one here, with the bits of both."""

    public_id: str
    concepts: dict[int, str]  # the living terms it stands for, with their labels
    bits: int

    @property
    def labels(self) -> list[str]:
        return sorted(self.concepts.values())

    @property
    def label(self) -> str:
        return " and ".join(self.labels)


def offered() -> list[Topic]:
    """In the editor's order; a merged term goes by the name of what replaced it, a retired one keeps its own."""
    rows = list(BulletinTopic.objects.in_order())
    now = _successors([row.concept for row in rows])
    found: dict[frozenset[int], Topic] = {}
    for row in rows:
        concepts = now[row.concept_id]
        twin = found.get(key := frozenset(concepts))
        found[key] = replace(twin, bits=twin.bits | row.bit) if twin else Topic(row.public_id, concepts, row.bit)
    return list(found.values())


def _successors(concepts: Iterable[Concept]) -> dict[int, dict[int, str]]:
    """For each its living successors, by key, with their labels. As many queries as the longest chain has links."""
    known = {concept.pk: concept for concept in concepts}
    after: dict[int, list[int]] = {}
    ahead = set(known)
    while ahead := {pk for pk in ahead if known[pk].status == Concept.Status.DEPRECATED and pk not in after}:
        links = Concept.replaced_by.through.objects.filter(from_concept__in=ahead).select_related("to_concept")
        after.update({pk: [] for pk in ahead})
        ahead = set()
        for link in links:
            known.setdefault(link.to_concept_id, link.to_concept)
            after[link.from_concept_id].append(link.to_concept_id)
            ahead.add(link.to_concept_id)
    ends = {}
    for concept in concepts:
        reached = {concept.pk, *ancestors(concept.pk, after)}
        alive = {pk: known[pk].label for pk in reached if known[pk].status == Concept.Status.PUBLISHED}
        ends[concept.pk] = alive or {concept.pk: concept.label}
    return ends


def labels_of(topic_key: int, topics: Iterable[Topic] | None = None) -> list[str]:
    return [topic.label for topic in (offered() if topics is None else topics) if topic_key & topic.bits]


def key_of(public_ids: Collection[str], topics: Iterable[Topic]) -> int:
    """The choice as one number."""
    return sum(topic.bits for topic in topics if topic.public_id in public_ids)


def choosers() -> dict[str, int]:
    """How many active subscribers chose each topic, by its public id."""
    counts = dict(Subscriber.objects.active().order_by().values_list("topic_key").annotate(Count("pk")))
    return {topic.public_id: sum(number for key, number in counts.items() if key & topic.bits) for topic in offered()}


def topic_keys(concepts_of: Mapping[str, Collection[int]]) -> dict[str, int]:
    """Of each thing, given the keys of the terms it carries: the topics it belongs to, as bits.

    It belongs to a topic if one of its terms is the topic's or stands below it, however far. As many queries for 500 as for 5.
    """
    topics = offered()
    if not topics:
        return dict.fromkeys(concepts_of, 0)
    above = broader_map()
    bits: dict[int, int] = {}

    def bits_of(concept: int) -> int:
        if concept not in bits:
            reached = {concept, *ancestors(concept, above)}
            bits[concept] = sum(topic.bits for topic in topics if reached & topic.concepts.keys())
        return bits[concept]

    found = {}
    for thing, concepts in concepts_of.items():
        key = 0
        for concept in concepts:
            key |= bits_of(concept)
        found[thing] = key
    return found


def is_wanted(topic_key: int, chosen: int) -> bool:
    """Of something new, by whoever chose so: everything by those who chose nothing, and what is under no topic by all."""
    return not chosen or not topic_key or bool(topic_key & chosen)
