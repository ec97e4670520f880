"""What members would have changed, who backs it, and what was decided."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from hub.accounts.models import User
from hub.core.audience import Viewer, reads_members_content
from hub.public_ids import PublicIdField
from taxonomy.labels import MAX_LENGTH
from taxonomy.models.changes import ConceptChange
from taxonomy.models.concepts import Concept
from taxonomy.models.schemes import CHANGE


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Members read all but what was taken back; a supplier's person reads their own."""
        if viewer.has_perm(CHANGE):
            return self
        own = Q(proposer=viewer) if isinstance(viewer, User) else Q(pk__in=[])
        if not reads_members_content(viewer):
            return self.filter(own)
        return self.filter(own | ~Q(state=Proposal.State.WITHDRAWN))

    def waiting(self) -> Self:
        """For a decision; the longest overdue first."""
        return self.filter(state__in=Proposal.WAITING).order_by("due_at", "public_id")

    def overdue(self, now: dt.datetime) -> Self:
        return self.waiting().filter(due_at__lt=now)

    def for_list(self) -> Self:
        """With `support_count` and `comment_count`, its terms and its proposer: no further query for a row of a list."""
        return (
            self.select_related("proposer", "target")
            .prefetch_related("concepts")
            .annotate(support_count=Count("supports", distinct=True), comment_count=Count("comments", distinct=True))
        )


class Proposal(models.Model):
    """`details` says what the other fields do not, by kind:

    - new: {"broader": [public ids]}
    - rename: nothing; `label` is the new name
    - merge: nothing; `concepts` go into `target`
    - split: {"parts": [{"label", "definition"}], "keep": bool}
    - move: {"broader": [public ids]}
    - retire: nothing; `target`, if there is one, replaces it
    - define: nothing; `definition`
    - map: {"kind", "target_uri", "target_label", "target_scheme", "justification"}

    `source` is the address, within the hub, of the page it was made from: for editors and the proposer alone, since others
    may not read that page.
    """

    class Kind(models.TextChoices):
        NEW = "new", "A new term"
        RENAME = "rename", "A better name"
        MERGE = "merge", "Two terms that mean the same"
        SPLIT = "split", "A term that means several things"
        MOVE = "move", "A better place"
        RETIRE = "retire", "A term nobody needs"
        DEFINE = "define", "A better meaning"
        MAP = "map", "The same term elsewhere"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        NEEDS_WORK = "needs-work", "Needs work"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    WAITING = (State.OPEN, State.NEEDS_WORK)
    DECIDED = (State.ACCEPTED, State.DECLINED)

    public_id = PublicIdField()
    kind = models.CharField(max_length=8, choices=Kind)
    concepts = models.ManyToManyField(Concept, blank=True, related_name="proposals")
    target = models.ForeignKey(Concept, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals_into")
    label = models.CharField("name", max_length=MAX_LENGTH, blank=True)
    definition = models.TextField("meaning", blank=True)
    details = models.JSONField(default=dict, blank=True, editable=False)
    reason = models.TextField("why", help_text="What would be easier to find or to say.")
    example = models.TextField("example of use", blank=True)
    source = models.CharField(max_length=500, blank=True, editable=False)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="term_proposals"
    )
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    change = models.OneToOneField(ConceptChange, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="taxonomy_proposal_waiting")]
        constraints = [
            models.CheckConstraint(
                name="taxonomy_proposal_decided_says_why",
                condition=(Q(state__in=["accepted", "declined"], decided_at__isnull=False) & ~Q(decision_reason=""))
                | (~Q(state__in=["accepted", "declined"]) & Q(decided_at=None)),
            ),
            models.CheckConstraint(name="taxonomy_proposal_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label or self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('taxonomy:a_z')}proposals/{self.public_id}/"

    @property
    def is_open(self) -> bool:
        return self.state in self.WAITING

    def is_late(self, now: dt.datetime) -> bool:
        return self.is_open and self.due_at < now


class ProposalSupport(models.Model):
    """One person's "me too"."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    supported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="taxonomy_proposal_support_once")]

    def __str__(self) -> str:
        return f"{self.user} backs {self.proposal}"


class ProposalComment(models.Model):
    public_id = PublicIdField()
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.TextField()
    body_html = models.TextField(editable=False)
    commented_at = models.DateTimeField()

    class Meta:
        ordering = ["commented_at", "public_id"]

    def __str__(self) -> str:
        return f"{self.author} on {self.proposal}"
