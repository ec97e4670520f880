"""What waits until a council has said yes: its members' entries where it has a lead, and suppliers' suggestions."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.queries import current_leads, led_council_ids, own_council_ids, own_supplier_ids
from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField
from stepshare.models.directory import RECORD_ANY, Installation, Product, Project

SUGGEST_OWN_PRODUCT = "stepshare.suggest_own_product"
REOPEN_WITHIN = dt.timedelta(days=14)


class ProposedEntryQuerySet(models.QuerySet["ProposedEntry"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Whoever sent it while they belong there (of a supplier: their colleagues too), the council's leads, facilitators.

        Colleagues in the council see nothing of it before it is on record: it is between who sent it and who decides.
        """
        if not isinstance(viewer, User):
            return self.none()
        if viewer.has_perm(RECORD_ANY):
            return self
        return self.filter(
            Q(supplier=None, proposed_by=viewer, council__in=own_council_ids(viewer))
            | Q(supplier__in=own_supplier_ids(viewer))
            | Q(council__in=led_council_ids(viewer))
        )

    def waiting(self) -> Self:
        return self.filter(state=ProposedEntry.State.WAITING)

    def awaiting(self, viewer: Viewer) -> Self:
        """What this viewer is to decide on: a lead what came to their council, a facilitator what came to one without a lead."""
        if not isinstance(viewer, User):
            return self.none()
        mine = Q(council__in=led_council_ids(viewer))
        if viewer.has_perm(RECORD_ANY):
            lead = current_leads(timezone.now()).filter(organisation=models.OuterRef("council"))
            mine |= Q(~models.Exists(lead))
        return self.waiting().filter(mine)

    def sent_by(self, viewer: Viewer) -> Self:
        """By them, or by their colleagues at a supplier."""
        if not isinstance(viewer, User):
            return self.none()
        return self.visible_to(viewer).filter(Q(proposed_by=viewer) | Q(supplier__in=own_supplier_ids(viewer)))

    def for_rows(self) -> Self:
        return self.select_related("council", "supplier", "proposed_by", "decided_by")

    def for_page(self) -> Self:
        return self.for_rows().select_related("product", "installation", "project")


class ProposedEntry(models.Model):
    """An addition to a council's record, or a change of it, that is not on record yet.

    `data` holds the answers as JSON, of a change only those that are different; `before` what stood in their place when it
    was sent. References are `{"id": public_id, "name": name}`, so that what was sent can still be read when they have gone.
    """

    class Kind(models.TextChoices):
        ADD_SYSTEM = "add-system", "Add a system"
        CHANGE_SYSTEM = "change-system", "Change a system"
        ADD_PROJECT = "add-project", "Add a project"
        CHANGE_PROJECT = "change-project", "Change a project"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    public_id = PublicIdField()
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposed_entries")
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    subject = models.CharField(max_length=140, help_text="The system or project, as it was called.")
    # What it is about: of an addition, what came of it. Empty also when that has gone since.
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposed_entries")
    installation = models.ForeignKey(
        Installation, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposed_entries"
    )
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposed_entries")
    data = models.JSONField()
    before = models.JSONField(default=dict, blank=True)
    supplier = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggested_entries",
        help_text="Who suggests it.",
    )
    note = models.CharField(max_length=500, blank=True, help_text="To whoever decides.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was declined; mailed to who sent it.")

    objects = ProposedEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "proposed entries"
        indexes = [models.Index(fields=["council", "state"], name="stepshare_proposed_waiting")]
        constraints = [
            models.CheckConstraint(
                name="stepshare_proposed_about_one_thing",
                condition=Q(kind__in=["add-system", "change-system"], project=None)
                | Q(kind__in=["add-project", "change-project"], installation=None, product=None),
            ),
            models.CheckConstraint(
                name="stepshare_proposed_supplier_adds_system", condition=Q(supplier=None) | Q(kind="add-system")
            ),
            models.CheckConstraint(
                name="stepshare_proposed_decided_has_day",
                condition=Q(state__in=["accepted", "declined"], decided_at__isnull=False)
                | Q(state__in=["waiting", "withdrawn"], decided_at=None, reason=""),
            ),
            models.CheckConstraint(name="stepshare_proposed_declined_with_reason", condition=~Q(state="declined") | ~Q(reason="")),
            # One person's changes of one thing wait as one; a supplier suggests a council once at a time.
            models.UniqueConstraint(
                fields=["installation", "proposed_by"], condition=Q(state="waiting"), name="stepshare_proposed_once_for_system"
            ),
            models.UniqueConstraint(
                fields=["project", "proposed_by"], condition=Q(state="waiting"), name="stepshare_proposed_once_for_project"
            ),
            models.UniqueConstraint(
                fields=["supplier", "council", "product"], condition=Q(state="waiting"), name="stepshare_suggested_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject} at {self.council}"

    def get_absolute_url(self) -> str:
        return reverse("stepshare:proposal", kwargs={"public_id": self.public_id})

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_addition(self) -> bool:
        return self.kind in (self.Kind.ADD_SYSTEM, self.Kind.ADD_PROJECT)

    @property
    def is_about_project(self) -> bool:
        return self.kind in (self.Kind.ADD_PROJECT, self.Kind.CHANGE_PROJECT)

    @property
    def has_lost_its_thing(self) -> bool:
        """The system or project it is about has gone from the list or the record since."""
        if self.kind == self.Kind.ADD_SYSTEM:
            return self.product_id is None
        if self.kind == self.Kind.CHANGE_SYSTEM:
            return self.installation_id is None
        return self.kind == self.Kind.CHANGE_PROJECT and self.project_id is None

    @property
    def may_be_sent_again(self) -> bool:
        """Changed by who sent it. A supplier's that was declined stays so until it is opened again."""
        return self.state != self.State.ACCEPTED and not (self.supplier_id and self.state == self.State.DECLINED)

    def may_be_reopened(self, now: dt.datetime) -> bool:
        return self.state == self.State.DECLINED and self.decided_at is not None and now - self.decided_at <= REOPEN_WITHIN
