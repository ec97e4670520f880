"""The directory as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from hub.core.spreadsheets import as_csv
from stepshare.facts import councils_in_words
from stepshare.models import Installation, Product

HEADS = ["System", "Supplier", "What it does", "Summary", "Councils", "Website", "Address"]
# What only members get: which councils, by how each stands with it.
STANDINGS = {
    "Councils that use it": Installation.IN_USE,
    "Councils that consider or procure it": (Installation.Status.CONSIDERING, Installation.Status.PROCURING),
    "Councils that have retired it": (Installation.Status.RETIRED,),
}


def systems_csv(products: Iterable[Product], *, for_member: bool) -> str:
    """Needs `queries.systems_for_export`. No people, for anybody."""
    heads = [*HEADS, *STANDINGS] if for_member else HEADS
    return as_csv(heads, [[*_row(product, for_member), *(_councils(product) if for_member else [])] for product in products])


def _row(product: Product, for_member: bool) -> list[str]:
    return [
        product.name,
        product.supplier.name if product.supplier else "",
        "; ".join(concept.label for concept in product.concepts.all()),
        product.summary,
        councils_in_words(product.council_count, for_member=for_member),
        product.website,
        f"{settings.SITE_URL}{product.get_absolute_url()}",
    ]


def _councils(product: Product) -> list[str]:
    """One cell for each standing; a council that has it twice is named once."""
    facts: list[Installation] = product.known_installations
    return [
        "; ".join(dict.fromkeys(fact.council.name for fact in facts if fact.status in statuses)) for statuses in STANDINGS.values()
    ]
