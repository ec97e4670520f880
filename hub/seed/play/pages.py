"""What editors publish."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Page, Site

from casestudies.actions import publish_case_study
from casestudies.models import CaseStudyIndexPage, CaseStudyPage
from hub.accounts.models import User
from hub.core.publishing import publish_page
from hub.events.actions import announce_event
from hub.events.models import EventIndexPage, EventPage
from hub.home.models import HomePage, InformationPage
from hub.library.actions import publish_paper
from hub.library.models import BriefingPaperIndexPage, BriefingPaperPage
from hub.seed import prose, reading
from hub.seed.play.stage import Stage


def publish(stage: Stage) -> None:
    home = _home(stage)
    editor = stage.people["samira.khan"]
    for text in reading.texts("information"):
        if not InformationPage.objects.filter(slug=text.key).exists():
            body = text.body.replace("{{ today }}", f"{timezone.localdate(stage.now):%-d %B %Y}")
            page = InformationPage(slug=text.key, title=text.facts["title"], summary=text.facts["summary"], owner=editor)
            page.body = _stream(page, prose.blocks(body, page.title))
            publish_page(page, parent=home, by=editor, now=stage.ago(200))
    _papers(stage, home, editor)
    _case_studies(stage, home, editor)
    _events(stage, home, editor)


def _home(stage: Stage) -> HomePage:
    home = HomePage.objects.first()
    if home is None:
        site = Site.objects.get(is_default_site=True)
        welcome = site.root_page
        home = HomePage(
            title=settings.WAGTAIL_SITE_NAME,
            slug="hub",
            summary="People who run customer services and CRM in UK councils share what worked, what did not, and what they run.",
        )
        Page.get_first_root_node().add_child(instance=home)
        site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
        site.save()
        welcome.delete()
    return home


def _index(stage: Stage, kind: type[Page], home: HomePage, slug: str, title: str, summary: str) -> Page:
    return kind.objects.first() or publish_page(
        kind(slug=slug, title=title, summary=summary), parent=home, by=stage.people["samira.khan"], now=stage.ago(200)
    )


def _papers(stage: Stage, home: HomePage, editor: User) -> None:
    index = _index(
        stage,
        BriefingPaperIndexPage,
        home,
        "briefing-papers",
        "Briefing papers",
        "What the community knows about one subject, kept up to date and open to correction.",
    )
    for text in reading.texts("papers"):
        if BriefingPaperPage.objects.filter(slug=text.key).exists():
            continue
        facts = text.facts
        authors = ", ".join(stage.people[key].get_full_name() for key in facts.get("authors", []))
        revised = facts.get("revised_days_ago")
        fields = {
            "slug": text.key,
            "title": facts["title"],
            "summary": facts["summary"],
            "version": facts["version"],
            "changed": facts.get("changed", ""),
            "revised_on": stage.ago(revised).date() if revised else None,
            "authors": authors,
            "body": _stream(BriefingPaperPage(), prose.blocks(text.body, facts["title"])),
        }
        publish_paper(
            parent=index,
            fields=fields,
            concepts=stage.concepts(facts["concepts"]),
            by=editor,
            now=stage.ago(facts["published_days_ago"]),
            members_only=facts["audience"] == "members",
        )


def _case_studies(stage: Stage, home: HomePage, editor: User) -> None:
    index = _index(
        stage,
        CaseStudyIndexPage,
        home,
        "case-studies",
        "Case studies",
        "What councils tried, what it cost, what went wrong, and what they would do differently.",
    )
    for text in reading.texts("case-studies"):
        if CaseStudyPage.objects.filter(slug=text.key).exists():
            continue
        facts = text.facts
        fields = {name: facts.get(f"fact_{name}", "") for name in CaseStudyPage.FACTS}
        fields |= {
            "slug": text.key,
            "title": facts["title"],
            "summary": facts["summary"],
            "council": stage.councils[facts["council"]],
            "project": stage.projects.get(facts.get("project", "")),
            "body": _stream(CaseStudyPage(), prose.blocks(text.body, facts["title"])),
        }
        publish_case_study(
            parent=index,
            fields=fields,
            concepts=stage.concepts(facts["concepts"]),
            products=[stage.products[key] for key in facts.get("products", [])],
            by=editor,
            now=stage.ago(facts["published_days_ago"]),
            members_only=facts["audience"] == "members",
        )


def _events(stage: Stage, home: HomePage, editor: User) -> None:
    index = _index(
        stage, EventIndexPage, home, "events", "Events", "Workshops and meetings, most of them online and all of them free."
    )
    for row in reading.facts("events")["event"]:
        if EventPage.objects.filter(slug=row["key"]).exists():
            continue
        fields = {
            "slug": row["key"],
            "title": row["title"],
            "summary": row["summary"],
            "kind": row["kind"],
            "intended_for": row["for"],
            "date": _working_day(timezone.localdate(stage.now) + dt.timedelta(days=row["in_days"])),
            "start_time": dt.time.fromisoformat(row["start"]),
            "end_time": dt.time.fromisoformat(row["end"]),
            "venue": row["venue"],
            "places": row["places"],
            "body": _stream(EventPage(), prose.blocks(row["body"], row["title"])),
        }
        announce_event(
            parent=index,
            fields=fields,
            concepts=stage.concepts(row["concepts"]),
            by=editor,
            now=stage.ago(max(30, 20 - row["in_days"])),
        )


def _working_day(day: dt.date) -> dt.date:
    """Monday instead of a weekend."""
    return day + dt.timedelta(days=7 - day.weekday() if day.weekday() >= 5 else 0)


def _stream(page: Any, blocks: list[prose.Block]) -> Any:
    """Through the block's own reading of stored data, so that what the seed writes is what an editor's form writes."""
    raw = [{"type": kind, "value": value} for kind, value in blocks]
    return type(page).body.field.stream_block.to_python(raw)
