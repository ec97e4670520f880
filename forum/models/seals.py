"""Who wrote without their name: sealed. What facilitators write to them, and who had a seal broken and why."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from forum import sealing
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.public_ids import PublicIdField

BREAK_SEAL = "forum.break_seal"
SECOND_BREAKING = "forum.second_breaking_a_seal"


class SealQuerySet(models.QuerySet["Seal"]):
    def by(self, user: User) -> Self:
        """Theirs."""
        return self.filter(pk__in=self.keys_by(user))

    def keys_by(self, user: User) -> list[int]:
        """Reads them all, since no column says whose one is: there are hundreds, and each costs microseconds."""
        post_id = Coalesce("question__public_id", "answer__public_id", "comment__public_id")
        rows = self.annotate(post_id=post_id).values_list("pk", "post_id", "mac")
        return sealing.posts_by(user.public_id, rows.iterator())

    def with_news(self) -> Self:
        return self.filter(news_at__isnull=False).filter(Q(told_at=None) | Q(told_at__lt=F("news_at")))

    def with_posts(self) -> Self:
        return self.select_related("question", "answer__question", "comment__question").prefetch_related("notes")


class Seal(models.Model):
    """Of one post. Erasing its author takes it away, and then nothing is left that could tell."""

    question = models.OneToOneField("forum.Question", on_delete=models.CASCADE, null=True, blank=True, related_name="seal")
    answer = models.OneToOneField("forum.Answer", on_delete=models.CASCADE, null=True, blank=True, related_name="seal")
    comment = models.OneToOneField("forum.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="seal")
    ciphertext = models.TextField()
    mac = models.CharField(max_length=64)
    # When something happened that its author should hear of, and when they were last told to come and look.
    news_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="forum_seal_of_one_post",
                condition=Q(question__isnull=False, answer=None, comment=None)
                | Q(question=None, answer__isnull=False, comment=None)
                | Q(question=None, answer=None, comment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Seal of {self.post}"

    @property
    def post(self) -> Any:
        """Question, answer or comment. Needs all three."""
        return self.question or self.answer or self.comment

    def is_by(self, user: User) -> bool:
        return sealing.is_by(self.post.public_id, self.mac, user.public_id)


class SealedNote(models.Model):
    """From a facilitator to whoever wrote a post, whom they do not see. Read on the site; no mail holds its words."""

    public_id = PublicIdField()
    seal = models.ForeignKey(Seal, on_delete=models.CASCADE, related_name="notes")
    body = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Note to the author of {self.seal.post}"


class SealBreakQuerySet(models.QuerySet["SealBreak"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those who may ask for one or second it; of others' there is nothing to know."""
        return self if viewer.has_perm(BREAK_SEAL) or viewer.has_perm(SECOND_BREAKING) else self.none()

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "public_id")

    def delete(self) -> NoReturn:
        raise TypeError("Who had a seal broken is not deleted.")


class SealBreak(models.Model):
    """One person asks and says why, another agrees, and only then is the name shown, to the one who asked, within a day.

    The record outlives everybody in it: it holds no word of who wrote the post.
    """

    public_id = PublicIdField()
    post_id = models.CharField(max_length=20, help_text="The public id of the question, answer or comment.")
    kind = models.CharField(max_length=8, choices=[("question", "Question"), ("answer", "Answer"), ("comment", "Comment")])
    reason = models.TextField()
    # Where the law forbids to warn them.
    tells_author = models.BooleanField(default=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    seconded_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True, help_text="When the name was shown first.")

    objects = SealBreakQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="forum_seal_break_gives_a_reason", condition=~Q(reason="")),
            # An erased person is null on either side, which is no reason to call two of them one.
            models.CheckConstraint(
                name="forum_seal_break_by_two", condition=Q(asked_by=None) | Q(second=None) | ~Q(asked_by=F("second"))
            ),
            models.CheckConstraint(
                name="forum_seal_break_seconded_first", condition=Q(broken_at=None) | Q(seconded_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Seal of {self.kind} {self.post_id}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Who had a seal broken is not deleted.")
