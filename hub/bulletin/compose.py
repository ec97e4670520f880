"""What the next issue could hold. Editors decide; nothing here is sent by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import Resolver404, resolve
from django.utils import timezone
from wagtail.models import Page, Site

from casestudies.models import CaseStudyPage
from forum.models import Question
from hub.bulletin.contents import ANY_MEMBER, ANYBODY, PAGES, Thing
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.core.audience import Audience, Viewer
from hub.core.models import pages_visible_to
from hub.events.models import EventPage
from hub.library.models import BriefingPaperPage
from taxonomy.models import Concept, ConceptChange, Proposal

EVENTS_AHEAD = dt.timedelta(weeks=6)
BEFORE_THE_FIRST = dt.timedelta(weeks=4)  # how far back the first issue looks for what is new
# What a new issue starts with; a bulletin that lists everything is read by nobody. What only members may read comes besides,
# so that it never takes the place of something public.
IN_A_SECTION = {Audience.PUBLIC: 8, Audience.MEMBERS: 4}
OFFERED = 12
MOST_TERMS = 4
MOST_TIMES = 2  # that a question is ever put into an issue
TO_RANK = 200

NEWS_OF_TERMS = (ConceptChange.Kind.DEFINE, ConceptChange.Kind.RENAME, ConceptChange.Kind.MERGE, ConceptChange.Kind.SPLIT)

Offers = dict[Audience, list[Thing]]


def suggestions(issue: BulletinIssue, now: dt.datetime) -> dict[Section, Offers]:
    """What is not in this issue yet."""
    since, open_to = _since(issue), _open_to()
    return {
        Section.EVENTS: {audience: _events(issue, now, open_to[audience]) for audience in Audience},
        Section.CONTENT: {
            audience: [*_pages(since, open_to[audience]), *(_terms(since) if audience == Audience.PUBLIC else _proposals())]
            for audience in Audience
        },
        Section.QUESTIONS: {audience: _questions(issue, now, open_to[audience]) for audience in Audience},
    }


def to_start_with(issue: BulletinIssue, now: dt.datetime) -> list[Thing]:
    return [
        thing
        for offers in suggestions(issue, now).values()
        for audience, things in offers.items()
        for thing in things[: IN_A_SECTION[audience]]
    ]


def _open_to() -> dict[Audience, Callable[[Any], Any]]:
    """To everybody, or to members and nobody else. What is closed is asked once for pages of all kinds."""
    public = pages_visible_to(ANYBODY).values("pk")

    def to_everybody(kind: Any) -> Any:
        return kind.objects.visible_to(ANYBODY) if kind is Question else kind.objects.visible_to(ANY_MEMBER).filter(pk__in=public)

    def to_members(kind: Any) -> Any:
        closed = public if kind is not Question else Question.objects.visible_to(ANYBODY).values("pk")
        return kind.objects.visible_to(ANY_MEMBER).exclude(pk__in=closed)

    return {Audience.PUBLIC: to_everybody, Audience.MEMBERS: to_members}


def _since(issue: BulletinIssue) -> dt.datetime:
    """When work on the last issue began: so that nothing is lost between two."""
    made = BulletinIssue.objects.exclude(pk=issue.pk).filter(frozen_at__isnull=False).order_by("-number")
    return made.values_list("created_at", flat=True).first() or issue.created_at - BEFORE_THE_FIRST


def _used() -> Any:
    """Items of issues that went out or may still go."""
    return BulletinItem.objects.exclude(issue__state=BulletinIssue.State.SKIPPED)


def _events(issue: BulletinIssue, now: dt.datetime, open_to: Callable[[Any], Any]) -> list[Thing]:
    """An event may come again, as a reminder."""
    today = timezone.localdate(now)
    events = open_to(EventPage).filter(is_cancelled=False, date__lte=today + EVENTS_AHEAD)
    taken = issue.items.filter(section=Section.EVENTS).values("page")
    return list(events.exclude(pk__in=taken).upcoming(today).for_cards().prefetch_related(None)[:OFFERED])


def _pages(since: dt.datetime, open_to: Callable[[Any], Any]) -> list[Any]:
    """The newest first."""
    news = {CaseStudyPage: _is_new(since), BriefingPaperPage: _is_new(since) | _is_revised(since)}
    pages = [
        page
        for kind, is_news in news.items()
        for page in open_to(kind).filter(is_news).for_cards().prefetch_related(None)[:OFFERED]
    ]
    return sorted(pages, key=attrgetter("first_published_at"), reverse=True)[:OFFERED]


def _is_new(since: dt.datetime) -> Q:
    """In no issue yet: neither lost nor repeated."""
    return Q(first_published_at__gt=since) & ~Q(Exists(_used().filter(page=OuterRef("pk"))))


def _is_revised(since: dt.datetime) -> Q:
    """A new version is news again, once."""
    told = _used().filter(page=OuterRef("pk"), issue__created_at__date__gte=OuterRef("revised_on"))
    return Q(version__gt=1, revised_on__gte=timezone.localdate(since), first_published_at__lte=since) & ~Q(Exists(told))


def _terms(since: dt.datetime) -> list[Thing]:
    """What an import brought is no news: it brings hundreds."""
    changes = ConceptChange.objects.standing().filter(kind__in=NEWS_OF_TERMS, made_at__gt=since, concepts=OuterRef("pk"))
    latest = changes.order_by("-made_at").values("made_at")[:1]
    told = _used().filter(concept=OuterRef("pk"), issue__created_at__gte=OuterRef("news_at"))
    terms = Concept.objects.visible_to(ANYBODY).annotate(news_at=Subquery(latest)).filter(news_at__isnull=False)
    return list(terms.exclude(Exists(told)).order_by("-news_at", "label")[:MOST_TERMS])


def _proposals() -> list[Thing]:
    waiting = Proposal.objects.visible_to(ANY_MEMBER).waiting()
    return list(waiting.exclude(Exists(_used().filter(proposal=OuterRef("pk")))).for_list()[:MOST_TERMS])


def _questions(issue: BulletinIssue, now: dt.datetime, open_to: Callable[[Any], Any]) -> list[Thing]:
    """Open and without an answer: first those that were in no issue, then by how long they have waited and for how many councils.

    Those that wait longest are ranked here, for no two databases reckon days alike.
    """
    times = _used().filter(question=OuterRef("pk")).order_by().values("question").annotate(number=Count("pk")).values("number")
    waiting = (
        open_to(Question)
        .unanswered()
        .exclude(pk__in=issue.items.filter(section=Section.QUESTIONS).values("question"))
        .for_cards()
        .prefetch_related(None)
        .annotate(times=Coalesce(Subquery(times), 0))
        .filter(times__lt=MOST_TIMES)
        .order_by("times", "asked_at", "public_id")
    )
    ranked = sorted(waiting[:TO_RANK], key=lambda question: (question.times, -_need(question, now), question.public_id))
    return ranked[:OFFERED]


def _need(question: Any, now: dt.datetime) -> float:
    """Days times councils."""
    return (now - question.asked_at).total_seconds() * max(question.councils_waiting, 1)


def times_used(question: Question) -> int:
    return int(_used().filter(question=question).count())


# --- Something else ---------------------------------------------------------------------------------

MOST_FOUND = 10


def search(words: str, viewer: Viewer) -> list[Thing]:
    """Of what a bulletin can hold: what has all these words in its title."""
    asked = words.split()[:6]
    if not asked:
        return []
    in_title, in_label = (Q(*[Q(**{f"{field}__icontains": word}) for word in asked]) for field in ("title", "label"))
    found: list[Thing] = []
    for kind in PAGES:
        found += kind.objects.visible_to(viewer).filter(in_title).for_cards().order_by("-first_published_at", "path")[:MOST_FOUND]
    found += Question.objects.visible_to(viewer).open().filter(in_title).for_cards().order_by(F("asked_at").desc())[:MOST_FOUND]
    found += Concept.objects.visible_to(viewer).filter(in_label).order_by("label")[:MOST_FOUND]
    return found[: 2 * MOST_FOUND]


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
    if match.app_name == "taxonomy" and match.url_name == "concept":
        return Concept.objects.visible_to(viewer).filter(slug=match.kwargs["slug"]).first()
    if match.app_name == "taxonomy" and match.url_name == "proposal":
        return Proposal.objects.visible_to(viewer).waiting().filter(public_id=match.kwargs["public_id"]).for_list().first()
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
