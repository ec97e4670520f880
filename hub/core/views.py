"""The pages that belong to no room: errors, the Markdown preview, robots.txt."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.core.markdown import MAX_LENGTH
from hub.core.markdown import render as render_markdown


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one 404: it may know the address asked for, and nothing about why."""
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without context: whatever broke may break again."""
    return render(None, "500.html", status=500)


@require_safe
def admin_door(request: HttpRequest) -> HttpResponse:
    """One door for the site and the admin. Somebody who is in already and gets here may not go further: say so, or they circle."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("wagtailadmin_home"))


@require_POST
@login_required
def markdown_preview(request: HttpRequest) -> HttpResponse:
    source = request.POST.get("source", "")
    if len(source) > MAX_LENGTH:
        return HttpResponseBadRequest(f"The text is longer than {MAX_LENGTH:,} characters.")
    return HttpResponse(render_markdown(source))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Names no private path: robots.txt is the first thing a curious outsider reads."""
    return HttpResponse(
        f"User-agent: *\nDisallow: /search/\n\nSitemap: {settings.SITE_URL}/sitemap.xml\n", content_type="text/plain"
    )
