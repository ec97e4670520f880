"""Saying that one is happy to be asked about a system, and taking it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from stepshare.models import Product, ProductOffer


@transaction.atomic
def offer_to_be_asked(*, product: Product, by: User, now: dt.datetime) -> ProductOffer:
    """Twice is once."""
    offer, _ = ProductOffer.objects.get_or_create(user=by, product=product, defaults={"offered_at": now})
    return offer


@transaction.atomic
def take_offer_back(*, product: Product, by: User, now: dt.datetime) -> None:
    ProductOffer.objects.filter(user=by, product=product).delete()
