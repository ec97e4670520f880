"""The archive: what every issue said, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.bulletin import access, queries
from hub.bulletin.feeds import IssuesFeed
from hub.core.paging import page_of, query_without_page


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    context = {
        "page": page_of(queries.issues_for_archive(), request),
        "query": query_without_page(request),
        "may_compose": access.can_compose(request.user),
        "crumbs": [("Home", "/"), ("Bulletin", "")],
    }
    return render(request, "bulletin/archive.html", context)


@require_safe
def issue(request: HttpRequest, number: int) -> HttpResponse:
    found = access.get_issue_to_read(number)
    earlier, later = queries.neighbours(found)
    context = {
        "issue": found,
        "earlier": earlier,
        "later": later,
        "parts": queries.parts_for_archive(found, request.user),
        "crumbs": [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), (found.title, "")],
    }
    return render(request, "bulletin/issue.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The same for everybody, signed in or not."""
    return IssuesFeed()(request)
