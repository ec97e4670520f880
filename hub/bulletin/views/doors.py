"""Who gets to the compose pages, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from hub.bulletin import access, queries
from hub.bulletin.models import BulletinIssue

View = Callable[..., HttpResponseBase]


def for_editors(view: View) -> View:
    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        access.check_may_compose(request.user)
        return view(request, *args, **kwargs)

    return never_cache(check)


def for_senders(view: View) -> View:
    """Of one issue: an editor is told who can."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if access.can_send(request.user):
            return view(request, *args, **kwargs)
        if public_id := kwargs.get("public_id"):
            return may_not_send(request, access.get_issue_to_compose(request.user, public_id))
        raise PermissionDenied

    return for_editors(check)


def may_not_send(request: HttpRequest, issue: BulletinIssue) -> HttpResponse:
    """Says who can, where the site's own 403 page could not know."""
    context = {"issue": issue, "senders": queries.who_can_send(timezone.now()), "crumbs": crumbs((issue.title, ""))}
    return render(request, "bulletin/may_not_send.html", context, status=403)


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    compose = ("Compose", reverse("bulletin:compose_list") if rest else "")
    return [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), compose, *rest]
