"""How far somebody has read, earlier wordings that can still be read, and the links of personal feeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.models.answers import Answer, Comment
from forum.models.posts import MODERATE
from hub.core.audience import Viewer
from hub.public_ids import PublicIdField, new_public_id


class PostRevisionQuerySet(models.QuerySet["PostRevision"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """With the post it was of; what a facilitator hid is for facilitators."""
        question: Any = self.model._meta.get_field("question").related_model
        seen = self.filter(
            Q(question__isnull=True) | Q(question__in=question.objects.visible_to(viewer)),
            Q(answer__isnull=True) | Q(answer__in=Answer.objects.visible_to(viewer)),
            Q(comment__isnull=True) | Q(comment__in=Comment.objects.visible_to(viewer)),
        )
        return seen if viewer.has_perm(MODERATE) else seen.filter(hidden_at=None)

    def of_thread(self, question: Any, answers: Iterable[Answer]) -> Self:
        return self.filter(Q(question=question) | Q(answer__in=[answer.pk for answer in answers]))

    def in_order(self) -> Self:
        return self.order_by("replaced_at", "pk")


class PostRevision(models.Model):
    """How a post read before it was changed. Of a question, an answer or a comment: of exactly one of them."""

    public_id = PublicIdField()
    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions")
    answer = models.ForeignKey("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions")
    comment = models.ForeignKey("forum.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions")
    title = models.CharField(max_length=140, blank=True)
    body = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PostRevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="forum_revision_of_one_post",
                condition=Q(question__isnull=False, answer=None, comment=None)
                | Q(question=None, answer__isnull=False, comment=None)
                | Q(question=None, answer=None, comment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}, until {self.replaced_at:%Y-%m-%d}"

    @property
    def post(self) -> Any:
        return self.question or self.answer or self.comment


class LastRead(models.Model):
    """How far somebody has read one thread."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "question"], name="forum_last_read_once")]

    def __str__(self) -> str:
        return f"{self.question}, read on {self.read_at:%Y-%m-%d}"


class AllRead(models.Model):
    """ "Mark all as read": everything up to then."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"All read on {self.read_at:%Y-%m-%d}"


class FeedLink(models.Model):
    """What makes the address of somebody's own feeds: signed with the site's key, and dead once `nonce` is another."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=10, unique=True, default=new_public_id)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Feeds, since {self.made_at:%Y-%m-%d}"
