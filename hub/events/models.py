"""Events: a page each, and a calendar for whoever wants them in their own."""

from __future__ import annotations

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index

from hub.core.blocks import BodyBlock
from hub.core.models import BasePage, BasePageQuerySet
from hub.public_ids import PublicIdField
from taxonomy.models import Concept, ConceptTag, concepts_shown

LONDON = "Europe/London"


class EventQuerySet(BasePageQuerySet):
    def upcoming(self, today: dt.date) -> Self:
        return self.filter(date__gte=today).order_by("date", "start_time", "path")

    def past(self, today: dt.date) -> Self:
        return self.filter(date__lt=today).order_by("-date", "-start_time", "path")

    def for_cards(self) -> Self:
        return self.prefetch_related("concept_tags__concept")


class EventIndexPage(BasePage):
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["events.EventPage"]
    template = "events/event_index_page.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        events, today = EventPage.objects.child_of(self).visible_to(request.user).for_cards(), timezone.localdate()
        return {
            **super().get_context(request, *args, **kwargs),
            "upcoming": events.upcoming(today),
            "past": events.past(today)[:20],
        }


class EventPage(BasePage):
    """Times are wall time in `zone`, as the invitation says them; UTC is derived (a change of DST rules moves no meeting)."""

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", "Workshop"
        MEETING = "meeting", "Meeting"
        VISIT = "visit", "Visit"

    parent_page_types = ["events.EventIndexPage"]
    subpage_types: list[str] = []
    template = "events/event_page.html"

    public_id = PublicIdField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.WORKSHOP)
    intended_for = models.CharField("who it is for", max_length=120, blank=True)
    date = models.DateField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    zone = models.CharField(max_length=40, default=LONDON, editable=False)
    venue = models.CharField(max_length=200, help_text="“Online”, or a place people can find.")
    places = models.PositiveIntegerField(null=True, blank=True)
    is_cancelled = models.BooleanField("cancelled", default=False)
    body = StreamField(BodyBlock())

    objects = PageManager.from_queryset(EventQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("date"), FieldPanel("start_time"), FieldPanel("end_time")]),
                FieldPanel("venue"),
                FieldPanel("places"),
                FieldPanel("is_cancelled"),
            ],
            heading="When and where",
        ),
        FieldPanel("kind"),
        FieldPanel("intended_for"),
        FieldPanel("body"),
        InlinePanel("concept_tags", label="Term", heading="Terms", panels=[FieldPanel("concept")]),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("venue"), index.SearchField("body")]

    class Meta:
        constraints = [
            models.CheckConstraint(name="events_event_ends_after_start", condition=models.Q(end_time__gt=models.F("start_time"))),
        ]

    @property
    def concepts_shown(self) -> list[Concept]:
        return concepts_shown(self.concept_tags.all())

    @property
    def kicker(self) -> str:
        return f"{self.get_kind_display()} · {self.date:%A %-d %B %Y}"

    @property
    def starts_at(self) -> dt.datetime:
        return dt.datetime.combine(self.date, self.start_time, tzinfo=ZoneInfo(self.zone))

    @property
    def ends_at(self) -> dt.datetime:
        return dt.datetime.combine(self.date, self.end_time, tzinfo=ZoneInfo(self.zone))

    def get_calendar_url(self) -> str:
        return reverse("events:event_calendar", kwargs={"slug": self.slug})

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context(request, *args, **kwargs),
            "concepts": concepts_shown(self.concept_tags.select_related("concept")),
            "is_past": self.date < timezone.localdate(),
        }


class EventConcept(ConceptTag):
    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="concept_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "concept"], name="events_event_concept_once")]
