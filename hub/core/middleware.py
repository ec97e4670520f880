"""Old addresses lead on to new ones, but only for those who may read what is there."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from hub.core.models import pages_visible_to


class VisibleRedirectMiddleware(RedirectMiddleware):
    """Wagtail's own would name a hidden page's new address to anybody who knows the old one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        if answer is response:
            return response
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        redirect = get_redirect(request, path) or get_redirect(request, urlsplit(path).path)
        page = redirect.redirect_page if redirect else None
        return answer if page is None or pages_visible_to(request.user).filter(pk=page.pk).exists() else response
