"""Who may do what in STEP Share. Loaders answer 404 for what one may not see, 403 for what one sees but may not do."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone

from hub.core.audience import Viewer, reads_members_content
from hub.members.queries import has_lead, led_council_ids, own_council_ids, own_supplier_ids
from hub.organisations.models import Organisation
from hub.organisations.queries import exists_on
from stepshare.models import RECORD_ANY, RECORD_OWN, SUGGEST_OWN_PRODUCT, Installation, Product, Project, ProposedEntry


def can_record(viewer: Viewer, council: Organisation, on: dt.date) -> bool:
    """A council that has been abolished keeps its record and gets no new one."""
    if not exists_on(council, on):
        return False
    return viewer.has_perm(RECORD_ANY) or (viewer.has_perm(RECORD_OWN) and council.pk in own_council_ids(viewer))


def goes_on_record_at_once(viewer: Viewer, council: Organisation, now: dt.datetime) -> bool:
    """What this person enters, who may record here: of a member it waits where somebody leads the council."""
    return viewer.has_perm(RECORD_ANY) or council.pk in led_council_ids(viewer) or not has_lead(council, now)


def can_decide(viewer: Viewer, entry: ProposedEntry, now: dt.datetime) -> bool:
    """The council's leads and facilitators; a member about their own, once the council has no lead any more."""
    if viewer.has_perm(RECORD_ANY) or entry.council_id in led_council_ids(viewer):
        return True
    is_theirs = entry.supplier_id is None and entry.proposed_by_id == viewer.pk
    return is_theirs and can_record(viewer, entry.council, timezone.localdate(now)) and not has_lead(entry.council, now)


def decides_somewhere(viewer: Viewer) -> bool:
    return viewer.has_perm(RECORD_ANY) or bool(led_council_ids(viewer))


def can_change_proposal(viewer: Viewer, entry: ProposedEntry) -> bool:
    """Who sent it; of a supplier, their colleagues too."""
    return entry.supplier_id in own_supplier_ids(viewer) if entry.supplier_id else entry.proposed_by_id == viewer.pk


def can_suggest(viewer: Viewer, product: Product) -> bool:
    return viewer.has_perm(SUGGEST_OWN_PRODUCT) and product.supplier_id in own_supplier_ids(viewer)


def get_council_to_read(viewer: Viewer, slug: str) -> Organisation:
    councils = Organisation.objects.visible_to(viewer).exclude(kind=Organisation.Kind.SUPPLIER)
    return get_object_or_404(councils.select_related("county", "combined_authority"), slug=slug)


def get_council_to_record(viewer: Viewer, slug: str, on: dt.date) -> Organisation:
    council = get_council_to_read(viewer, slug)
    _check(can_record(viewer, council, on))
    return council


def get_product_to_read(viewer: Viewer, slug: str) -> Product:
    return get_object_or_404(Product.objects.visible_to(viewer).for_cards(), slug=slug)


def get_product_to_offer(viewer: Viewer, slug: str) -> Product:
    """To say that one may be asked about it, which is told to members by members."""
    product = get_product_to_read(viewer, slug)
    _check(reads_members_content(viewer))
    return product


def get_product_to_suggest(viewer: Viewer, slug: str) -> Product:
    product = get_product_to_read(viewer, slug)
    _check(can_suggest(viewer, product))
    return product


def get_installation_to_change(viewer: Viewer, public_id: str, on: dt.date) -> Installation:
    installation = get_object_or_404(Installation.objects.visible_to(viewer).for_facts(), public_id=public_id)
    _check(can_record(viewer, installation.council, on))
    return installation


def get_project_to_read(viewer: Viewer, public_id: str) -> Project:
    return get_object_or_404(Project.objects.visible_to(viewer).for_page(), public_id=public_id)


def get_project_to_change(viewer: Viewer, public_id: str, on: dt.date) -> Project:
    project = get_project_to_read(viewer, public_id)
    _check(can_record(viewer, project.council, on))
    return project


def get_proposal_to_read(viewer: Viewer, public_id: str) -> ProposedEntry:
    return get_object_or_404(ProposedEntry.objects.visible_to(viewer).for_page(), public_id=public_id)


def get_proposal_to_change(viewer: Viewer, public_id: str) -> ProposedEntry:
    entry = get_proposal_to_read(viewer, public_id)
    _check(can_change_proposal(viewer, entry))
    return entry


def get_proposal_to_decide(viewer: Viewer, public_id: str, now: dt.datetime) -> ProposedEntry:
    entry = get_proposal_to_read(viewer, public_id)
    _check(can_decide(viewer, entry, now))
    return entry


def _check(may: bool) -> None:
    if not may:
        raise PermissionDenied
