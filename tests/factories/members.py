from __future__ import annotations

import datetime as dt

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from hub.mail.recipients import address_hash
from hub.members.consent import CURRENT
from hub.members.models import Complaint, Consent, Membership, Office, Profile, ProfileConcept, Role, SupplierClaim, Suspension
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


class ProfileFactory(DjangoModelFactory[Profile]):
    """`offers=[…]` and `interests=[…]` are terms."""

    class Meta:
        model = Profile
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    changed_at = LONG_AGO

    @factory.post_generation
    def offers(self, create: bool, extracted: object, **kwargs: object) -> None:
        for concept in extracted or ():
            ProfileConcept.objects.create(profile=self, concept=concept, kind=ProfileConcept.Kind.OFFER)

    @factory.post_generation
    def interests(self, create: bool, extracted: object, **kwargs: object) -> None:
        for concept in extracted or ():
            ProfileConcept.objects.create(profile=self, concept=concept, kind=ProfileConcept.Kind.INTEREST)


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    user = factory.SubFactory(UserFactory)
    address_hash = factory.LazyAttribute(lambda consent: address_hash(consent.user.email))
    purpose = Consent.Purpose.RULES
    wording_version = CURRENT.version
    wording_hash = CURRENT.digest
    source = "sign-up form"
    given_at = LONG_AGO


class ComplaintFactory(DjangoModelFactory[Complaint]):
    """Open; `answered=True` has had its answer."""

    class Meta:
        model = Complaint

    class Params:
        answered = factory.Trait(answer="We put it right.", answered_at=LONG_AGO + dt.timedelta(days=2))

    name = "Jo Bell"
    address = factory.Sequence(lambda n: f"complainant{n}@nowhere.example")
    about = Complaint.About.WRONG
    text = "My job title is wrong."
    received_at = LONG_AGO


class SupplierClaimFactory(DjangoModelFactory[SupplierClaim]):
    class Meta:
        model = SupplierClaim

    user = factory.SubFactory(UserFactory)
    supplier_name = "Newcomer Systems"
    reason = "I am on our site."
    asked_at = LONG_AGO


class SuspensionFactory(DjangoModelFactory[Suspension]):
    """The record alone; `actions.suspend` also keeps the person out."""

    class Meta:
        model = Suspension

    user = factory.SubFactory(UserFactory, is_active=False)
    reason = "Posted advertisements."
    started_at = LONG_AGO


class EmailAddressFactory(DjangoModelFactory[EmailAddress]):
    """A confirmed one."""

    class Meta:
        model = EmailAddress

    user = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(lambda address: address.user.email)
    verified = True
