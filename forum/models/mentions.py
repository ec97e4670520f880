"""Whom a post names."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.models.answers import Answer, Comment
from forum.models.questions import Question
from hub.public_ids import PublicIdField

PostKeys = dict[str, list[int]]


class MentionQuerySet(models.QuerySet["Mention"]):
    def of(self, posts: PostKeys) -> Self:
        """By the kind of post, primary keys."""
        return self.filter(
            Q(question__in=posts.get("question", []))
            | Q(answer__in=posts.get("answer", []))
            | Q(comment__in=posts.get("comment", []))
        )


class Mention(models.Model):
    """The text keeps the name as words, and a marker with this row's id; who is meant stands here alone.

    It says whom, and never by whom: that is the post's to say, or its seal's.
    """

    public_id = PublicIdField()
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="mentions")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="mentions")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")
    named_at = models.DateTimeField()

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [
            *(
                models.UniqueConstraint(fields=[post, "person"], name=f"forum_mention_once_in_{post}")
                for post in ("question", "answer", "comment")
            ),
            models.CheckConstraint(
                name="forum_mention_in_one_post",
                condition=Q(question__isnull=False, answer=None, comment=None)
                | Q(question=None, answer__isnull=False, comment=None)
                | Q(question=None, answer=None, comment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.post}"

    @property
    def post(self) -> Any:
        """Question, answer or comment. Needs all three."""
        return self.question or self.answer or self.comment
