"""Who takes the bulletin, and what each issue said."""

from hub.bulletin.models.issues import (
    ALL_SECTIONS,
    COMPOSE,
    SEND,
    BulletinEdition,
    BulletinIssue,
    BulletinIssueQuerySet,
    BulletinItem,
    Section,
)
from hub.bulletin.models.schedule import BulletinSchedule
from hub.bulletin.models.subscribers import READ_LIST, STREAM, ConsentEvent, ListReading, Subscriber, SubscriberQuerySet
from hub.bulletin.models.topics import MOST_TOPICS, BulletinTopic

__all__ = [
    "ALL_SECTIONS",
    "COMPOSE",
    "MOST_TOPICS",
    "READ_LIST",
    "SEND",
    "STREAM",
    "BulletinEdition",
    "BulletinIssue",
    "BulletinIssueQuerySet",
    "BulletinItem",
    "BulletinSchedule",
    "BulletinTopic",
    "ConsentEvent",
    "ListReading",
    "Section",
    "Subscriber",
    "SubscriberQuerySet",
]
