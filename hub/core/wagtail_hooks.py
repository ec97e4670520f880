"""Who meets a 404: hooks only register."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.models import Page

from hub.core.audience import reads_members_content


@hooks.register("before_serve_page", order=-100)
def answer_hidden_like_missing(page: Page, request: HttpRequest, serve_args: object, serve_kwargs: object) -> None:
    """Runs before Wagtail's own check, which would redirect and so admit that the page exists."""
    if page.get_view_restrictions() and not reads_members_content(request.user):
        raise Http404
