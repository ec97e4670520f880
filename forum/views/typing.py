"""While somebody types: how it will look, and whom they may mean."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from forum import queries
from forum.views.doors import signed_in
from hub.core.audience import reads_members_content
from hub.core.http import MemberRequest
from hub.core.markdown import MAX_LENGTH
from hub.members.directory import completions

MOST_PEOPLE = 8


@require_POST
@signed_in
def preview(request: MemberRequest) -> HttpResponse:
    source = request.POST.get("source", "")
    if len(source) > MAX_LENGTH:
        return HttpResponseBadRequest(f"The text is longer than {MAX_LENGTH:,} characters.")
    return HttpResponse(queries.preview(request.user, source.strip()))


@require_safe
def mention(request: HttpRequest) -> HttpResponse:
    """For the box one types in: members whose name begins as `?q=`. To those who do not read the directory there is no such page."""
    if not reads_members_content(request.user):
        raise Http404
    found = completions(request.user, request.GET.get("q", "")[:80], MOST_PEOPLE, timezone.now())
    return JsonResponse({"people": [asdict(person) for person in found]})
