from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from hub.members.models import Membership, Office, Role
from tests.factories.accounts import UserFactory
from tests.factories.organisations import CouncilFactory

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    class Params:
        pending = factory.Trait(approved_at=None)

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(CouncilFactory)
    started_at = LONG_AGO
    approved_at = LONG_AGO


class OfficeFactory(DjangoModelFactory[Office]):
    class Meta:
        model = Office

    user = factory.SubFactory(UserFactory)
    role = Role.EDITOR
    started_at = LONG_AGO
