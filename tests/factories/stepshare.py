from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from hub.core.audience import Audience
from stepshare.models import (
    FactAudience,
    Installation,
    Product,
    ProductConcept,
    ProductOffer,
    Project,
    ProjectConcept,
    ProposedEntry,
)
from tests.factories.accounts import UserFactory
from tests.factories.organisations import CouncilFactory, SupplierFactory

A_MONTH_AGO = dt.datetime(2026, 4, 5, 10, 0, tzinfo=dt.UTC)


class ProductFactory(DjangoModelFactory[Product]):
    """`concepts=[…]` says what it does."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"System {n}")
    slug = factory.Sequence(lambda n: f"system-{n}")
    supplier = factory.SubFactory(SupplierFactory)
    entered_at = A_MONTH_AGO

    @factory.post_generation
    def concepts(self, create: bool, extracted: object, **kwargs: object) -> None:
        for concept in extracted or ():
            ProductConcept.objects.create(product=self, concept=concept)


class InstallationFactory(DjangoModelFactory[Installation]):
    class Meta:
        model = Installation

    class Params:
        public = factory.Trait(audience=FactAudience.PUBLIC)
        own_council = factory.Trait(audience=FactAudience.COUNCIL)

    council = factory.SubFactory(CouncilFactory)
    product = factory.SubFactory(ProductFactory)
    entered_at = A_MONTH_AGO
    last_confirmed_at = A_MONTH_AGO


class ProjectFactory(DjangoModelFactory[Project]):
    """`concepts=[…]`, `products=[…]` and `partners=[…]` say what it is about and who is in it."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    class Params:
        public = factory.Trait(audience=Audience.PUBLIC)

    title = factory.Sequence(lambda n: f"Project {n}")
    slug = factory.Sequence(lambda n: f"project-{n}")
    council = factory.SubFactory(CouncilFactory)
    summary = "What the project is for."
    entered_at = A_MONTH_AGO
    changed_at = A_MONTH_AGO

    @factory.post_generation
    def concepts(self, create: bool, extracted: object, **kwargs: object) -> None:
        for concept in extracted or ():
            ProjectConcept.objects.create(project=self, concept=concept)

    @factory.post_generation
    def products(self, create: bool, extracted: object, **kwargs: object) -> None:
        self.products.add(*(extracted or ()))

    @factory.post_generation
    def partners(self, create: bool, extracted: object, **kwargs: object) -> None:
        self.partners.add(*(extracted or ()))


class ProductOfferFactory(DjangoModelFactory[ProductOffer]):
    class Meta:
        model = ProductOffer

    user = factory.SubFactory(UserFactory)
    product = factory.SubFactory(ProductFactory)
    offered_at = A_MONTH_AGO


class ProposedEntryFactory(DjangoModelFactory[ProposedEntry]):
    """An installation that waits to go on record; `supplied` makes it a supplier's suggestion of its own product."""

    class Meta:
        model = ProposedEntry

    class Params:
        supplied = factory.Trait(supplier=factory.SelfAttribute("product.supplier"))
        declined = factory.Trait(state="declined", reason="It is another version.", decided_at=A_MONTH_AGO)

    council = factory.SubFactory(CouncilFactory)
    kind = ProposedEntry.Kind.ADD_SYSTEM
    product = factory.SubFactory(ProductFactory)
    subject = factory.SelfAttribute("product.name")
    data = factory.Sequence(lambda n: {"status": "live", "version": f"{n}", "audience": "members"})
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = A_MONTH_AGO
