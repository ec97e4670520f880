"""What STEP Share adds to the members' directory: the systems that somebody is happy to be asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q

from hub.core.audience import Viewer
from hub.members import signals
from stepshare import queries
from stepshare.models import Product, ProductOffer


def listen() -> None:
    signals.offers_asked.connect(_tell_offers, dispatch_uid="stepshare offers")
    signals.filters_asked.connect(_add_filter, dispatch_uid="stepshare offers")


def _tell_offers(people: Sequence[int], viewer: Viewer, **kwargs: Any) -> dict[int, list[signals.Offer]]:
    told: dict[int, list[signals.Offer]] = defaultdict(list)
    for row in queries.offers_of(viewer, people):
        told[row.user_id].append(signals.Offer(row.product.name, row.product.get_absolute_url()))
    return told


def _add_filter(viewer: Viewer, **kwargs: Any) -> signals.DirectoryFilter:
    field = forms.ModelChoiceField(
        label="System",
        queryset=queries.systems_offered(viewer),
        to_field_name="slug",
        required=False,
        empty_label="Any",
    )
    return signals.DirectoryFilter("system", field, _offers)


def _offers(product: Product) -> Q:
    return Q(Exists(ProductOffer.objects.filter(product=product, user=OuterRef("pk"))))
