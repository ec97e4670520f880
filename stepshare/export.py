"""The directory as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.conf import settings

from stepshare.facts import councils_in_words
from stepshare.models import Product

# A cell that begins so is a formula to a spreadsheet, whoever wrote it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(value: str) -> str:
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value


def systems_csv(products: Iterable[Product], *, for_member: bool) -> str:
    """Needs `queries.systems_for_list`. Begins with a mark that makes spreadsheets read UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["System", "Supplier", "What it does", "Summary", "Councils", "Website", "Address"])
    for product in products:
        row = [
            product.name,
            product.supplier.name if product.supplier else "",
            "; ".join(concept.label for concept in product.concepts.all()),
            product.summary,
            councils_in_words(product.council_count, for_member=for_member),
            product.website,
            f"{settings.SITE_URL}{product.get_absolute_url()}",
        ]
        writer.writerow([inert(cell) for cell in row])
    return "\ufeff" + text.getvalue()
