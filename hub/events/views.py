"""Calendar files; the events themselves are Wagtail pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.events import queries
from hub.events.calendar import as_response
from hub.events.models import EventPage


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return as_response(queries.events_for_calendar(request.user, timezone.localdate()), "events.ics")


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event: EventPage = get_object_or_404(queries.events_visible_to(request.user), slug=slug)
    return as_response([event], f"{slug}.ics")
