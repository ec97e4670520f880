from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.core import tallies
from hub.search.queries import LONGEST_QUERY, search


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    found = search(
        request.user,
        text=asked.get("q", ""),
        kind=asked.get("kind", ""),
        concept=asked.get("concept", ""),
        page=asked.get("page", ""),
    )
    if found.page is None or found.page.number == 1:
        tallies.note("searched", found.text)
    return render(request, "search/results.html", {"found": found, "longest_query": LONGEST_QUERY})
