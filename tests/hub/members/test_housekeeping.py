from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions, duties
from tests.factories.accounts import UserFactory
from tests.factories.members import EmailAddressFactory, MembershipFactory

pytestmark = pytest.mark.django_db
MONTH = dt.timedelta(days=30)
JOINING = {"password1": "eleven new systems", "first_name": "Ada", "last_name": "Owner"}


def unconfirmed(now: dt.datetime, age: dt.timedelta = MONTH, **fields: object) -> User:
    return EmailAddressFactory(user__joined_at=now - age, verified=False, primary=True, **fields).user


def test_an_account_that_nobody_confirmed_goes_after_a_month(now):
    old, young = unconfirmed(now), unconfirmed(now, MONTH - dt.timedelta(minutes=1))
    address = old.email

    assert actions.forget_unconfirmed_accounts(now=now) == 1

    assert list(EmailAddress.objects.values_list("user", flat=True)) == [young.pk]
    assert not User.objects.filter(email=address).exists()
    assert actions.forget_unconfirmed_accounts(now=now) == 0


def test_whoever_has_confirmed_come_in_or_belongs_somewhere_stays(now):
    EmailAddressFactory(user__joined_at=now - MONTH)
    unconfirmed(now, user__last_login=now)
    MembershipFactory(user=unconfirmed(now))
    UserFactory(joined_at=now - MONTH)

    assert actions.forget_unconfirmed_accounts(now=now) == 0


def test_an_address_added_by_somebody_else_does_not_keep_its_owner_out(client, member, django_capture_on_commit_callbacks):
    EmailAddressFactory(user=member, primary=True)
    EmailAddressFactory(user=member, email="ada@council.example", verified=False)

    client.post("/account/signup/", {"email": "Ada@council.example", **JOINING})

    assert User.objects.filter(email="ada@council.example").exists()
    assert [address.email for address in member.emailaddress_set.all()] == [member.email]


def test_an_address_that_somebody_has_confirmed_stays_theirs(client, member):
    EmailAddressFactory(user=member, primary=True)
    EmailAddressFactory(user=member, email="ada@council.example", primary=False)

    client.post("/account/signup/", {"email": "ada@council.example", **JOINING})

    assert not User.objects.filter(email="ada@council.example").exists()
    assert member.emailaddress_set.count() == 2


def test_sessions_that_are_over_go(now):
    for key, hours in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + dt.timedelta(hours=hours))

    duties.keep_house()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
