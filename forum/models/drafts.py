"""What somebody has typed and not yet posted. Nobody else reads it, facilitators neither."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.urls import reverse

from forum.models.questions import Question
from hub.accounts.models import User
from hub.core.audience import Viewer


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(author=viewer) if isinstance(viewer, User) else self.none()

    def with_questions(self, viewer: Viewer) -> Self:
        """And `may_read`: a question may have gone from somebody's sight since they began to answer it, and its title with it."""
        seen = Question.objects.visible_to(viewer).filter(pk=OuterRef("question"))
        return self.select_related("question").annotate(may_read=Exists(seen))

    def newest_first(self) -> Self:
        return self.order_by("-saved_at", "public_id")


class Draft(models.Model):
    """Of a question, or of an answer to `question`. `public_id` is the form's `submission`, so it is gone once that is posted."""

    public_id = models.CharField(max_length=20)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # As the form sent it, a list for each field: what is half done is no question yet.
    typed = models.JSONField()
    saved_at = models.DateTimeField()

    # Annotated by `with_questions()`.
    may_read = False

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "public_id"], name="forum_draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="forum_draft_oldest")]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        """Needs `question`."""
        page = reverse("forum:ask") if self.question is None else reverse("forum:answer", args=[self.question.public_id])
        return f"{page}?draft={self.public_id}"

    @property
    def heading(self) -> str:
        """Needs `with_questions()`."""
        if self.question is not None:
            return f"Answer to “{self.question.title}”" if self.may_read else "Answer to a question that you can no longer read"
        named = self.first("concepts") or self.first("products") or self.first("projects")
        return (
            self.first("title")
            or self.first("body")[:60]
            or (f"A question about {named}" if named else "A question without a title")
        )

    def first(self, name: str) -> str:
        return next((said for said in self.typed.get(name) or [] if said), "")

    def as_sent(self) -> QueryDict:
        """What the form read it from."""
        data: Any = QueryDict(mutable=True)
        for name, values in self.typed.items():
            data.setlist(name, values)
        data["submission"] = self.public_id
        return data
