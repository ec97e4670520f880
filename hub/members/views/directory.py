"""The directory of members: the list, a person, their photo, and the list as a spreadsheet."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.audience import reads_members_content
from hub.core.filters import links_without
from hub.core.paging import page_of, query_without_page
from hub.members import access, directory
from hub.members.directory_forms import DirectoryFilters


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    access.require_directory(request.user)
    filters = DirectoryFilters(request.user, request.GET)
    members = directory.members_for_list(request.user, filters.chosen, filters.conditions, timezone.now())
    page = page_of(members, request)
    context = {
        "page": page,
        "people": directory.people(page, request.user),
        "query": query_without_page(request),
        "filters": filters,
        "chosen": links_without(request, filters),
        "crumbs": [("Home", "/"), ("Members", "")],
    }
    return render(request, "members/people.html", context)


@require_safe
def people_export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, all pages of it."""
    access.require_directory(request.user)
    filters = DirectoryFilters(request.user, request.GET)
    members = directory.members_for_list(request.user, filters.chosen, filters.conditions, timezone.now())
    return HttpResponse(
        directory.members_csv(members, request.user),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="members.csv"'},
    )


@require_safe
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    member = access.get_member_to_read(request.user, public_id, timezone.now())
    shown = directory.person(member, request.user)
    reads_directory = reads_members_content(request.user)
    context = {
        "person": shown,
        "sections": directory.sections(member, request.user),
        "is_own": member.pk == request.user.pk,
        "reads_directory": reads_directory,
        "crumbs": [("Home", "/"), *([("Members", reverse("members:people"))] if reads_directory else []), (shown.name, "")],
    }
    return render(request, "members/person.html", context)


@require_safe
def photo(request: HttpRequest, public_id: str, name: str) -> FileResponse:
    file = access.get_photo_to_see(request.user, public_id, name)
    try:
        response = FileResponse(file.open("rb"))
    except FileNotFoundError as missing:
        raise Http404 from missing
    response["X-Content-Type-Options"] = "nosniff"
    # Who may see it can change at any moment, so no shared cache may keep it.
    response["Cache-Control"] = "private, max-age=300"
    return response
