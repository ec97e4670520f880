"""Pages in the tree, published unless `live=False`; `members_only()` restricts one as an editor would."""

from __future__ import annotations

import datetime as dt

import factory
import wagtail_factories
from wagtail.models import Page, PageViewRestriction, Site

from casestudies.models import CaseStudyIndexPage, CaseStudyPage
from hub.events.models import EventIndexPage, EventPage
from hub.home.models import HomePage, InformationPage
from hub.library.models import BriefingPaperIndexPage, BriefingPaperPage
from tests.factories.organisations import CouncilFactory

LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def site_root() -> Page:
    return Site.objects.get(is_default_site=True).root_page


def members_only(page: Page) -> Page:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    return page


class HubPageFactory(wagtail_factories.PageFactory):
    class Meta:
        abstract = True

    parent = factory.LazyFunction(site_root)
    summary = "What a reader will find here."
    first_published_at = LONG_AGO
    last_published_at = LONG_AGO


class HomePageFactory(HubPageFactory):
    class Meta:
        model = HomePage


class InformationPageFactory(HubPageFactory):
    class Meta:
        model = InformationPage

    title = factory.Sequence(lambda n: f"Information {n}")


class BriefingPaperIndexPageFactory(HubPageFactory):
    class Meta:
        model = BriefingPaperIndexPage

    title = "Briefing papers"
    slug = "briefing-papers"


class BriefingPaperPageFactory(HubPageFactory):
    class Meta:
        model = BriefingPaperPage

    title = factory.Sequence(lambda n: f"Paper {n}")
    body = [("heading", "A heading"), ("text", "<p>Some text.</p>")]


class CaseStudyIndexPageFactory(HubPageFactory):
    class Meta:
        model = CaseStudyIndexPage

    title = "Case studies"
    slug = "case-studies"


class CaseStudyPageFactory(HubPageFactory):
    class Meta:
        model = CaseStudyPage

    title = factory.Sequence(lambda n: f"Case study {n}")
    council = factory.SubFactory(CouncilFactory)
    problem = "Eleven systems for one street."
    what_they_did = "Kept two."
    body = [("heading", "What we wanted"), ("text", "<p>Some text.</p>")]


class EventIndexPageFactory(HubPageFactory):
    class Meta:
        model = EventIndexPage

    title = "Events"
    slug = "events"


class EventPageFactory(HubPageFactory):
    class Meta:
        model = EventPage

    title = factory.Sequence(lambda n: f"Event {n}")
    date = dt.date(2026, 6, 11)
    start_time = dt.time(10, 0)
    end_time = dt.time(12, 30)
    venue = "Online"
    body = [("text", "<p>What will happen.</p>")]
