"""What an issue can point at, as it stands now: events, papers, case studies and questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from casestudies.models import CaseStudyPage
from forum.models import Question
from hub.bulletin.models import BulletinItem, Section
from hub.core.audience import Viewer
from hub.core.models import pages_visible_to
from hub.events.models import EventPage
from hub.library.models import BriefingPaperPage

Thing = EventPage | BriefingPaperPage | CaseStudyPage | Question

# A subscriber need not have an account, so an issue holds only what everybody may read.
ANYBODY = AnonymousUser()

# The one list of what goes where: another kind of content becomes one more line.
SECTIONS: dict[type[Thing], Section] = {
    EventPage: Section.EVENTS,
    BriefingPaperPage: Section.CONTENT,
    CaseStudyPage: Section.CONTENT,
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
    kicker = thing.kicker
    if isinstance(thing, EventPage):
        kicker = f"{kicker}, {thing.start_time:%H:%M} · {thing.venue}"
    return Words(thing.title, thing.url or "", kicker[:300], thing.summary)


def _question_kicker(question: Question) -> str:
    asked = f"{question.asker_line[0].upper()}{question.asker_line[1:]}, {question.asked_at:%-d %B %Y}"
    waiting = question.councils_waiting
    if waiting > 1:
        return f"{asked} · {waiting} councils wait for an answer"
    return asked


def things_of(items: Iterable[BulletinItem], viewer: Viewer) -> dict[str, Thing]:
    """By the item's public id: what this viewer may read at this moment, and nothing else. As many queries for 50 as for 5."""
    items = list(items)
    pages = {item.page_id: item.public_id for item in items if item.page_id}
    questions = {item.question_id: item.public_id for item in items if item.question_id}
    found: dict[str, Thing] = {}
    for kind in PAGES if pages else ():
        for page in kind.objects.visible_to(viewer).filter(pk__in=pages).for_cards():
            found[pages[page.pk]] = page
    if questions:
        for question in Question.objects.visible_to(viewer).open().filter(pk__in=questions).for_cards():
            found[questions[question.pk]] = question
    return found


def open_to_everyone(items: Iterable[BulletinItem]) -> dict[str, Thing]:
    """What may be mailed: everybody may read it, and nobody would travel to it in vain."""
    return {public_id: thing for public_id, thing in things_of(items, ANYBODY).items() if not is_cancelled(thing)}


def is_open_to_everyone(thing: Thing) -> bool:
    if isinstance(thing, Question):
        return Question.objects.visible_to(ANYBODY).open().filter(pk=thing.pk).exists()
    return not is_cancelled(thing) and pages_visible_to(ANYBODY).filter(pk=thing.pk).exists()


def is_cancelled(thing: Thing) -> bool:
    return isinstance(thing, EventPage) and thing.is_cancelled


def unanswered(items: Iterable[BulletinItem]) -> set[str]:
    """The items whose question still waits."""
    questions = {item.question_id: item.public_id for item in items if item.question_id}
    return {questions[pk] for pk in Question.objects.unanswered().filter(pk__in=questions).values_list("pk", flat=True)}
