"""Making a page of a thread: a draft, which an editor finishes and publishes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseStudyConcept, CaseStudyIndexPage, CaseStudyPage
from forum.models import Answer, Question
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.desk.models import DeskEntry, SettledPage
from hub.desk.models.entries import MAKE_PAGE
from hub.desk.rich_text import as_rich_text
from hub.library.models import BriefingPaperConcept, BriefingPaperIndexPage, BriefingPaperPage
from hub.organisations.models import Organisation

Block = tuple[str, str]


class CannotMakePage(Exception):
    """Its text is a sentence for the screen."""


@transaction.atomic
def make_page(
    *,
    question: Question,
    answers: Sequence[Answer],
    credited: Iterable[str],
    title: str,
    summary: str,
    council: Organisation | None = None,
    by: User,
    now: dt.datetime,
) -> SettledPage:
    """With a council a case study of theirs, without one a briefing paper. `credited` are the names of those who agreed.

    Of a thread among members it is a page among members, from its first moment. Readers see nothing of a draft.
    """
    Question.objects.select_for_update().get(pk=question.pk)
    if SettledPage.objects.filter(question=question).exists():
        raise CannotMakePage("There is a page of this question already.")
    page, parent = _case_study(question, council) if council else _paper(question, list(credited))
    page.title, page.summary, page.owner, page.live = title, summary, by, False
    page.body = _body(question, answers, list(credited) if council else [])
    if isinstance(page, CaseStudyPage):
        page.problem, page.what_they_did = title[:300], summary[:300]
    parent.add_child(instance=page)
    if question.audience == Audience.MEMBERS:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    page.save_revision(user=by, log_action=True)
    settled = SettledPage.objects.create(question=question, page=Page.objects.get(pk=page.pk), made_by=by, made_at=now)
    DeskEntry.objects.create(area=DeskEntry.Area.HOUSE, tray="page", key=question.public_id, decision=MAKE_PAGE, by=by, at=now)
    return settled


def _paper(question: Question, credited: list[str]) -> tuple[BriefingPaperPage, Page]:
    parent = BriefingPaperIndexPage.objects.first()
    if parent is None:
        raise CannotMakePage("There is no list of briefing papers to put it in.")
    page = BriefingPaperPage(authors=", ".join(credited)[:200])
    page.concept_tags = [BriefingPaperConcept(concept=concept) for concept in question.concepts.all()]
    return page, parent


def _case_study(question: Question, council: Organisation) -> tuple[CaseStudyPage, Page]:
    parent = CaseStudyIndexPage.objects.first()
    if parent is None:
        raise CannotMakePage("There is no list of case studies to put it in.")
    page = CaseStudyPage(council=council)
    page.concept_tags = [CaseStudyConcept(concept=concept) for concept in question.concepts.all()]
    page.products = list(question.products.all())
    return page, parent


def _body(question: Question, answers: Sequence[Answer], credited: list[str]) -> list[Block]:
    """Councils are named beside what they said, people only where they agreed."""
    blocks: list[Block] = [("heading", "The question"), ("text", as_rich_text(question.body_html)), ("heading", "What helped")]
    for answer in answers:
        if answer.council and not answer.is_sealed:
            blocks.append(("subheading", f"From {answer.council.name}"[:120]))
        blocks.append(("text", as_rich_text(answer.body_html)))
    if credited:
        blocks.append(("text", f"<p>With thanks to {', '.join(map(_plain, credited))}.</p>"))
    return blocks


def _plain(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;")
