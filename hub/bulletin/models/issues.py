"""What each issue said. That mail went out is the ledger's to know (`hub.mail`)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from wagtail.models import Page

from forum.models import Question
from hub.bulletin.calendar import moment, on_the_wall
from hub.core.audience import Audience, Viewer
from hub.public_ids import PublicIdField
from taxonomy.models import Concept, Proposal

COMPOSE = "bulletin.compose"
SEND = "bulletin.send"


class Section(models.TextChoices):
    """The parts of an issue, in their order."""

    EVENTS = "events", "Events"
    CONTENT = "content", "New to read"
    QUESTIONS = "questions", "Question time"


ALL_SECTIONS = (Section.EVENTS, Section.CONTENT, Section.QUESTIONS)


class BulletinIssueQuerySet(models.QuerySet["BulletinIssue"]):
    def out(self) -> Self:
        """From the moment it is sent: the mail points at the archive."""
        return self.filter(state__in=BulletinIssue.OUT)

    def open(self) -> Self:
        """Neither sent nor skipped."""
        return self.filter(state__in=BulletinIssue.OPEN)

    def visible_to(self, viewer: Viewer) -> Self:
        return self if viewer.has_perm(COMPOSE) else self.out()

    def newest_first(self) -> Self:
        return self.order_by("-number")


class BulletinIssue(models.Model):
    """`sent_at` is when it went into the ledger; `finished_at` when the ledger's counts balanced.

    When it is to go is wall time in London (`send_on`, `send_time`); without a day it goes when somebody says so.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "Waits for approval"
        FROZEN = "frozen", "Approved"
        SENDING = "sending", "Going out"
        PAUSED = "paused", "Paused"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Skipped"

    DRAFTS = (State.DRAFT, State.REVIEW)
    OPEN = (State.DRAFT, State.REVIEW, State.FROZEN)
    UNDER_WAY = (State.SENDING, State.PAUSED)
    OUT = (State.SENDING, State.PAUSED, State.SENT)

    public_id = PublicIdField()
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    opening = models.TextField(blank=True)
    opening_html = models.TextField(blank=True, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    period = models.DateField(unique=True, null=True, blank=True, help_text="The date of the schedule that it stands for.")
    send_on = models.DateField(null=True, blank=True)
    send_time = models.TimeField(null=True, blank=True)
    composed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When we said that it is due and nobody has approved it.")
    sent_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="When it was called off on its way.")
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    pause_reason = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulletinIssueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulletin_issue_state_has_its_times",
                condition=Q(state__in=["draft", "skipped"], frozen_at=None, sent_at=None, finished_at=None)
                | Q(state="review", submitted_at__isnull=False, frozen_at=None, sent_at=None, finished_at=None)
                | Q(state="frozen", frozen_at__isnull=False, sent_at=None, finished_at=None)
                | Q(state__in=["sending", "paused"], frozen_at__isnull=False, sent_at__isnull=False, finished_at=None)
                | Q(state="sent", frozen_at__isnull=False, sent_at__isnull=False, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="bulletin_issue_sent_after_frozen", condition=Q(sent_at=None) | Q(sent_at__gte=F("frozen_at"))
            ),
            models.CheckConstraint(
                name="bulletin_issue_paused_says_why",
                condition=(Q(state="paused") & ~Q(pause_reason="")) | (~Q(state="paused") & Q(pause_reason="")),
            ),
            models.CheckConstraint(
                name="bulletin_issue_day_and_time",
                condition=Q(send_on=None, send_time=None) | Q(send_on__isnull=False, send_time__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bulletin:issue", kwargs={"number": self.number})

    @property
    def is_draft(self) -> bool:
        """Its words may still be changed."""
        return self.state in self.DRAFTS

    @property
    def is_out(self) -> bool:
        return self.state in self.OUT

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def due_at(self) -> dt.datetime | None:
        return moment(self.send_on, self.send_time) if self.send_on and self.send_time else None

    def is_due(self, now: dt.datetime) -> bool:
        return self.due_at is not None and self.due_at <= now

    def day_it_goes(self, now: dt.datetime) -> dt.date | None:
        """One that has passed is made up for today; None until somebody sets one."""
        return max(self.send_on, on_the_wall(now).date()) if self.send_on else None


class BulletinItem(models.Model):
    """One thing an issue points at. Its words are copied when the issue is frozen; until then they are empty here.

    A deleted page or question takes its items along: nothing may speak of what nobody can read any more.
    """

    public_id = PublicIdField()
    issue = models.ForeignKey(BulletinIssue, on_delete=models.CASCADE, related_name="items")
    section = models.CharField(max_length=9, choices=Section)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC, help_text="As it was frozen.")
    title = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=500, blank=True)
    kicker = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    topic_key = models.PositiveSmallIntegerField(default=0, help_text="The topics it belongs to, as bits; 0: it goes to everybody.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulletin_item_one_object_of_its_section",
                condition=Q(section="questions", question__isnull=False, page=None, concept=None, proposal=None)
                | Q(section__in=["events", "content"], page__isnull=False, question=None, concept=None, proposal=None)
                | Q(section="content", concept__isnull=False, page=None, question=None, proposal=None)
                | Q(section="content", proposal__isnull=False, page=None, question=None, concept=None),
            ),
            models.UniqueConstraint(fields=["issue", "page"], name="bulletin_item_page_once"),
            models.UniqueConstraint(fields=["issue", "question"], name="bulletin_item_question_once"),
            models.UniqueConstraint(fields=["issue", "concept"], name="bulletin_item_concept_once"),
            models.UniqueConstraint(fields=["issue", "proposal"], name="bulletin_item_proposal_once"),
        ]

    def __str__(self) -> str:
        return self.title or f"Item {self.public_id} of issue {self.issue_id}"


class BulletinEdition(models.Model):
    """An issue as it is mailed to those whose topics come to the same items: the very words, and which items they speak of.

    Written when the issue is frozen, or when the first such reader turns up; a later revision leaves out what has been hidden since.
    """

    issue = models.ForeignKey(BulletinIssue, on_delete=models.CASCADE, related_name="editions")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    variant = models.CharField(max_length=40, help_text="Which of the issue's topics it holds.")
    revision = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=200, unique=True, help_text="The key of its message in the ledger.")
    subject = models.CharField(max_length=255)
    html = models.TextField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    items = models.ManyToManyField(BulletinItem, related_name="editions")
    topic_labels = models.JSONField(default=list, help_text="Its topics, by the names they had when it was written.")
    link_only = models.JSONField(default=list, help_text="Public ids of the items that stand in it as a title and a link.")
    # A deleted item leaves `items` by itself; the words about it stay, so the number has to tell.
    item_count = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "audience", "variant", "revision"], name="bulletin_edition_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.audience}, {self.variant})"
