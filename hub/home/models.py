"""The front page and the plain pages of information."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from hub.core.blocks import BodyBlock
from hub.core.models import BasePage


class HomePage(BasePage):
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        from hub.home.queries import front_page  # the queries read pages of every room

        return {**super().get_context(request, *args, **kwargs), **front_page(request.user, timezone.localdate())}


class InformationPage(BasePage):
    parent_page_types = ["home.HomePage", "home.InformationPage"]
    subpage_types = ["home.InformationPage"]
    template = "home/information_page.html"

    body = StreamField(BodyBlock())

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
