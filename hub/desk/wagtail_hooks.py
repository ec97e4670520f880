"""The desk in Wagtail: the words to decide with, and the way to what waits. Hooks only register."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from hub.desk import access, queries
from hub.desk.models import ReasonTemplate


class ReasonTemplateViewSet(SnippetViewSet):
    model = ReasonTemplate
    menu_label = "Words to decide with"
    icon = "comment"
    list_display = ["name", "for_decision"]
    list_filter = ["for_decision"]
    panels = [FieldPanel("name"), FieldPanel("for_decision"), FieldPanel("text")]


register_snippet(ReasonTemplateViewSet)


class DeskItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.can_decide(request.user)


@hooks.register("register_admin_menu_item")
def desk_in_menu() -> MenuItem:
    return DeskItem("Desk", reverse("desk:queue"), name="desk", icon_name="tick", order=90)


class DeskPanel(Component):
    """On the front page of the admin: what waits."""

    name = "desk"
    order = 10
    template_name = "desk/admin_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"number": queries.number_waiting(parent_context["request"].user)}


@hooks.register("construct_homepage_panels")
def desk_on_the_front_page(request: HttpRequest, panels: list[Component]) -> None:
    if access.can_decide(request.user):
        panels.insert(0, DeskPanel())
