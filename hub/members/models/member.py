"""Who is a member to the other members."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from hub.accounts.models import User
from hub.core.audience import Viewer, reads_members_content
from hub.members.models.dated import Role
from hub.members.models.membership import Membership, MembershipQuerySet
from hub.members.models.office import Office
from hub.members.models.profile import ProfileConcept
from hub.organisations.models import Organisation


def _of_councils(now: dt.datetime) -> MembershipQuerySet:
    """Memberships that make somebody a member: current, approved, and of no supplier."""
    return Membership.objects.approved().current(now).exclude(organisation__kind=Organisation.Kind.SUPPLIER)


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """To members, the members of today; to somebody else with an account, themselves alone."""
        if reads_members_content(viewer):
            return self.of_today(timezone.now())
        return self.filter(pk=viewer.pk, is_active=True)

    def of_today(self, now: dt.datetime) -> Self:
        """Whoever has left, was never confirmed or is suspended is not among them."""
        works_here = Exists(_of_councils(now).filter(user=OuterRef("pk")))
        holds_office = Exists(Office.objects.current(now).filter(user=OuterRef("pk")))
        return self.filter(Q(works_here) | Q(holds_office), is_active=True)

    def at(self, now: dt.datetime, **organisation: object) -> Self:
        """Of councils that have these fields: `at(now, slug="ambleford")`."""
        fields = {f"organisation__{name}": value for name, value in organisation.items()}
        return self.filter(Exists(_of_councils(now).filter(user=OuterRef("pk"), **fields)))

    def for_cards(self, now: dt.datetime) -> Self:
        """Everything `hub.members.directory.Person` reads."""
        return self.select_related("profile").prefetch_related(
            Prefetch(
                "memberships",
                _of_councils(now).select_related("organisation").order_by("started_at", "public_id"),
                to_attr="memberships_of_councils",
            ),
            Prefetch("offices", Office.objects.current(now).order_by("started_at", "role"), to_attr="current_offices"),
            Prefetch("profile__concept_tags", ProfileConcept.objects.for_tags()),
        )


class Member(User):
    """A user as other members meet them; the rows are the users'."""

    # Filled by `for_cards()`.
    memberships_of_councils: list[Membership]
    current_offices: list[Office]

    objects = MemberQuerySet.as_manager()  # type: ignore[assignment,misc]  # a proxy asks questions of its own

    class Meta:
        proxy = True

    def get_absolute_url(self) -> str:
        return reverse("members:person", kwargs={"public_id": self.public_id})

    @property
    def membership(self) -> Membership | None:
        """The one they speak through: the oldest. Needs `for_cards()`."""
        return next(iter(self.memberships_of_councils), None)

    @property
    def roles_shown(self) -> list[str]:
        """What they do for the others, in words. Needs `for_cards()`."""
        leads = any(membership.is_lead for membership in self.memberships_of_councils)
        return [*([Role.LEAD.label] if leads else []), *(office.get_role_display() for office in self.current_offices)]
