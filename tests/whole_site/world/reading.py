"""Terms, pages of every kind, and the files they cite."""

from __future__ import annotations

import datetime as dt
import json
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.models import Page, Site

from casestudies.models import CaseStudyConcept
from hub.events.models import EventConcept
from hub.library.models import BriefingPaperConcept
from hub.media.models import Document, Image
from taxonomy.models import Collection, CollectionMember, Concept, SchemeRelease
from tests.factories.pages import (
    BriefingPaperIndexPageFactory,
    BriefingPaperPageFactory,
    CaseStudyIndexPageFactory,
    CaseStudyPageFactory,
    EventIndexPageFactory,
    EventPageFactory,
    HomePageFactory,
    InformationPageFactory,
    members_only,
)
from tests.factories.taxonomy import ConceptFactory
from tests.whole_site.world import CANARY, CLOSING, MEMBERS, NOBODY, NOW, STAFF, World

DAY = dt.timedelta(days=1)


def name_terms(world: World) -> None:
    term = world.make("term", ConceptFactory(label="Shared term", also=["Common term"]))
    world.hide("candidate", STAFF, lambda: _candidate(f"{CANARY} candidate", term))
    world.let_pass("passing_term", lambda: _passing_term(term), _withdraw_term)
    second = world.make("second_term", ConceptFactory(label="Second term", related=[term]))
    world.make("old_term", ConceptFactory(label="Old term", status=Concept.Status.DEPRECATED)).replaced_by.add(second)
    _releases(world, term)


def _releases(world: World, term: Concept) -> None:
    """What is out tells of its own day, whatever the terms are now."""
    group = world.make("term_group", Collection.objects.create(scheme=term.scheme, slug="shared-group", title="Shared group"))
    CollectionMember.objects.create(collection=group, concept=term)
    world.make("release", _released(term, "1.0"))
    world.hide("draft_release", STAFF, lambda: SchemeRelease.objects.create(scheme=term.scheme, number="quillwort-2"))
    world.make("later_release", _released(term, "1.1"))


def _released(term: Concept, number: str) -> SchemeRelease:
    told = {"uri": "http://testserver/x", "status": "published", "names": [["preferred", "en", f"Shared term {number}"]]}
    return SchemeRelease.objects.create(
        scheme=term.scheme, number=number, state="released", released_at=NOW, turtle="# Shared.\n", sha256=number, snapshot=[told]
    )


def _candidate(label: str, beside: Concept) -> Concept:
    return ConceptFactory(label=label, also=[f"{CANARY} word"], related=[beside], status=Concept.Status.CANDIDATE)


def _passing_term(beside: Concept) -> Concept:
    return ConceptFactory(label=f"{CANARY} term", also=[f"{CANARY} name"], related=[beside])


def _withdraw_term(concept: Concept) -> None:
    """Back among the candidates, and still carried by what it was given to."""
    concept.status = Concept.Status.CANDIDATE
    concept.save()


# --- Pages ----------------------------------------------------------------------------------------


def publish(world: World) -> None:
    home = world.make("home", HomePageFactory(title="Front page"))
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()
    world.make("about", InformationPageFactory(parent=home, title="About", body=words("Who runs this.")))
    world.hide("members_section", MEMBERS, lambda: members_only(_information(home, "section")))
    world.hide("inherited", MEMBERS, lambda: _information(world["members_section"], "inherited"))
    world.make("papers", BriefingPaperIndexPageFactory(parent=home))
    world.make("studies", CaseStudyIndexPageFactory(parent=home))
    world.make("events", EventIndexPageFactory(parent=home))
    _files(world)
    _papers(world)
    _studies(world)
    _events(world)
    for name in {"candidate", "passing_term"} & world.secrets:
        _tag_public_pages(world, world[name])


def words(text: str, *blocks: dict[str, Any]) -> str:
    """A body with ids of its own: Wagtail's are drawn by chance when it is saved."""
    first = {"type": "text", "value": f"<p>{text}</p>"}
    return json.dumps([{**block, "id": f"00000000-0000-4000-8000-{number:012}"} for number, block in enumerate([first, *blocks])])


def _information(parent: Page, name: str, **fields: Any) -> Page:
    return InformationPageFactory(parent=parent, **_said(name), body=words(f"{CANARY} shared words."), **fields)


def _said(name: str) -> dict[str, Any]:
    """Title and summary of a secret page: the canary, and words that visible pages have too."""
    return {"title": f"{CANARY} {name}", "summary": f"{CANARY} tells of shared words."}


def _paper(world: World, days_ago: int, **fields: Any) -> Page:
    at = NOW - days_ago * DAY
    given = {"parent": world["papers"], "first_published_at": at, "last_published_at": at, "body": words("Shared words.")}
    paper = BriefingPaperPageFactory(**{**given, **fields})
    BriefingPaperConcept.objects.create(page=paper, concept=world["term"])
    return paper


def _papers(world: World) -> None:
    cited = [figure(world["public_image"]), download(world["public_document"])]
    world.make("public_paper", _paper(world, 9, title="Paper one", body=words("Shared words of one.", *cited)))
    world.hide("members_paper", MEMBERS, lambda: _members_paper(world))
    world.make("paper_two", _paper(world, 7, title="Paper two", body=words("Shared words of two.")))
    _passing_papers(world)
    world.hide("draft_paper", NOBODY, lambda: _draft_paper(world))
    world.hide("scheduled_paper", NOBODY, lambda: _paper(world, 5, **_said("scheduled"), live=False, go_live_at=NOW + DAY))
    three = world.make("paper_three", _paper(world, 4, title="Paper three", body=words("Shared words of three.")))
    # In every world it was published anew today, or the day of it would differ.
    as_it_was = three.save_revision()
    as_it_was.publish()
    world.let_pass("said_once", lambda: _said_once(three), lambda said: as_it_was.publish())
    world.hide("expired_paper", NOBODY, lambda: _paper(world, 3, **_said("expired"), live=False, expired=True))
    world.hide("renamed_paper", MEMBERS, lambda: _renamed_paper(world))
    world.hide("revision", NOBODY, lambda: _unpublished_revision(world["paper_two"]))


def _passing_papers(world: World) -> None:
    """Restricted, unpublished with the file it cites, deleted, and moved to where only members go."""
    world.let_pass("passing_document", lambda: _document("passing"), lambda document: None)
    world.let_pass("passing_section", lambda: _information(world["home"], "passing section"), members_only)
    world.let_pass("passing_below", lambda: _information(world["passing_section"], "below"), lambda page: None)
    world.let_pass("restricted", lambda: _paper(world, 6, **_said("restricted")), members_only)
    world.let_pass("unpublished", lambda: _citing(world, "unpublished", "passing_document"), lambda page: page.unpublish())
    world.let_pass("deleted", lambda: _paper(world, 6, **_said("deleted")), lambda page: page.delete())
    world.let_pass("moved", lambda: _paper(world, 6, **_said("moved")), lambda page: _move(page, world["passing_section"]))


def close_paper(world: World) -> None:
    world.let_pass(
        "closing_paper",
        lambda: members_only(_paper(world, 6, **_said("soon closed"))),
        lambda page: page.unpublish(),
        level=CLOSING,
    )


def _said_once(paper: Page) -> Any:
    """A published version whose words are taken back when the one before is restored."""
    paper = type(paper).objects.get(pk=paper.pk)
    paper.title = f"{CANARY} said once"
    paper.body = words(f"{CANARY} shared words.")
    said = paper.save_revision()
    said.publish()
    return said


def _citing(world: World, name: str, document: str) -> Page:
    return _paper(world, 6, **_said(name), body=words(f"{CANARY} shared words.", download(world[document])))


def _move(page: Page, section: Page) -> None:
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=section.pk), pos="last-child")


def _members_paper(world: World) -> Page:
    cited = [figure(world["members_image"]), download(world["members_document"])]
    return members_only(_paper(world, 8, **_said("members paper"), body=words(f"{CANARY} shared words.", *cited)))


def _draft_paper(world: World) -> Page:
    return _paper(world, 6, **_said("draft"), body=words(f"{CANARY} shared.", download(world["draft_document"])), live=False)


def _renamed_paper(world: World) -> Page:
    """Wagtail leaves a redirect behind where it stood."""
    paper = members_only(_paper(world, 2, **_said("renamed"), slug="quillwort-before"))
    paper.slug = "quillwort-after"
    paper.save_revision().publish()
    return paper


def _unpublished_revision(paper: Page) -> Any:
    paper.title = f"{CANARY} revision"
    return paper.save_revision()


def _study(world: World, days_ago: int, **fields: Any) -> Page:
    at = NOW - days_ago * DAY
    given = {"parent": world["studies"], "first_published_at": at, "last_published_at": at, "body": words("Shared words.")}
    study = CaseStudyPageFactory(**{**given, **fields})
    CaseStudyConcept.objects.create(page=study, concept=world["term"])
    return study


def _studies(world: World) -> None:
    ambleford, westmere, thornby = world["ambleford"], world["westmere"], world["thornby"]
    one = world.make("public_study", _study(world, 9, title="Study one", council=ambleford, project=world["project"]))
    one.products.add(world["product"])
    one.save()
    world.hide("members_study", MEMBERS, lambda: members_only(_study(world, 8, **_said("study"), council=thornby)))
    two = world.make("study_two", _study(world, 7, title="Study two", council=westmere))
    passing = {"council": ambleford, "products": [world["product"]]}
    world.let_pass("passing_study", lambda: _study(world, 6, **_said("passing study"), **passing), members_only)
    world.hide("draft_study", NOBODY, lambda: _study(world, 6, **_said("draft study"), council=thornby, live=False))
    world.make("study_three", _study(world, 5, title="Study three", council=ambleford))
    # A visible page that names a hidden project.
    world.hide("named_project", MEMBERS, lambda: type(two).objects.filter(pk=two.pk).update(project=world["members_project"]))


def _event(world: World, day: int, **fields: Any) -> Page:
    date = NOW.date() + day * DAY
    at = NOW - 9 * DAY
    given = {"parent": world["events"], "date": date, "first_published_at": at, "last_published_at": at}
    event = EventPageFactory(**{**given, "body": words("Shared words."), **fields})
    EventConcept.objects.create(page=event, concept=world["term"])
    return event


def _events(world: World) -> None:
    world.hide("members_event", MEMBERS, lambda: members_only(_event(world, 1, **_said("event"))))
    world.make("public_event", _event(world, 10, title="Event one"))
    world.let_pass("passing_event", lambda: _event(world, 3, **_said("passing event")), members_only)
    world.hide("draft_event", NOBODY, lambda: _event(world, 2, **_said("draft event"), live=False))
    world.make("event_two", _event(world, 12, title="Event two", is_cancelled=True))
    world.make("past_event", _event(world, -12, title="Event three"))
    world.hide("members_past_event", MEMBERS, lambda: members_only(_event(world, -13, **_said("past event"))))


def _tag_public_pages(world: World, concept: Concept) -> None:
    """An editor may, and a candidate's name is still nobody's business."""
    BriefingPaperConcept.objects.create(page=world["public_paper"], concept=concept)
    CaseStudyConcept.objects.create(page=world["public_study"], concept=concept)
    EventConcept.objects.create(page=world["public_event"], concept=concept)


# --- Files ----------------------------------------------------------------------------------------


def _files(world: World) -> None:
    """Editors may open every file; everybody else, those of pages that they may read."""
    world.make("public_document", _document("public"))
    world.hide("members_document", MEMBERS, lambda: _document("members"))
    world.hide("draft_document", STAFF, lambda: _document("draft"))
    world.make("public_image", _image("public"))
    world.hide("members_image", MEMBERS, lambda: _image("members"))
    world.hide("draft_image", STAFF, lambda: _image("draft"))


def _document(name: str) -> Document:
    word = "Open" if name == "public" else CANARY
    return Document.objects.create(title=f"{word} {name}", file=ContentFile(f"{word} {name}".encode(), name=f"{name}.csv"))


def _image(name: str) -> Image:
    """Its rendition is drawn now, so that reading a page need not write one."""
    data = BytesIO()
    Picture.new("RGB", (40, 40), "teal").save(data, "PNG")
    data.seek(0)
    image = Image.objects.create(title=f"Picture {name}", file=ImageFile(data, name=f"{name}.png"), width=40, height=40)
    image.get_rendition("max-900x900")
    return image


def figure(image: Image) -> dict[str, Any]:
    return {"type": "figure", "value": {"image": image.pk, "caption": "A picture"}}


def download(document: Document) -> dict[str, Any]:
    return {"type": "download", "value": {"document": document.pk, "about": ""}}
