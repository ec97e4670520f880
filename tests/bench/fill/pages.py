from __future__ import annotations

import datetime as dt

from wagtail.models import Page, Site

from casestudies.models import CaseStudyConcept, CaseStudyIndexPage, CaseStudyPage
from hub.events.models import EventIndexPage, EventPage
from hub.home.models import HomePage
from hub.library.models import BriefingPaperConcept, BriefingPaperIndexPage, BriefingPaperPage
from hub.organisations.models import Organisation
from taxonomy.models import Concept
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    """Half papers, half case studies, one event for every fifty."""
    chance = words.chance
    concepts, councils = list(Concept.objects.order_by("pk")), list(Organisation.objects.councils().order_by("pk"))
    home = HomePage(title="STEP hub", slug="hub", summary=words.some(15))
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()
    papers = home.add_child(instance=BriefingPaperIndexPage(title="Briefing papers", slug="briefing-papers", summary=words.some(9)))
    studies = home.add_child(instance=CaseStudyIndexPage(title="Case studies", slug="case-studies", summary=words.some(9)))
    events = home.add_child(instance=EventIndexPage(title="Events", slug="events", summary=words.some(9)))

    def shared(number: int) -> dict[str, object]:
        published = now - dt.timedelta(hours=chance.randint(1, 9000))
        body = [("heading", words.title()), ("text", f"<p>{words.some(120)}</p>")] * 4
        return {"title": words.title(), "slug": f"page-{number}", "summary": words.some(20)[:300], "body": body} | {
            "first_published_at": published,
            "last_published_at": published,
        }

    for n in range(size.pages // 2):
        paper = BriefingPaperPage(**shared(n))
        paper.concept_tags = [BriefingPaperConcept(concept=concept) for concept in chance.sample(concepts, 3)]
        papers.add_child(instance=paper)
        study = CaseStudyPage(**shared(n), council=chance.choice(councils), problem=words.some(12), what_they_did=words.some(12))
        study.concept_tags = [CaseStudyConcept(concept=concept) for concept in chance.sample(concepts, 3)]
        studies.add_child(instance=study)
    for n in range(max(3, size.pages // 50)):
        day = now.date() + dt.timedelta(days=n * 3 - 20)
        events.add_child(instance=EventPage(**shared(n), date=day, start_time=dt.time(10), end_time=dt.time(12), venue="Online"))
