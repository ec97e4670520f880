from __future__ import annotations

import datetime as dt

from hub.accounts.models import User
from hub.members.models import Membership
from hub.organisations.models import Organisation
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    """Councils, one supplier for every twenty, and members without passwords."""
    tiers = [tier for tier in Organisation.Tier if tier != Organisation.Tier.STRATEGIC]
    Organisation.objects.bulk_create(
        Organisation(
            slug=f"council-{n}",
            name=f"Council {n} Borough",
            short_name=f"Council {n}",
            kind=Organisation.Kind.COUNCIL,
            tier=words.chance.choice(tiers),
            nation=Organisation.Nation.ENGLAND,
        )
        for n in range(size.councils)
    )
    Organisation.objects.bulk_create(
        Organisation(slug=f"supplier-{n}", name=f"Supplier {n}", short_name=f"Supplier {n}", kind=Organisation.Kind.SUPPLIER)
        for n in range(max(3, size.councils // 20))
    )
    users = User.objects.bulk_create(
        [
            User(email=f"member{n}@council.example", first_name=f"First{n}", last_name=f"Last{n}", password="!")
            for n in range(size.members)
        ],
        batch_size=1000,
    )
    councils = list(Organisation.objects.councils().order_by("pk"))
    joined = now - dt.timedelta(days=400)
    Membership.objects.bulk_create(
        [
            Membership(
                user=user, organisation=words.chance.choice(councils), started_at=joined, approved_at=joined, job_role="Analyst"
            )
            for user in users
        ],
        batch_size=1000,
    )
