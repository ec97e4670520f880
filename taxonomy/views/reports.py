"""For editors, among Wagtail's reports: what people look for in the A-Z and do not find."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.core.spreadsheets import as_csv
from taxonomy import access, finding


@require_safe
def lookups(request: HttpRequest) -> HttpResponse:
    if not access.can_change(request.user):
        raise PermissionDenied
    context = {
        "places": finding.answers_by_place(),
        "missed": finding.missed_words(),
        "not_found": finding.not_found(),
        "never_opened": finding.never_opened(),
        "carried_by_nothing": finding.carried_by_nothing(),
    }
    return render(request, "taxonomy/lookups_report.html", context)


@require_safe
def lookups_export(request: HttpRequest, part: str) -> HttpResponse:
    """One part of it as a sheet."""
    if not access.can_change(request.user):
        raise PermissionDenied
    if part not in _SHEETS:
        raise Http404
    heads, rows = _SHEETS[part]
    answer = HttpResponse(as_csv(heads, rows()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="a-z-{part}.csv"'
    return answer


def _missed() -> list[list[str]]:
    return [[words, str(times)] for words, times in finding.missed_words()]


def _not_found() -> list[list[str]]:
    return [
        [answer.given_on.isoformat(), answer.get_place_display(), answer.concept.label if answer.concept else "", answer.words]
        for answer in finding.not_found()
    ]


_SHEETS = {
    "missed": (["Words", "Times searched"], _missed),
    "not-found": (["Day", "Page", "Term", "Looked for"], _not_found),
    "never-opened": (["Term", "Address"], lambda: [[term.label, term.get_absolute_url()] for term in finding.never_opened()]),
    "unused": (["Term", "Address"], lambda: [[term.label, term.get_absolute_url()] for term in finding.carried_by_nothing()]),
}
