"""Which events a viewer's calendar holds."""

from __future__ import annotations

import datetime as dt

from hub.core.audience import Viewer
from hub.events.models import EventPage, EventQuerySet


def events_visible_to(viewer: Viewer) -> EventQuerySet:
    return EventPage.objects.visible_to(viewer)


def events_for_calendar(viewer: Viewer, today: dt.date) -> EventQuerySet:
    """The last three months and all to come: a calendar keeps what it once had."""
    return (
        EventPage.objects.visible_to(viewer).filter(date__gte=today - dt.timedelta(days=90)).order_by("date", "start_time", "path")
    )


def next_event(viewer: Viewer, today: dt.date) -> EventPage | None:
    return EventPage.objects.visible_to(viewer).filter(is_cancelled=False).upcoming(today).first()
