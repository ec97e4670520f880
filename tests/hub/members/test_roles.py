from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.utils import timezone

from hub.core.audience import Audience, audiences_for
from hub.members import actions
from hub.members.models import Role
from tests.factories.accounts import UserFactory
from tests.factories.members import OfficeFactory


def fresh(user):
    """The user as the next request loads it."""
    return get_user_model().objects.get(pk=user.pk)


def test_a_visitor_reads_the_public_audience_only(visitor):
    assert audiences_for(visitor) == [Audience.PUBLIC]


def test_a_member_reads_both_audiences(member):
    assert audiences_for(member) == [Audience.PUBLIC, Audience.MEMBERS]


def test_pending_members_and_suppliers_read_the_public_audience_only(pending, supplier_person):
    assert audiences_for(pending) == audiences_for(supplier_person) == [Audience.PUBLIC]


def test_rights_end_at_the_next_request_after_leaving(member):
    assert fresh(member).has_perm("core.read_members_content")

    actions.leave(membership=member.memberships.get(), now=timezone.now())

    assert not fresh(member).has_perm("core.read_members_content")


def test_an_office_that_has_ended_gives_nothing(db):
    office = OfficeFactory(role=Role.FACILITATOR, ended_at=timezone.now() - dt.timedelta(seconds=1))

    assert not fresh(office.user).has_perm("bulletin.send")


def test_a_suspended_person_has_no_rights(member):
    member.is_active = False
    member.save()

    assert not fresh(member).has_perm("core.read_members_content")


def test_roles_add_up(lead):
    actions.grant_office(user=lead, role=Role.EDITOR, by=None, now=timezone.now())

    user = fresh(lead)
    assert user.has_perm("wagtailadmin.access_admin")
    assert user.has_perm("stepshare.record_own_council")


def test_there_are_no_superusers(db):
    with pytest.raises(IntegrityError):
        UserFactory(is_superuser=True)
