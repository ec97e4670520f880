"""What questions, answers and comments share, and who sees a post in which state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.mentions import linked
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField, new_public_id

if TYPE_CHECKING:
    from forum.models.events import ModerationEntry

MODERATE = "forum.moderate"


class Post(models.Model):
    """`council` and `author_job` are the author's at posting time. An erased author is null, and so is a sealed one's."""

    class Status(models.TextChoices):
        HELD = "held", "Waits for a facilitator"
        OPEN = "open", "Open"
        HIDDEN = "hidden", "Hidden by a facilitator"
        WITHDRAWN = "withdrawn", "Withdrawn by its author"
        DECLINED = "declined", "Not posted: a facilitator said no"
        # Of a question only: what it had is part of another's thread.
        MERGED = "merged", "Joined to another question"

    public_id = PublicIdField()
    body = models.TextField()
    body_html = models.TextField(editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss"
    )
    author_job = models.CharField(max_length=120, blank=True)
    # The name of who wrote it before there was a hub, until they claim it.
    author_before = models.CharField(max_length=120, blank=True, editable=False)
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    # Written without a name: no column of the row says by whom, and the council is not told either.
    is_sealed = models.BooleanField(default=False)
    # The form carries it, so that a button pressed twice posts once.
    submission = models.CharField(max_length=20, default=new_public_id, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)

    # Set by `queries.thread`: the author's page, for whoever may see it.
    author_url = ""
    # And the pages of those whom posts name, by the ids of their markers.
    mention_urls: Mapping[str, str] = {}

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="%(app_label)s_%(class)s_submitted_once"),
            # A null author is like no other, so that the rule above says nothing of those.
            models.UniqueConstraint(
                fields=["submission"], condition=Q(is_sealed=True), name="%(app_label)s_%(class)s_sealed_submitted_once"
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_sealed_names_nobody",
                condition=Q(is_sealed=False) | Q(author=None, council=None, author_job=""),
            ),
        ]

    @property
    def posted_at(self) -> dt.datetime:
        raise NotImplementedError

    @property
    def html_shown(self) -> str:
        """Names lead to people where a query has set `mention_urls`; elsewhere they are words."""
        return linked(self.body_html, self.mention_urls)

    @property
    def version(self) -> str:
        """Of its words: a form carries it, to say which were read."""
        return self.edited_at.isoformat() if self.edited_at else "first"

    @property
    def is_open(self) -> bool:
        """Everybody whom its audience lets may read it."""
        return self.status == self.Status.OPEN

    @property
    def own_status(self) -> str:
        """Of its words, wherever they are read."""
        return self.status

    @property
    def is_held(self) -> bool:
        return self.status == self.Status.HELD

    @property
    def author_name(self) -> str:
        """Never the address, which stands in for a name elsewhere. Needs `author`."""
        if self.is_sealed:
            return self.sealed_name
        if self.author is None:
            return f"{self.author_before} (before the hub)" if self.author_before else "A former member"
        return self.author.get_full_name() or "A member"

    @property
    def sealed_name(self) -> str:
        """The same throughout a thread for its asker, and nobody's otherwise."""
        return "Asker" if getattr(self, "by_asker", True) else "A member who gave no name"

    @property
    def byline(self) -> str:
        """Needs `author` and `council`."""
        return f"{self.author_name}, {self.council}" if self.council else self.author_name

    def last_of(self, *decisions: str) -> ModerationEntry | None:
        """The latest of these decisions about it. Needs `moderation_entries`, the oldest first."""
        entries: list[ModerationEntry] = list(self.moderation_entries.all())  # type: ignore[attr-defined]  # of all heirs
        return next((entry for entry in reversed(entries) if entry.decision in decisions), None)

    @property
    def can_be_reconsidered(self) -> bool:
        """The last that was decided of it is the review, and it is as the review left it."""
        entries: list[ModerationEntry] = list(self.moderation_entries.all())  # type: ignore[attr-defined]  # of all heirs
        left = {"approve": self.Status.OPEN, "decline": self.Status.DECLINED}
        return bool(entries) and left.get(entries[-1].decision) == self.status

    @property
    def last_decision(self) -> ModerationEntry | None:
        """Why it is not open, in a facilitator's words."""
        return self.last_of("hide", "decline")


def seen_by(viewer: Viewer) -> Q:
    """Open posts, one's own whatever became of them, and everything for those who moderate."""
    if viewer.has_perm(MODERATE):
        return Q()
    is_open = Q(status=Post.Status.OPEN)
    return is_open | Q(author=viewer) if isinstance(viewer, User) else is_open
