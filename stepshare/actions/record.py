"""What goes on a council's record at once. Whoever records or changes a fact confirms it by doing so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from hub.accounts.models import User
from hub.core.markdown import render
from hub.members.queries import own_council_ids
from hub.organisations.actions import record_supplier
from hub.organisations.models import Organisation
from stepshare.models import Installation, Product, ProductConcept, Project, ProjectConcept, ProposedEntry
from stepshare.telling import tell_of_installation
from taxonomy.models import Concept

INSTALLATION_FIELDS = frozenset(
    {
        "version",
        "status",
        "hosting",
        "users",
        "used_for",
        "local_name",
        "went_live_on",
        "planned_exit_on",
        "legacy_area",
        "audience",
    }
)
PROJECT_FIELDS = frozenset({"title", "summary", "body", "phase", "seeking", "started_on", "ended_on", "lesson", "audience"})


# --- Systems -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_product(
    *,
    name: str,
    supplier: Organisation | None,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    summary: str = "",
    website: str = "",
    concepts: Iterable[Concept] = (),
) -> Product:
    """A product of that name and supplier that is on record already is the same one, whatever its capitals."""
    known = Product.objects.filter(name__iexact=name, supplier=supplier).order_by("public_id").first()
    if known:
        return known
    product = Product.objects.create(
        name=name,
        slug=slug or _free_slug(name),
        supplier=supplier,
        summary=summary,
        website=website,
        entered_by=by,
        entered_at=now,
    )
    ProductConcept.objects.bulk_create(ProductConcept(product=product, concept=concept) for concept in concepts)
    return product


@transaction.atomic
def record_supplied_product(*, name: str, supplier_name: str, by: User, now: dt.datetime, **fields: Any) -> Product:
    """As `record_product`, for a supplier known by name; one that is missing is recorded too."""
    supplier = record_supplier(name=supplier_name, by=by, now=now) if supplier_name else None
    return record_product(name=name, supplier=supplier, by=by, now=now, **fields)


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:110] or "system"
    slug, number = wanted, 1
    while Product.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def record_installation(
    *,
    council: Organisation,
    product: Product,
    fields: Mapping[str, Any],
    by: User,
    now: dt.datetime,
    proposal: ProposedEntry | None = None,
) -> Installation:
    """Of an accepted `proposal`, whoever sent it has entered it, and whoever accepted it confirms it."""
    installation = Installation(council=council, product=product, entered_by=by, entered_at=now, source=_source(council, by))
    if proposal:
        installation.entered_by = proposal.proposed_by
        installation.source = Installation.Source.SUPPLIER_UNCONFIRMED if proposal.supplier_id else Installation.Source.MEMBER
    _fill(installation, fields, INSTALLATION_FIELDS)
    _confirm(installation, by, now)
    tell_of_installation(installation, by=by, now=now)
    return installation


@transaction.atomic
def change_installation(*, installation: Installation, fields: Mapping[str, Any], by: User, now: dt.datetime) -> None:
    _fill(installation, fields, INSTALLATION_FIELDS)
    _confirm(installation, by, now)


@transaction.atomic
def confirm_installation(*, installation: Installation, by: User, now: dt.datetime) -> None:
    """It is still so."""
    _confirm(installation, by, now)


@transaction.atomic
def retire_installation(*, installation: Installation, by: User, now: dt.datetime) -> None:
    """The council uses it no longer; the row stays, so that others learn it once did."""
    installation.status = Installation.Status.RETIRED
    _confirm(installation, by, now)


def _source(council: Organisation, by: User) -> Installation.Source:
    return Installation.Source.MEMBER if council.pk in own_council_ids(by) else Installation.Source.FACILITATOR


def _confirm(installation: Installation, by: User, now: dt.datetime) -> None:
    if installation.source == Installation.Source.SUPPLIER_UNCONFIRMED and installation.council_id in own_council_ids(by):
        installation.source = Installation.Source.SUPPLIER
    installation.last_confirmed_by, installation.last_confirmed_at = by, now
    installation.save()


# --- Projects ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_project(
    *,
    council: Organisation,
    fields: Mapping[str, Any],
    by: User,
    now: dt.datetime,
    partners: Iterable[Organisation] = (),
    products: Iterable[Product] = (),
    concepts: Iterable[Concept] = (),
    proposal: ProposedEntry | None = None,
) -> Project:
    """Of an accepted `proposal`, whoever sent it has entered it."""
    project = Project(council=council, entered_by=by, entered_at=now, source=_source(council, by))
    if proposal:
        project.entered_by, project.source = proposal.proposed_by, Installation.Source.MEMBER
    _save_project(project, fields, now)
    _connect(project, partners, products, concepts)
    return project


@transaction.atomic
def change_project(
    *,
    project: Project,
    fields: Mapping[str, Any],
    by: User,
    now: dt.datetime,
    partners: Iterable[Organisation],
    products: Iterable[Product],
    concepts: Iterable[Concept],
) -> None:
    _connect(project, partners, products, concepts)
    _save_project(project, fields, now)


def _save_project(project: Project, fields: Mapping[str, Any], now: dt.datetime) -> None:
    _fill(project, fields, PROJECT_FIELDS)
    project.slug = slugify(project.title)[:110] or "project"
    project.body_html = render(project.body) if project.body else ""
    project.changed_at = now
    project.save()


def _connect(project: Project, partners: Iterable[Organisation], products: Iterable[Product], concepts: Iterable[Concept]) -> None:
    project.partners.set([partner for partner in partners if partner != project.council])
    project.products.set(products)
    project.concept_tags.all().delete()
    ProjectConcept.objects.bulk_create(ProjectConcept(project=project, concept=concept) for concept in concepts)


def _fill(row: Installation | Project, fields: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = set(fields) - known
    if unknown:
        raise ValueError(f"No such fields to record: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(row, name, value)
