"""Files that belong to a question or an answer, and are seen by whoever sees it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from forum.models.answers import Answer
from hub.core.audience import Viewer
from hub.media.cleaning import IMAGE_TYPES
from hub.media.fields import CleanAttachmentField
from hub.public_ids import PublicIdField


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Never without its post."""
        question: Any = self.model._meta.get_field("question").related_model
        return self.filter(
            Q(question__in=question.objects.visible_to(viewer), answer=None) | Q(answer__in=Answer.objects.visible_to(viewer))
        )


class Attachment(models.Model):
    """`label` says what it shows, for those who cannot see it. Who added it is the post's author."""

    public_id = PublicIdField()
    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    answer = models.ForeignKey("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    file = CleanAttachmentField(upload_to="attachments")
    name = models.CharField(max_length=80)
    label = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "public_id"]
        constraints = [
            models.CheckConstraint(
                name="forum_attachment_of_one_post",
                condition=Q(question__isnull=False, answer=None) | Q(question=None, answer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forum:attachment", args=[self.public_id, self.name])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Its file goes with it, once the row has."""
        storage, name = self.file.storage, str(self.file.name)
        transaction.on_commit(lambda: storage.delete(name))
        return super().delete(*args, **kwargs)

    @property
    def is_picture(self) -> bool:
        """Written anew from its pixels by the hub, so that it may be shown in a page."""
        return self.name.rpartition(".")[2] in IMAGE_TYPES

    @property
    def post(self) -> Any:
        return self.answer or self.question
