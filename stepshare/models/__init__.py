"""Councils' records: products, who uses them, projects; and what waits for a council's lead."""

from stepshare.models.directory import (
    READ_ANY_COUNCIL,
    RECORD_ANY,
    RECORD_OWN,
    FactAudience,
    Installation,
    InstallationQuerySet,
    Product,
    ProductConcept,
    ProductQuerySet,
    Project,
    ProjectConcept,
    ProjectQuerySet,
    a_year_before,
)
from stepshare.models.follows import ProductFollow
from stepshare.models.offers import ProductOffer
from stepshare.models.proposals import SUGGEST_OWN_PRODUCT, ProposedEntry, ProposedEntryQuerySet

__all__ = [
    "READ_ANY_COUNCIL",
    "RECORD_ANY",
    "RECORD_OWN",
    "SUGGEST_OWN_PRODUCT",
    "FactAudience",
    "Installation",
    "InstallationQuerySet",
    "Product",
    "ProductConcept",
    "ProductFollow",
    "ProductOffer",
    "ProductQuerySet",
    "Project",
    "ProjectConcept",
    "ProjectQuerySet",
    "ProposedEntry",
    "ProposedEntryQuerySet",
    "a_year_before",
]
