from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from hub.organisations.models import MailDomain, Organisation


class CouncilFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.COUNCIL
    tier = Organisation.Tier.DISTRICT
    nation = Organisation.Nation.ENGLAND
    name = factory.Sequence(lambda n: f"Borough {n} Council")
    short_name = factory.Sequence(lambda n: f"Borough {n}")
    slug = factory.Sequence(lambda n: f"borough-{n}")


class SupplierFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.SUPPLIER
    name = factory.Sequence(lambda n: f"Supplier {n}")
    short_name = factory.Sequence(lambda n: f"Supplier {n}")
    slug = factory.Sequence(lambda n: f"supplier-{n}")


class MailDomainFactory(DjangoModelFactory[MailDomain]):
    class Meta:
        model = MailDomain

    organisation = factory.SubFactory(CouncilFactory)
    domain = factory.Sequence(lambda n: f"borough-{n}.example")
