"""Which posts came from elsewhere, and whose they may be."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Q

from forum.models.answers import Answer, Comment
from hub.core.audience import Viewer
from hub.public_ids import PublicIdField


class ImportedPostQuerySet(models.QuerySet["ImportedPost"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """With the post."""
        question: Any = self.model._meta.get_field("question").related_model
        return self.filter(
            Q(question__in=question.objects.visible_to(viewer))
            | Q(answer__in=Answer.objects.visible_to(viewer))
            | Q(comment__in=Comment.objects.visible_to(viewer))
        )

    def unclaimed(self) -> Self:
        """With an address by which its author can claim it."""
        return self.exclude(address_hash="")


class ImportedPost(models.Model):
    """A post brought in from `source`, where it was called `key`. Of exactly one question, answer or comment.

    `address_hash` names the mailbox of an author who has not claimed it, without holding it: the name they wrote under is
    the post's `author_before`. `fingerprint` is of what the file said, so a change on the hub is no change of the file.
    """

    public_id = PublicIdField()
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    question = models.OneToOneField("forum.Question", on_delete=models.CASCADE, null=True, blank=True, related_name="imported")
    answer = models.OneToOneField("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="imported")
    comment = models.OneToOneField("forum.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="imported")
    address_hash = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = ImportedPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="forum_imported_once"),
            models.CheckConstraint(
                name="forum_imported_one_post",
                condition=Q(question__isnull=False, answer=None, comment=None)
                | Q(question=None, answer__isnull=False, comment=None)
                | Q(question=None, answer=None, comment__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["address_hash"], condition=~Q(address_hash=""), name="forum_imported_unclaimed")]

    def __str__(self) -> str:
        return f"{self.source}: {self.key}"

    @property
    def post(self) -> Any:
        """Needs `question`, `answer__question` and `comment__question`."""
        return self.question or self.answer or self.comment

    @property
    def kind_in_words(self) -> str:
        return "Question" if self.question_id else "Answer" if self.answer_id else "Comment"

    @property
    def heading(self) -> str:
        return str((self.question or self.post.question).title)

    @property
    def posted_at(self) -> dt.datetime:
        at: dt.datetime = self.post.posted_at
        return at
