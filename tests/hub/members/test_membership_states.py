"""Whatever is done in whatever order, rights follow the rows and the rows keep their promises."""

from __future__ import annotations

import datetime as dt
import os
from unittest import mock

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.accounts.models import User
from hub.members import actions
from hub.members.models import Membership, Office, Role, Suspension
from hub.members.refusals import Refusal
from hub.members.roles import PERMISSIONS, roles_of
from hub.organisations.models import Organisation
from tests.conftest import NOW
from tests.factories.accounts import UserFactory
from tests.factories.members import OfficeFactory
from tests.factories.organisations import CouncilFactory, MailDomainFactory, SupplierFactory

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "5"))

PERSON = st.integers(min_value=0, max_value=2)
PLACE = st.integers(min_value=0, max_value=2)  # a council with a domain, one without, a supplier
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("confirm address", "ask", "pick", "approve", "decline", "appoint", "step down", "leave", "end", "still here"),
                *("suspend", "lift", "wait a year", "ask who is there", "let lapse", "abolish", "follow"),
            ]
        ),
        PERSON,
        PLACE,
    ),
    max_size=14,
)


class Town:
    def __init__(self) -> None:
        self.now = NOW
        self.facilitator = OfficeFactory(role=Role.FACILITATOR).user
        self.places: list[Organisation] = [CouncilFactory(), CouncilFactory(), SupplierFactory()]
        MailDomainFactory(domain="first.example", organisation=self.places[0])
        self.people: list[User] = [UserFactory(email=f"{name}@first.example", joined_at=NOW) for name in ("ann", "bea", "cas")]
        for person in self.people:
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)

    def do(self, deed: str, person: User, place: Organisation) -> None:
        """As the views do it: with objects that may be out of date."""
        self.now += dt.timedelta(minutes=1)
        who = {"by": self.facilitator, "now": self.now}
        on_person = {
            "confirm address": lambda: actions.join_by_address(user=person, email=person.email, now=self.now),
            "ask": lambda: actions.ask_to_join(user=person, organisation=place, now=self.now),
            "pick": lambda: actions.pick_council(user=person, council=place, now=self.now, leaving=True),
            "suspend": lambda: actions.suspend(user=person, reason="R", **who),
            "lift": lambda: actions.lift_suspension(user=person, **who),
            "wait a year": lambda: self.wait(),
            "ask who is there": lambda: actions.ask_who_is_still_there(now=self.now),
            "let lapse": lambda: actions.let_lapse(now=self.now + dt.timedelta(days=31)),
            "abolish": lambda: Organisation.objects.filter(pk=place.pk, kind="council").update(abolished_on=self.now.date()),
            "follow": lambda: actions.follow_the_councils(now=self.now),
        }
        if deed in on_person:
            on_person[deed]()
            return
        membership = Membership.objects.filter(user=person, organisation=place).order_by("started_at", "pk").last()
        if membership is not None:
            {
                "approve": lambda: actions.approve(membership=membership, **who),
                "decline": lambda: actions.decline(membership=membership, reason="R", **who),
                "appoint": lambda: actions.appoint_lead(membership=membership, **who),
                "step down": lambda: actions.step_down(membership=membership, **who),
                "leave": lambda: actions.leave(membership=membership, now=self.now),
                "end": lambda: actions.end_membership(membership=membership, reason="R", **who),
                "still here": lambda: actions.still_here(membership=membership, **who),
            }[deed]()

    def wait(self) -> None:
        self.now += dt.timedelta(days=366)


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_rights_follow_the_rows_whatever_is_done(db, deeds):
    from django.db import transaction

    with transaction.atomic():
        town = Town()
        for deed, person, place in deeds:
            who, before = town.people[person], state()
            who.refresh_from_db()
            try:
                with transaction.atomic(), mock.patch("django.utils.timezone.now", return_value=town.now):
                    town.do(deed, who, town.places[place])
            except (Refusal, PermissionDenied):
                assert state() == before, f"{deed} was refused and wrote all the same"
            check(town)
        transaction.set_rollback(True)


def state() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (Membership, Suspension, User)]


def check(town: Town) -> None:
    now = town.now + dt.timedelta(seconds=30)
    for person in User.objects.filter(pk__in=[person.pk for person in town.people]):
        rows = list(Membership.objects.filter(user=person).select_related("organisation"))
        current = [row for row in rows if row.ended_at is None or row.ended_at > now]
        assert len({row.organisation_id for row in current if row.ended_at is None}) == len(
            [row for row in current if row.ended_at is None]
        )
        expected = set()
        for row in current:
            is_supplier = row.organisation.kind == Organisation.Kind.SUPPLIER
            if row.approved_at is None:
                expected.add(Role.PENDING)
            elif is_supplier:
                expected.add(Role.SUPPLIER)
            else:
                expected.add(Role.LEAD if row.is_lead else Role.MEMBER)
        with mock.patch("django.utils.timezone.now", return_value=now):
            has_rights = person.has_perm("core.read_members_content")
        allowed = {permission for role in expected for permission in PERMISSIONS[role]}
        assert roles_of(person, now) == expected
        assert has_rights == (person.is_active and "core.read_members_content" in allowed)
        is_suspended = Suspension.objects.filter(user=person, ended_at=None).exists()
        assert person.is_active is not is_suspended
        assert not Office.objects.filter(user=person).exists()
    for row in Membership.objects.exclude(ended_at=None):
        assert row.ending
        assert not row.is_lead
        assert row.recheck_asked_at is None
        assert row.approved_at or row.ending in {"withdrawn", "declined", "abolished", "succeeded", "ended"}
