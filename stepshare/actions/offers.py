"""What a person says of a system for themselves: that they are happy to be asked about it, and that they follow it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hub.accounts.models import User
from hub.notifications import actions as notifications
from stepshare.models import Product, ProductFollow, ProductOffer


@transaction.atomic
def offer_to_be_asked(*, product: Product, by: User, now: dt.datetime) -> ProductOffer:
    """Twice is once."""
    offer, _ = ProductOffer.objects.get_or_create(user=by, product=product, defaults={"offered_at": now})
    return offer


@transaction.atomic
def take_offer_back(*, product: Product, by: User, now: dt.datetime) -> None:
    ProductOffer.objects.filter(user=by, product=product).delete()


def follow_system(*, product: Product, by: User, now: dt.datetime) -> None:
    notifications.follow(model=ProductFollow, product=product, by=by, now=now)


def unfollow_system(*, product: Product, by: User) -> None:
    notifications.unfollow(model=ProductFollow, product=product, by=by)
