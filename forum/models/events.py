"""What happened: every change of a thread, facilitators' decisions with their reasons, and what was joined or parted."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.constraints import AppendOnlyConstraint
from hub.core.audience import Viewer
from hub.public_ids import PublicIdField


class ModerationEntryQuerySet(models.QuerySet["ModerationEntry"]):
    def in_order(self) -> Self:
        return self.order_by("decided_at", "pk")


class ModerationEntry(models.Model):
    """Appended, never edited: what a facilitator decided of a post, and why. Without an answer or comment it is about the question."""

    class Decision(models.TextChoices):
        HIDE = "hide", "Hidden"
        UNHIDE = "unhide", "Shown again"
        APPROVE = "approve", "Approved"
        DECLINE = "decline", "Not posted"
        RECONSIDER = "reconsider", "Decision taken back"
        CLOSE = "close", "Closed"
        REOPEN = "reopen", "Reopened"

    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="moderation_entries")
    answer = models.ForeignKey("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="moderation_entries")
    comment = models.ForeignKey("forum.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="moderation_entries")
    decision = models.CharField(max_length=10, choices=Decision)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    objects = ModerationEntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.comment or self.answer or self.question}: {self.decision}"


class QuestionEventQuerySet(models.QuerySet["QuestionEvent"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """With the question: what happens to an answer or comment that one may not see is no event either."""
        question: Any = self.model._meta.get_field("question").related_model
        answer: Any = self.model._meta.get_field("answer").related_model
        comment: Any = self.model._meta.get_field("comment").related_model
        return self.filter(
            Q(answer=None) | Q(answer__in=answer.objects.visible_to(viewer)),
            Q(comment=None) | Q(comment__in=comment.objects.visible_to(viewer)),
            question__in=question.objects.visible_to(viewer),
        )

    def in_order(self) -> Self:
        return self.order_by("at", "pk")

    def delete(self) -> NoReturn:
        raise TypeError("What happened is not deleted.")

    def forget(self, user: Any) -> None:
        """The person leaves; what happened stays."""
        self.filter(by=user).update(by=None)


class QuestionEvent(models.Model):
    """One change of a thread, appended in its transaction. A sealed author's own deeds name nobody.

    `details` holds public ids and words of ours (an audience, how many moved), never what anybody wrote.
    """

    class Kind(models.TextChoices):
        POSTED = "posted", "Posted"
        HELD = "held", "Sent for review"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        RECONSIDERED = "reconsidered", "Decision taken back"
        EDITED = "edited", "Changed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        HIDDEN = "hidden", "Hidden"
        UNHIDDEN = "unhidden", "Shown again"
        ACCEPTED = "accepted", "Accepted"
        UNACCEPTED = "unaccepted", "No longer accepted"
        MARKED = "marked", "Marked by a council"
        UNMARKED = "unmarked", "Mark taken back"
        NEEDED = "needed", "Needed by a council"
        NOT_NEEDED = "not_needed", "No longer needed"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Reopened"
        MERGED = "merged", "Joined to another question"
        UNMERGED = "unmerged", "Parted again"
        SPLIT = "split", "Split"
        UNSPLIT = "unsplit", "Split taken back"
        MOVED = "moved", "Moved to another audience"
        REVISION_HIDDEN = "revision_hidden", "Earlier wording hidden"
        REVISION_SHOWN = "revision_shown", "Earlier wording shown again"
        IMPORTED = "imported", "Brought in from elsewhere"
        CLAIMED = "claimed", "Claimed by its author"

    # Words came, or came to be read, that had not been there.
    WRITTEN = (Kind.POSTED, Kind.HELD, Kind.APPROVED, Kind.EDITED, Kind.IMPORTED)

    public_id = PublicIdField()
    kind = models.CharField(max_length=16, choices=Kind)
    question = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="events")
    answer = models.ForeignKey("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    comment = models.ForeignKey("forum.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    details = models.JSONField(default=dict)

    objects = QuestionEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["question", "at"], name="forum_event_in_thread"),
            models.Index(fields=["kind", "at"], name="forum_event_by_kind"),
        ]
        constraints = [AppendOnlyConstraint(name="forum_event_append_only")]

    def __str__(self) -> str:
        return f"{self.question}: {self.kind}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What happened is not deleted.")


class ReshapingQuerySet(models.QuerySet["Reshaping"]):
    def of(self, question: Any) -> Self:
        return self.filter(Q(source=question) | Q(target=question))

    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Reshaping(models.Model):
    """Two questions joined, or one split: what moved, so that it can be moved back. `source` lost it, `target` has it.

    Addresses lead on for ever: of a merged question to its `duplicate_of`, of an answer to wherever it stands.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", "Joined"
        SPLIT = "split", "Split"

    public_id = PublicIdField()
    kind = models.CharField(max_length=6, choices=Kind)
    source = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="reshapings_from")
    target = models.ForeignKey("forum.Question", on_delete=models.CASCADE, related_name="reshapings_to")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ReshapingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="forum_reshaping_of_two", condition=~Q(source=models.F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class ReshapedPart(models.Model):
    """One answer, comment on the question, or council's need that moved. `made_here`: there was none before (the asker's need)."""

    reshaping = models.ForeignKey(Reshaping, on_delete=models.CASCADE, related_name="parts")
    answer = models.ForeignKey("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    comment = models.ForeignKey("forum.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    interest = models.ForeignKey("forum.Interest", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    made_here = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.reshaping}: {self.answer or self.comment or self.interest}"
