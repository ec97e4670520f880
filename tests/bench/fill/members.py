from __future__ import annotations

import datetime as dt

from hub.accounts.models import User
from hub.members.models import Profile, ProfileConcept
from stepshare.models import Product, ProductOffer
from taxonomy.models import Concept
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    """Every member tells something of themselves: two terms and one system to be asked about, and one of interest."""
    chance = words.chance
    people = list(User.objects.order_by("pk"))
    concepts, products = list(Concept.objects.order_by("pk")), list(Product.objects.order_by("pk"))
    profiles = Profile.objects.bulk_create(
        [Profile(user=user, about=words.some(20)[:400], changed_at=now) for user in people], batch_size=1000
    )
    kinds = [ProfileConcept.Kind.OFFER, ProfileConcept.Kind.OFFER, ProfileConcept.Kind.INTEREST]
    ProfileConcept.objects.bulk_create(
        [
            ProfileConcept(profile=profile, concept=concept, kind=kind)
            for profile in profiles
            for kind, concept in zip(kinds, chance.sample(concepts, 3), strict=True)
        ],
        batch_size=1000,
    )
    ProductOffer.objects.bulk_create(
        [ProductOffer(user=user, product=chance.choice(products), offered_at=now) for user in people], batch_size=1000
    )
