"""Puts the A-Z into Wagtail's menu: hooks only register."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from taxonomy import access, rich_text
from taxonomy.models import Concept, ConceptScheme
from taxonomy.policies import ConceptPermissionPolicy, SchemePermissionPolicy
from taxonomy.views import importing, quality, reports
from taxonomy.viewsets import AToZViewSetGroup

register_permission_policy(Concept, ConceptPermissionPolicy(Concept))
register_permission_policy(ConceptScheme, SchemePermissionPolicy(ConceptScheme))
register_snippet(AToZViewSetGroup)


@hooks.register("register_rich_text_features")
def link_terms_in_text(features: FeatureRegistry) -> None:
    rich_text.register(features, chooser=Concept.snippet_viewset.chooser_viewset.get_url_name("choose"))


@hooks.register("register_admin_urls")
def report_addresses() -> list[URLPattern]:
    return [
        path("reports/a-z/", reports.lookups, name="taxonomy_lookups"),
        path("reports/a-z/<slug:part>.csv", reports.lookups_export, name="taxonomy_lookups_export"),
    ]


class _LookupsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.can_change(request.user)


@hooks.register("register_reports_menu_item")
def report_in_menu() -> MenuItem:
    return _LookupsMenuItem("A to Z look-ups", reverse("taxonomy_lookups"), name="a-z-lookups", icon_name="search", order=1200)


class EditorsItem(MenuItem):
    """For those who may change terms."""

    def is_shown(self, request: HttpRequest) -> bool:
        return access.can_change(request.user)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("a-z/import/", importing.begin, name="taxonomy_imports"),
        path("a-z/import/<slug:public_id>/", importing.look, name="taxonomy_import"),
        path("a-z/import/<slug:public_id>/confirm/", importing.confirm, name="taxonomy_import_confirm"),
        path("a-z/import/<slug:public_id>/discard/", importing.discard, name="taxonomy_import_discard"),
        path("a-z/quality/", quality.report, name="taxonomy_quality"),
        path("a-z/quality/again/", quality.check_again, name="taxonomy_quality_again"),
    ]


@hooks.register("register_admin_menu_item")
def import_terms() -> MenuItem:
    return EditorsItem("Import terms", reverse("taxonomy_imports"), icon_name="upload", order=251)


@hooks.register("register_reports_menu_item")
def look_at_quality() -> MenuItem:
    return EditorsItem("Quality of the A to Z", reverse("taxonomy_quality"), icon_name="check", order=900)
