"""Who may do what in STEP Share. Loaders answer 404 for what one may not see, 403 for what one sees but may not do."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from hub.core.audience import Viewer
from hub.members.queries import own_council_ids
from hub.organisations.models import Organisation
from hub.organisations.queries import exists_on
from stepshare.models import RECORD_ANY, RECORD_OWN, Installation, Product, Project


def can_record(viewer: Viewer, council: Organisation, on: dt.date) -> bool:
    """A council that has been abolished keeps its record and gets no new one."""
    if not exists_on(council, on):
        return False
    return viewer.has_perm(RECORD_ANY) or (viewer.has_perm(RECORD_OWN) and council.pk in own_council_ids(viewer))


def get_council_to_read(viewer: Viewer, slug: str) -> Organisation:
    councils = Organisation.objects.visible_to(viewer).exclude(kind=Organisation.Kind.SUPPLIER)
    return get_object_or_404(councils.select_related("county", "combined_authority"), slug=slug)


def get_council_to_record(viewer: Viewer, slug: str, on: dt.date) -> Organisation:
    council = get_council_to_read(viewer, slug)
    _check(can_record(viewer, council, on))
    return council


def get_product_to_read(viewer: Viewer, slug: str) -> Product:
    return get_object_or_404(Product.objects.visible_to(viewer).for_cards(), slug=slug)


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


def _check(may: bool) -> None:
    if not may:
        raise PermissionDenied
