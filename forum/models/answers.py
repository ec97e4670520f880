"""Answers, what councils say of them, and the comments beneath questions and answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from forum.models.events import ModerationEntry
from forum.models.posts import Post, seen_by
from hub.core.audience import Viewer
from hub.organisations.models import Organisation

if TYPE_CHECKING:
    from forum.models.questions import Question

_ASKER = F("question__author")
NOBODY = Value(0)  # the key of no row: what is compared with null is neither like it nor unlike


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, viewer: Viewer, within: Question | None = None) -> Self:
        """Never without its question. `within` one of them, which spares the database a look at all that a viewer may see."""
        return self.filter(seen_by(viewer), question__in=_questions(self.model, viewer, within))

    def open(self) -> Self:
        return self.filter(status=Answer.Status.OPEN)

    def by_others(self, asker: F | OuterRef = _ASKER) -> Self:
        """An asker's own afterthought is no answer, whether they gave their name or not; in another's thread it is one. A query
        of questions names their author as its own, which spares a look at each question once more."""
        return self.exclude(author__isnull=False, author=Coalesce(asker, NOBODY)).exclude(asker_of=F("question"))

    def in_order(self) -> Self:
        return self.order_by("answered_at", "public_id")

    def accepted(self) -> Self:
        return self.open().filter(marks__kind=AnswerMark.Kind.ACCEPTED, marks__question=F("question"))

    def standing_before(self, answer: Answer) -> Self:
        earlier = Q(answered_at__lt=answer.answered_at)
        return self.filter(earlier | Q(answered_at=answer.answered_at, public_id__lt=answer.public_id))

    def for_thread(self) -> Self:
        """Everything a thread reads of each answer, the oldest first."""
        accepted_here = AnswerMark.objects.accepted().filter(answer=OuterRef("pk"), question=OuterRef("question"))
        return (
            self.select_related("author", "council")
            .prefetch_related(
                "attachments", Prefetch("moderation_entries", ModerationEntry.objects.in_order().filter(comment=None))
            )
            .annotate(is_accepted=Exists(accepted_here))
            .in_order()
        )


class Answer(Post):
    """Not a search result of its own: search finds the question it answers."""

    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="answers")
    answered_at = models.DateTimeField()
    # The question, if it is its asker's own. Kept apart from the author, who may be erased. Of two names, one given and one not,
    # it never says that they are one person.
    asker_of = models.ForeignKey(
        "forum.Question", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )

    # Annotated by `for_thread()`.
    is_accepted: bool

    objects = AnswerQuerySet.as_manager()

    class Meta(Post.Meta):
        indexes = [models.Index(fields=["question", "status", "answered_at", "asker_of", "author"], name="forum_answer_in_thread")]

    def __str__(self) -> str:
        return f"Answer to “{self.question}”"

    def get_absolute_url(self) -> str:
        """Leads to the page of the thread on which it stands, whatever thread and page that is."""
        return reverse("forum:answer_by_id", kwargs={"public_id": self.public_id})

    @property
    def by_asker(self) -> bool:
        """Of the thread it stands in: joined to another's, or split off, it is not."""
        return self.asker_of_id is not None and self.asker_of_id == self.question_id

    @property
    def anchor(self) -> str:
        return f"answer-{self.public_id}"

    @property
    def posted_at(self) -> dt.datetime:
        return self.answered_at


class AnswerMarkQuerySet(models.QuerySet["AnswerMark"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(answer__in=Answer.objects.visible_to(viewer))

    def accepted(self) -> Self:
        return self.filter(kind=AnswerMark.Kind.ACCEPTED)


class AnswerMark(models.Model):
    """What somebody says of an answer: the asker that it helped, a council that it worked there or holds no longer.

    An answer that is hidden or withdrawn is accepted no longer; what councils said of it waits with it.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        WORKED = "worked", "Worked for us"
        OUT_OF_DATE = "out_of_date", "Out of date"

    OF_COUNCILS = (Kind.WORKED, Kind.OUT_OF_DATE)

    kind = models.CharField(max_length=12, choices=Kind)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="marks")
    # Repeats the answer's question, so that the database itself allows one accepted answer only. An accepted mark counts in
    # that thread alone: where two questions are joined, and each had one, the second's stays behind with its question.
    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="marks")
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="answer_marks")
    product = models.ForeignKey("stepshare.Product", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField()

    objects = AnswerMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=Q(kind="accepted"), name="forum_answer_mark_one_accepted"),
            models.UniqueConstraint(
                fields=["answer", "kind", "council"],
                condition=~Q(kind="accepted"),
                name="forum_answer_mark_once_by_council",
            ),
            models.CheckConstraint(name="forum_answer_mark_by_a_council", condition=Q(kind="accepted") | Q(council__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.kind}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, viewer: Viewer, within: Question | None = None) -> Self:
        """Never without what it is about. `within` as for answers."""
        about = Q(answer=None) | Q(answer__in=Answer.objects.visible_to(viewer, within))
        return self.filter(seen_by(viewer), about, question__in=_questions(self.model, viewer, within))

    def open(self) -> Self:
        return self.filter(status=Comment.Status.OPEN)

    def shown(self) -> Self:
        """To everybody who may read the thread."""
        return self.open().filter(Q(answer=None) | Q(answer__status=Answer.Status.OPEN))

    def on(self, answers: Iterable[int]) -> Self:
        """These answers (primary keys), or the question itself."""
        return self.filter(Q(answer=None) | Q(answer__in=list(answers)))

    def in_order(self) -> Self:
        return self.order_by("commented_at", "public_id")

    def for_thread(self) -> Self:
        entries = Prefetch("moderation_entries", ModerationEntry.objects.in_order())
        return self.select_related("author", "council").prefetch_related(entries).in_order()


class Comment(Post):
    """A short remark on a question, or on one of its answers. Comments have no comments."""

    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="comments")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    commented_at = models.DateTimeField()
    asker_of = models.ForeignKey(
        "forum.Question", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta(Post.Meta):
        indexes = [models.Index(fields=["question", "status", "commented_at"], name="forum_comment_in_thread")]

    def __str__(self) -> str:
        return f"Comment on “{self.question}”"

    def get_absolute_url(self) -> str:
        return reverse("forum:comment_by_id", kwargs={"public_id": self.public_id})

    @property
    def by_asker(self) -> bool:
        return self.asker_of_id is not None and self.asker_of_id == self.question_id

    @property
    def anchor(self) -> str:
        return f"comment-{self.public_id}"

    @property
    def posted_at(self) -> dt.datetime:
        return self.commented_at


def _questions(model: type[models.Model], viewer: Viewer, within: Question | None) -> Any:
    """Those that the viewer may see. By the relation: questions import this module."""
    question: Any = model._meta.get_field("question").related_model
    seen = question.objects.visible_to(viewer)
    return seen.filter(pk=within.pk) if within is not None else seen
