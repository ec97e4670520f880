"""Who is asked to help with a question that nobody has answered, and why."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.models.posts import MODERATE
from forum.models.questions import Question
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.public_ids import PublicIdField


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """With the question: one's own once it was sent, and all of them for those who moderate."""
        questions = Question.objects.visible_to(viewer)
        if viewer.has_perm(MODERATE):
            return self.filter(question__in=questions)
        mine = self.filter(person=viewer) if isinstance(viewer, User) else self.none()
        return mine.filter(question__in=questions).exclude(state=HelpRequest.State.PROPOSED)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)

    def open(self) -> Self:
        return self.filter(state=HelpRequest.State.SENT)

    def sent_since(self, since: dt.datetime) -> Self:
        return self.filter(sent_at__gt=since)

    def for_list(self) -> Self:
        return self.select_related("question").order_by("position", "public_id")


class HelpRequest(models.Model):
    """One question put to one person. A name goes no further than the person and the facilitators.

    `reasons` are words of ours (`Reason`), never what somebody wrote.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Not asked yet"
        SENT = "sent", "Asked"
        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Said “not me”"
        LAPSED = "lapsed", "Did not react"

    class Reason(models.TextChoices):
        SYSTEM = "system", "Their council runs a system that the question is about"
        OFFERED_SYSTEM = "offered-system", "Happy to be asked about a system that it is about"
        OFFERED_TERM = "offered-term", "Happy to be asked about a term that it carries"
        ACCEPTED = "accepted", "An answer of theirs to a question like it was accepted"
        NAMED = "named", "Somebody who was asked first thought of them"

    public_id = PublicIdField()
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="help_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="help_requests")
    reasons = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0, help_text="The likeliest to know first.")
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "sent_at"], name="forum_help_by_person")]
        constraints = [
            models.UniqueConstraint(fields=["question", "person"], name="forum_help_once_each"),
            models.CheckConstraint(
                name="forum_help_sent_has_its_times",
                condition=Q(state="proposed", sent_at=None, expires_at=None)
                | (~Q(state="proposed") & Q(sent_at__isnull=False, expires_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="forum_help_settled_has_a_time",
                condition=Q(state__in=["proposed", "sent"], settled_at=None)
                | (~Q(state__in=["proposed", "sent"]) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on “{self.question}”"

    @property
    def reasons_in_words(self) -> list[str]:
        return [self.Reason(reason).label for reason in self.reasons]
