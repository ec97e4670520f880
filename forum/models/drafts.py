"""What somebody has typed and not yet posted. Nobody else reads it, facilitators neither."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.urls import reverse

from forum.models.questions import Question
from hub.accounts.models import User
from hub.core.audience import Viewer


def text_of(title: str, body: str) -> str:
    """What was typed, to be read and copied where no form takes it."""
    return "\n\n".join(part for part in (title.strip(), body.strip()) if part)


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
    """`public_id` is the form's `submission`, so it is gone once that is posted."""

    class Form(models.TextChoices):
        """By the name of its address."""

        ASK = "ask", "A question"
        ASK_FOR = "ask_for", "A question for somebody"
        ANSWER = "answer", "Answer to"
        COMMENT_ON_QUESTION = "comment_on_question", "Comment on"
        COMMENT_ON_ANSWER = "comment_on_answer", "Comment on an answer to"
        EDIT_QUESTION = "edit_question", "Change to"
        EDIT_ANSWER = "edit_answer", "Change to your answer to"
        EDIT_COMMENT = "edit_comment", "Change to your comment on"

    OF_QUESTIONS = (Form.ASK, Form.ASK_FOR)

    public_id = models.CharField(max_length=20)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=20, choices=Form, default=Form.ASK)
    # Of the post that the form's address names, and empty where it names none.
    post_id = models.CharField(max_length=20, blank=True)
    # Whose thread that is; none where its writer could not read it any more when this was first saved.
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
        """A form that takes it no longer shows its words all the same."""
        page = reverse(f"forum:{self.form}", args=[self.post_id] if self.post_id else [])
        return f"{page}?{urlencode({'draft': self.public_id})}"

    @property
    def heading(self) -> str:
        """Needs `with_questions()`."""
        if self.form not in self.OF_QUESTIONS:
            readable = self.question is not None and self.may_read
            title = f"“{self.question.title}”" if self.question and readable else "a question that you can no longer read"
            return f"{self.get_form_display()} {title}"
        named = self.first("concepts") or self.first("products") or self.first("projects")
        return (
            self.first("title")
            or self.first("body")[:60]
            or (f"A question about {named}" if named else "A question without a title")
        )

    @property
    def is_taken(self) -> bool:
        """Whether it can still be posted where it was begun. Needs `with_questions()`."""
        if self.form in self.OF_QUESTIONS:
            return True
        if self.question is None or not self.may_read:
            return False
        return self.question.takes_answers if self.form == self.Form.ANSWER else self.question.is_open

    @property
    def text(self) -> str:
        return text_of(self.first("title"), self.first("body"))

    def first(self, name: str) -> str:
        return next((said for said in self.typed.get(name) or [] if said), "")

    def as_sent(self) -> QueryDict:
        """What the form read it from."""
        data: Any = QueryDict(mutable=True)
        for name, values in self.typed.items():
            data.setlist(name, values)
        data["submission"] = self.public_id
        return data
