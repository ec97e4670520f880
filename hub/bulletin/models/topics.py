"""The few broad terms by which subscribers may narrow what is new."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from hub.public_ids import PublicIdField
from taxonomy.models import Concept

MOST_TOPICS = 8


class BulletinTopicQuerySet(models.QuerySet["BulletinTopic"]):
    def in_order(self) -> Self:
        return self.select_related("concept").order_by("position", "slot")


class BulletinTopic(models.Model):
    """One of at most eight: each has a slot of its own, and a choice of topics is the bits of their slots.

    A choice is then one small number on the subscriber's row, which an index finds.
    """

    public_id = PublicIdField()
    concept = models.OneToOneField(Concept, on_delete=models.PROTECT, related_name="+")
    slot = models.PositiveSmallIntegerField(unique=True)
    position = models.PositiveSmallIntegerField()

    objects = BulletinTopicQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="bulletin_topic_eight_at_most", condition=Q(slot__lt=MOST_TOPICS))]

    def __str__(self) -> str:
        return str(self.concept)

    @property
    def bit(self) -> int:
        return 1 << self.slot
