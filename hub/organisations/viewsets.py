"""The councils' mail domains in Wagtail: for administrators, since a domain makes members."""

from __future__ import annotations

from django import forms
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from hub.organisations.models import MailDomain


class MailDomainViewSet(SnippetViewSet):
    model = MailDomain
    icon = "mail"
    menu_label = "Mail domains"
    menu_name = "mail-domains"
    add_to_settings_menu = True
    list_display = ["domain", "organisation"]
    list_filter = {"domain": ["icontains"]}
    ordering = ["domain", "organisation__name"]
    search_backend_name = None
    search_fields = ["domain", "organisation__name"]
    copy_view_enabled = False
    inspect_view_enabled = False
    panels = [
        FieldPanel("domain"),
        FieldPanel("organisation", widget=forms.Select),
    ]
