"""What the next issue could hold. Editors decide; nothing here is sent by itself."""

from __future__ import annotations

import datetime as dt
from itertools import chain, islice
from operator import attrgetter

from django.urls import Resolver404, resolve
from django.utils import timezone
from wagtail.models import Page, Site

from casestudies.models import CaseStudyPage
from forum.models import Question
from hub.bulletin.contents import ANYBODY, PAGES, Thing
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.core.audience import Viewer
from hub.events.models import EventPage
from hub.library.models import BriefingPaperPage

EVENTS_AHEAD = dt.timedelta(weeks=6)
BEFORE_THE_FIRST = dt.timedelta(weeks=4)  # how far back the first issue looks for what is new
IN_A_SECTION = 8  # what a new issue starts with; a bulletin that lists everything is read by nobody
OFFERED = 12


def suggestions(issue: BulletinIssue, now: dt.datetime) -> dict[Section, list[Thing]]:
    """Open to everyone, and not in this issue yet."""
    return {
        Section.EVENTS: _events(issue, now),
        Section.CONTENT: _new_pages(issue),
        Section.QUESTIONS: _questions(),
    }


def to_start_with(issue: BulletinIssue, now: dt.datetime) -> list[Thing]:
    return list(chain.from_iterable(things[:IN_A_SECTION] for things in suggestions(issue, now).values()))


def _events(issue: BulletinIssue, now: dt.datetime) -> list[Thing]:
    """An event may come again, as a reminder."""
    today = timezone.localdate(now)
    events = EventPage.objects.visible_to(ANYBODY).filter(is_cancelled=False, date__lte=today + EVENTS_AHEAD)
    taken = issue.items.filter(section=Section.EVENTS).values("page")
    return list(events.exclude(pk__in=taken).upcoming(today).for_cards()[:OFFERED])


def _new_pages(issue: BulletinIssue) -> list[Thing]:
    """Published since work on the last issue began and in no issue yet: neither lost nor repeated."""
    last = BulletinIssue.objects.exclude(pk=issue.pk).exclude(state=BulletinIssue.State.DRAFT).order_by("-number").first()
    since = last.created_at if last else issue.created_at - BEFORE_THE_FIRST
    featured = BulletinItem.objects.filter(section=Section.CONTENT).values("page")
    found: list[Thing] = []
    for kind in (BriefingPaperPage, CaseStudyPage):
        new = kind.objects.visible_to(ANYBODY).filter(first_published_at__gt=since).exclude(pk__in=featured)
        found += new.for_cards()[:OFFERED]
    return list(islice(sorted(found, key=attrgetter("first_published_at"), reverse=True), OFFERED))


def _questions() -> list[Thing]:
    """Those that have waited longest; each is suggested for one issue only. An editor may still bring one back."""
    featured = BulletinItem.objects.filter(section=Section.QUESTIONS).values("question")
    waiting = Question.objects.visible_to(ANYBODY).unanswered().exclude(pk__in=featured)
    return list(waiting.for_cards().order_by("asked_at", "public_id")[:OFFERED])


def find(address: str, viewer: Viewer) -> Thing | None:
    """What stands at an address of this hub, if the viewer may read it and a bulletin can hold it."""
    path = "/" + address.strip().partition("://")[2].partition("/")[2] if "://" in address else address.strip()
    path = path.partition("?")[0].partition("#")[0]
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.app_name == "forum" and "public_id" in match.kwargs and match.url_name in ("question", "question_by_id"):
        return Question.objects.visible_to(viewer).open().filter(public_id=match.kwargs["public_id"]).for_cards().first()
    return _find_page(path, viewer)


def _find_page(path: str, viewer: Viewer) -> Thing | None:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return None
    page = Page.objects.filter(url_path=f"{site.root_page.url_path}{path.strip('/')}/").first()
    for kind in PAGES if page else ():
        found: Thing | None = kind.objects.visible_to(viewer).filter(pk=page.pk).for_cards().first()
        if found is not None:
            return found
    return None
