"""Events as iCalendar (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

from hub.events.models import EventPage


def calendar_of(events: Iterable[EventPage]) -> bytes:
    """Times in UTC, which every calendar reads alike without a VTIMEZONE; a cancelled event stays in, as CANCELLED."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.WAGTAIL_SITE_NAME}//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{settings.WAGTAIL_SITE_NAME} events")
    for event in events:
        entry = Event()
        entry.add("uid", f"{event.public_id}@{host}")
        entry.add("dtstamp", event.last_published_at or event.starts_at.astimezone(dt.UTC))
        entry.add("dtstart", event.starts_at.astimezone(dt.UTC))
        entry.add("dtend", event.ends_at.astimezone(dt.UTC))
        entry.add("summary", event.title)
        entry.add("description", event.summary)
        entry.add("location", event.venue)
        entry.add("url", event.full_url or settings.SITE_URL)
        entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
        calendar.add_component(entry)
    return calendar.to_ical()


def as_response(events: Iterable[EventPage], filename: str) -> HttpResponse:
    response = HttpResponse(calendar_of(events), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
