from __future__ import annotations

from django.urls import path

from hub.events import views

app_name = "events"
urlpatterns = [
    path("events.ics", views.calendar, name="calendar"),
    path("events/<slug:slug>.ics", views.event_calendar, name="event_calendar"),
]
