"""What an issue can point at, as it stands now: events, papers, case studies, terms, proposals and questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import prefetch_related_objects
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from forum.models import Question, QuestionQuerySet
from hub.bulletin.models import BulletinItem, Section
from hub.bulletin.topics import topic_keys
from hub.core.audience import READ_MEMBERS_CONTENT, Audience, Viewer
from hub.core.models import pages_visible_to
from hub.events.models import EventPage
from hub.library.models import BriefingPaperPage
from taxonomy import proposed
from taxonomy.models import Concept, Proposal

Thing = EventPage | BriefingPaperPage | CaseStudyPage | Concept | Proposal | Question


class AnyMember(AnonymousUser):
    """Who reads what members read, and has nothing of their own."""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm == READ_MEMBERS_CONTENT


# A subscriber need not have an account: the public edition speaks of what everybody may read. What only members may read
# stands in their edition as a title and a link.
ANYBODY, ANY_MEMBER = AnonymousUser(), AnyMember()

# The one list of what goes where: another kind of content becomes one more line.
SECTIONS: dict[type[Thing], Section] = {
    EventPage: Section.EVENTS,
    BriefingPaperPage: Section.CONTENT,
    CaseStudyPage: Section.CONTENT,
    Concept: Section.CONTENT,
    Proposal: Section.CONTENT,
    Question: Section.QUESTIONS,
}
PAGES: tuple[type[Any], ...] = (EventPage, BriefingPaperPage, CaseStudyPage)


@dataclass(frozen=True)
class Words:
    """What is said of a thing; `url` begins with a slash wherever the hub is one site."""

    title: str
    url: str
    kicker: str
    summary: str


def section_of(thing: Thing) -> Section:
    return SECTIONS[type(thing)]


def words_for(thing: Thing) -> Words:
    """Needs a thing from `things_of` or `compose`: they load what the kicker reads."""
    if isinstance(thing, Question):
        return Words(thing.title, thing.get_absolute_url(), _question_kicker(thing), "")
    if isinstance(thing, Concept):
        return Words(thing.label[:255], thing.get_absolute_url(), "Term in the A to Z", _cut(thing.definition))
    if isinstance(thing, Proposal):
        return Words(proposed.title(thing)[:255], thing.get_absolute_url(), "Proposal for the A to Z: say what you think", "")
    kicker = thing.kicker
    if isinstance(thing, EventPage):
        kicker = f"{kicker}, {thing.start_time:%H:%M} · {thing.venue}"
    return Words(thing.title, thing.url or "", kicker[:300], thing.summary)


def _cut(text: str, longest: int = 300) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1].rsplit(' ', 1)[0]}…"


def _question_kicker(question: Question) -> str:
    asked = f"{question.asker_line[0].upper()}{question.asker_line[1:]}, {question.asked_at:%-d %B %Y}"
    waiting = question.councils_waiting
    if waiting > 1:
        return f"{asked} · {waiting} councils wait for an answer"
    return asked


def things_of(items: Iterable[BulletinItem], viewer: Viewer) -> dict[str, Thing]:
    """By the item's public id: what this viewer may read at this moment, and nothing else. As many queries for 50 as for 5."""
    items = list(items)
    found: dict[str, Thing] = {}
    for column, readable in READABLE.items():
        named = {pk: item.public_id for item in items if (pk := getattr(item, column))}
        for things in readable(viewer, list(named)) if named else ():
            found |= {named[thing.pk]: thing for thing in things}
    return found


def _pages(viewer: Viewer, keys: list[int]) -> Iterator[models.QuerySet[Any]]:
    for kind in PAGES:
        yield kind.objects.visible_to(viewer).filter(pk__in=keys).for_cards().prefetch_related(None)


def _questions(viewer: Viewer, keys: list[int]) -> Iterator[models.QuerySet[Any]]:
    yield Question.objects.visible_to(viewer).open().filter(pk__in=keys).for_cards().prefetch_related(None)


def _terms(viewer: Viewer, keys: list[int]) -> Iterator[models.QuerySet[Any]]:
    yield Concept.objects.visible_to(viewer).filter(pk__in=keys)


def _proposals(viewer: Viewer, keys: list[int]) -> Iterator[models.QuerySet[Any]]:
    """One that has been decided is no news that waits for anybody."""
    yield Proposal.objects.visible_to(viewer).waiting().filter(pk__in=keys).for_list()


READABLE = {"page_id": _pages, "question_id": _questions, "concept_id": _terms, "proposal_id": _proposals}


@dataclass(frozen=True)
class Fit:
    """What may be mailed of some items, by their public ids: to everybody, and to members besides."""

    public: dict[str, Thing]
    members: dict[str, Thing]

    @property
    def everything(self) -> dict[str, Thing]:
        return self.public | self.members


def fit_to_mail(items: Iterable[BulletinItem], on: dt.date | None = None) -> Fit:
    """Nobody would travel to it in vain: no cancelled event, and with `on` none that is over by that day."""
    readable = {public_id: thing for public_id, thing in things_of(items, ANY_MEMBER).items() if not is_in_vain(thing, on)}
    pages = [thing.pk for thing in readable.values() if isinstance(thing, Page)]
    public_pages = set(pages_visible_to(ANYBODY).filter(pk__in=pages).values_list("pk", flat=True)) if pages else set()
    public = {public_id: thing for public_id, thing in readable.items() if _is_public(thing, public_pages)}
    return Fit(public, {public_id: thing for public_id, thing in readable.items() if public_id not in public})


def _is_public(thing: Thing, public_pages: Collection[int]) -> bool:
    """Of what a member may read: this is what `visible_to` asks of a visitor besides."""
    if isinstance(thing, Question):
        return bool(thing.audience == Audience.PUBLIC)
    return thing.pk in public_pages if isinstance(thing, Page) else isinstance(thing, Concept)


def audience_of(thing: Thing) -> Audience | None:
    """None for what not even members may read, and for what nobody should travel to."""
    fit = fit_to_mail([item := BulletinItem(**target_of(thing))])
    return Audience.PUBLIC if item.public_id in fit.public else Audience.MEMBERS if item.public_id in fit.members else None


def target_of(thing: Thing) -> dict[str, Any]:
    """The column of an item that names it."""
    if isinstance(thing, Question):
        return {"question": thing}
    if isinstance(thing, Concept):
        return {"concept": thing}
    return {"proposal": thing} if isinstance(thing, Proposal) else {"page": thing.page_ptr}


def is_in_vain(thing: Thing, on: dt.date | None = None) -> bool:
    return isinstance(thing, EventPage) and (thing.is_cancelled or (on is not None and thing.date < on))


def is_cancelled(thing: Thing) -> bool:
    return isinstance(thing, EventPage) and thing.is_cancelled


def answered(items: Iterable[BulletinItem]) -> set[str]:
    """The items whose question somebody has answered."""
    return _whose_question(items, Question.objects.answered())


def unanswered(items: Iterable[BulletinItem]) -> set[str]:
    """The items whose question still waits. One that was closed without an answer does not."""
    return _whose_question(items, Question.objects.unanswered())


def _whose_question(items: Iterable[BulletinItem], among: QuestionQuerySet) -> set[str]:
    questions = {item.question_id: item.public_id for item in items if item.question_id}
    return {questions[pk] for pk in among.filter(pk__in=questions).values_list("pk", flat=True)}


def topic_keys_of(things: Mapping[str, Thing]) -> dict[str, int]:
    """By the item's public id: topics narrow what is new to read and nothing else. Needs things from `things_of`."""
    new = {public_id: thing for public_id, thing in things.items() if section_of(thing) == Section.CONTENT}
    for kind in PAGES:
        if pages := [thing for thing in new.values() if isinstance(thing, kind)]:
            prefetch_related_objects(pages, "concept_tags")
    return dict.fromkeys(things, 0) | topic_keys({public_id: _concepts_of(thing) for public_id, thing in new.items()})


def _concepts_of(thing: Any) -> list[int]:
    if isinstance(thing, Concept):
        return [thing.pk]
    if isinstance(thing, Proposal):
        return [concept.pk for concept in thing.concepts.all()]
    return [tag.concept_id for tag in thing.concept_tags.all()]
