"""What happens to every request: whose address it has, which headers its answer gets, and where an old address leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from hub.core.client_address import client_address
from hub.core.models import pages_visible_to

ADMIN = "/admin/"
# What Clear-Site-Data names; "cookies" would take the word of thanks with it, "storage" the choice of colours.
KEPT_PAGES = '"cache"'


class ClientAddressMiddleware:
    """REMOTE_ADDR is the visitor's from here on, whoever asks for it (`hub.core.client_address`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["REMOTE_ADDR"] = client_address(request)
        return self.get_response(request)


class SafetyHeadersMiddleware(CSPMiddleware):
    """The content security policy, the admin's own where it is the admin, and what else every answer carries.

    Django's own middlewares set most of these, but not on what never reaches them: a request for an unknown host, a static file.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        for name, value in settings.SAFETY_HEADERS.items():
            answer.headers.setdefault(name, value)
        if getattr(request, "has_signed_out", False):
            answer["Clear-Site-Data"] = KEPT_PAGES
        if "Cache-Control" not in answer and _is_somebodys_own(request, answer):
            answer["Cache-Control"] = "private, no-cache"
        return answer

    def get_policy_parts(self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request=request, response=response, report_only=report_only)
        if not report_only and request.path_info.startswith(ADMIN):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


@receiver(user_logged_out)
def note_signing_out(sender: object, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.has_signed_out = True  # type: ignore[attr-defined]


def _is_somebodys_own(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whoever has a session may get a page of their own. Asking the session itself would cost a query on every answer."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies


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
