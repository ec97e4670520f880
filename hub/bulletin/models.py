"""Who takes the bulletin, and what each issue said. That mail went out is the ledger's to know (`hub.mail`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from wagtail.models import Page

from forum.models import Question
from hub.accounts.models import normalise_email
from hub.core.audience import Viewer
from hub.mail.recipients import address_hash
from hub.public_ids import PublicIdField

STREAM = "bulletin"

COMPOSE = "bulletin.compose"
SEND = "bulletin.send"


class Section(models.TextChoices):
    """The parts of an issue, in their order; what a subscriber chooses between."""

    EVENTS = "events", "Events"
    CONTENT = "content", "New to read"
    QUESTIONS = "questions", "Question time"


ALL_SECTIONS = (Section.EVENTS, Section.CONTENT, Section.QUESTIONS)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(state=Subscriber.State.ACTIVE)

    def of_address(self, email: str) -> Self:
        """By the address too: its hash changes with SECRET_KEY."""
        return self.filter(Q(address_hash=address_hash(email)) | Q(email=normalise_email(email))).order_by("created_at")

    def who_want(self, topics: Collection[Section]) -> Self:
        """These and no others."""
        return self.filter(**{f"wants_{section.value}": section in topics for section in ALL_SECTIONS})


class Subscriber(models.Model):
    """A mailbox; no account is needed. Whoever leaves is forgotten but for the keyed hash, by which old links still find them."""

    class State(models.TextChoices):
        PENDING = "pending", "Waits for confirmation"
        ACTIVE = "active", "Takes the bulletin"
        UNSUBSCRIBED = "unsubscribed", "Left"

    public_id = PublicIdField()
    email = models.EmailField(max_length=254, unique=True, null=True, blank=True)
    address_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    wants_events = models.BooleanField(default=True)
    wants_content = models.BooleanField(default=True)
    wants_questions = models.BooleanField(default=True)
    # The consent: to which words, given where, and when.
    wording_version = models.CharField(max_length=20)
    source = models.CharField(max_length=40)
    ip_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    token_version = models.PositiveIntegerField(default=1, help_text="Links of an earlier version change nothing any more.")
    created_at = models.DateTimeField()

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulletin_subscriber_state_known", condition=Q(state__in=["pending", "active", "unsubscribed"])
            ),
            models.CheckConstraint(name="bulletin_subscriber_email_folded", condition=Q(email=None) | Q(email=Lower("email"))),
            models.CheckConstraint(
                name="bulletin_subscriber_some_topic",
                condition=Q(wants_events=True) | Q(wants_content=True) | Q(wants_questions=True),
            ),
            models.CheckConstraint(
                name="bulletin_subscriber_left_has_no_address",
                condition=Q(state="unsubscribed", email=None, left_at__isnull=False)
                | (~Q(state="unsubscribed") & Q(email__isnull=False)),
            ),
            models.CheckConstraint(
                name="bulletin_subscriber_active_is_confirmed", condition=~Q(state="active") | Q(confirmed_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="bulletin_subscriber_pending")]

    def __str__(self) -> str:
        return self.email or f"Somebody who left ({self.public_id})"

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def topics(self) -> list[Section]:
        return [section for section in ALL_SECTIONS if getattr(self, f"wants_{section.value}")]

    def choose(self, topics: Collection[Section]) -> None:
        """Not saved yet."""
        for section in ALL_SECTIONS:
            setattr(self, f"wants_{section.value}", section in topics)


class BulletinIssueQuerySet(models.QuerySet["BulletinIssue"]):
    def out(self) -> Self:
        """From the moment it is sent: the mail points at the archive."""
        return self.filter(state__in=BulletinIssue.OUT)

    def visible_to(self, viewer: Viewer) -> Self:
        return self if viewer.has_perm(COMPOSE) else self.out()

    def newest_first(self) -> Self:
        return self.order_by("-number")


class BulletinIssue(models.Model):
    """`sent_at` is when somebody pressed the button; `finished_at` when the ledger's counts balanced."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        FROZEN = "frozen", "Frozen, not sent"
        SENDING = "sending", "Going out"
        SENT = "sent", "Sent"

    OUT = (State.SENDING, State.SENT)

    public_id = PublicIdField()
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    opening = models.TextField(blank=True)
    opening_html = models.TextField(blank=True, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    composed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulletinIssueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulletin_issue_state_has_its_times",
                condition=Q(state="draft", frozen_at=None, sent_at=None, finished_at=None)
                | Q(state="frozen", frozen_at__isnull=False, sent_at=None, finished_at=None)
                | Q(state="sending", frozen_at__isnull=False, sent_at__isnull=False, finished_at=None)
                | Q(state="sent", frozen_at__isnull=False, sent_at__isnull=False, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="bulletin_issue_sent_after_frozen", condition=Q(sent_at=None) | Q(sent_at__gte=F("frozen_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bulletin:issue", kwargs={"number": self.number})

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_out(self) -> bool:
        return self.state in self.OUT


class BulletinItem(models.Model):
    """One thing an issue points at. Its words are copied when the issue is frozen; until then they are empty here.

    A deleted page or question takes its items along: nothing may speak of what nobody can read any more.
    """

    public_id = PublicIdField()
    issue = models.ForeignKey(BulletinIssue, on_delete=models.CASCADE, related_name="items")
    section = models.CharField(max_length=9, choices=Section)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=500, blank=True)
    kicker = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulletin_item_one_object_of_its_section",
                condition=Q(section="questions", question__isnull=False, page=None)
                | Q(section__in=["events", "content"], page__isnull=False, question=None),
            ),
            models.UniqueConstraint(fields=["issue", "page"], name="bulletin_item_page_once"),
            models.UniqueConstraint(fields=["issue", "question"], name="bulletin_item_question_once"),
        ]

    def __str__(self) -> str:
        return self.title or f"Item {self.public_id} of issue {self.issue_id}"


class BulletinEdition(models.Model):
    """An issue as it is mailed to those who chose the same topics: the very words, and which items they speak of.

    Written when the issue is frozen; a later revision leaves out what has been hidden since.
    """

    issue = models.ForeignKey(BulletinIssue, on_delete=models.CASCADE, related_name="editions")
    topics = models.CharField(max_length=40, help_text="Sections in their order, joined by “+”.")
    revision = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=200, unique=True, help_text="The key of its message in the ledger.")
    subject = models.CharField(max_length=255)
    html = models.TextField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    items = models.ManyToManyField(BulletinItem, related_name="editions")
    # A deleted item leaves `items` by itself; the words about it stay, so the number has to tell.
    item_count = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "topics", "revision"], name="bulletin_edition_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.topics})"

    @property
    def sections(self) -> list[Section]:
        return [Section(value) for value in self.topics.split("+")]
