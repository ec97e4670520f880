"""The base of every page: one queryset verb for who may see it, one summary for cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from hub.core.audience import Viewer, reads_members_content

if TYPE_CHECKING:
    from django.http import HttpRequest

# First segments of our own addresses (hub/urls.py): a page there would never be reached.
RESERVED_SLUGS = frozenset(
    {"-", "a-z", "account", "admin", "api", "bulletin", "demo", "desk", "documents", "events.ics", "id", "images", "mail"}
    | {"media", "members", "question-time", "report", "robots.txt", "search", "share", "sitemap.xml", "static"}
)


class BasePageQuerySet(PageQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Published, and not behind a restriction unless the viewer is a member: any restriction means members."""
        live = self.live()
        return live if reads_members_content(viewer) else live.public()


def pages_visible_to(viewer: Viewer) -> BasePageQuerySet:
    """Pages of every kind; Wagtail's own Page has no verb of ours."""
    return BasePageQuerySet(Page).visible_to(viewer)


BasePageManager = PageManager.from_queryset(BasePageQuerySet)


class BasePage(Page):
    """`summary` is the sentence under the title on cards, in search results and in the bulletin."""

    summary = models.CharField(max_length=300, help_text="One or two sentences: what a reader will find here.")

    objects = BasePageManager()

    private_page_options = ["login"]
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
    content_panels = [*Page.content_panels, FieldPanel("summary")]
    search_fields = [*Page.search_fields, index.SearchField("summary", boost=1.5)]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        parent = self.get_parent() if self.path else None
        top_level = parent is not None and parent.is_root() is False and parent.depth == 2
        if top_level and self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is an address of the hub itself. Choose another slug."})

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        ancestors = self.get_ancestors().filter(depth__gt=2).specific(defer=True)
        context["crumbs"] = [("Home", "/"), *((a.title, a.get_url(request)) for a in ancestors), (self.title, "")]
        return context
