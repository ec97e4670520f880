"""The kinds of thing that are found, each named once: who sees which, what a result shows, how it is tagged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator

from casestudies.models import CaseStudyPage
from forum.models import Question
from hub.core.audience import Viewer
from hub.events.models import EventPage
from hub.library.models import BriefingPaperPage
from hub.organisations.models import Organisation
from stepshare.models import Product, Project
from taxonomy.models import Concept

SUMMARY_LENGTH = 240


@dataclass(frozen=True)
class Term:
    """A concept as a tag: the two columns that components/concept_tags.html reads."""

    label: str
    slug: str

    def get_absolute_url(self) -> str:
        return reverse("taxonomy:concept", kwargs={"slug": self.slug})


@dataclass(frozen=True)
class Hit:
    """One thing found, ready to be drawn. `text` is what a passage may be taken from when the summary has none of the words."""

    kind: str
    kicker: str
    title: str
    url: str
    summary: str
    text: str = ""
    concepts: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Source:
    """One kind. `newest` is a date and `tie` a text that no other of the kind has: a list never falls back on primary keys."""

    kind: str
    label: str
    plural: str
    model: type[models.Model]
    visible: Callable[[Viewer], QuerySet[Any]]
    cards: Callable[[QuerySet[Any]], QuerySet[Any]]
    hit: Callable[[Any], Hit]
    tie: str
    newest: str = ""

    @property
    def tag_model(self) -> type[models.Model] | None:
        """The room's ConceptTag, by the name that every room gives it."""
        return self._tags.related_model if self._tags else None

    @property
    def tag_key(self) -> str:
        """The tag's column that points at the thing."""
        return self._tags.field.attname if self._tags else ""

    @property
    def _tags(self) -> Any:
        return next((relation for relation in self.model._meta.related_objects if relation.name == "concept_tags"), None)

    def tagged(self, things: QuerySet[Any], concept: Concept) -> QuerySet[Any]:
        """Those that carry the concept; none of a kind that carries no concepts."""
        if self.tag_model is None:
            return things.none()
        return things.filter(pk__in=self.tag_model._default_manager.filter(concept=concept).values(self.tag_key))


def _as_they_are(things: QuerySet[Any]) -> QuerySet[Any]:
    return things


def _shortened(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(SUMMARY_LENGTH)


def _body_text(page: Any) -> str:
    return " ".join(page.body.stream_block.get_searchable_content(page.body))


def _term_hit(concept: Concept) -> Hit:
    return Hit("term", "Term", concept.label, concept.get_absolute_url(), concept.definition)


def _page_hit(kind: str) -> Callable[[Any], Hit]:
    def hit(page: Any) -> Hit:
        return Hit(kind, getattr(page, "kicker", "About the hub"), page.title, page.url or "", page.summary, text=_body_text(page))

    return hit


def _question_hit(question: Question) -> Hit:
    text = strip_tags(question.body_html)
    kicker = f"Question · {question.asker_line}, {question.asked_at:%-d %B %Y}"
    return Hit("question", kicker, question.title, question.get_absolute_url(), _shortened(text), text=text)


def _system_hit(product: Product) -> Hit:
    kicker = f"System · {product.supplier.name}" if product.supplier else "System"
    return Hit("system", kicker, product.name, product.get_absolute_url(), product.summary)


def _council_hit(council: Organisation) -> Hit:
    kicker = council.get_tier_display() if council.tier else "Council"
    place = ", ".join(part for part in (council.region, council.nation) if part)
    return Hit("council", kicker, council.name, council.get_absolute_url(), _shortened(council.about) or place)


def _project_hit(project: Project) -> Hit:
    kicker = f"Project · {project.council.name}"
    return Hit("project", kicker, project.title, project.get_absolute_url(), project.summary, text=strip_tags(project.body_html))


@cache
def all_sources() -> tuple[Source, ...]:
    """In the order in which kinds are listed. Built on first use: hub.home stands a floor higher and is known by name only."""
    information = apps.get_model("home", "InformationPage")
    return (
        Source(
            "term",
            "Term",
            "Terms",
            Concept,
            visible=Concept.objects.visible_to,
            cards=_as_they_are,
            hit=_term_hit,
            tie="slug",
            newest="modified_at",
        ),
        Source(
            "paper",
            "Briefing paper",
            "Briefing papers",
            BriefingPaperPage,
            visible=BriefingPaperPage.objects.visible_to,
            cards=_as_they_are,
            hit=_page_hit("paper"),
            tie="url_path",
            newest="first_published_at",
        ),
        Source(
            "case-study",
            "Case study",
            "Case studies",
            CaseStudyPage,
            visible=CaseStudyPage.objects.visible_to,
            cards=lambda studies: studies.select_related("council"),
            hit=_page_hit("case-study"),
            tie="url_path",
            newest="first_published_at",
        ),
        Source(
            "question",
            "Question",
            "Questions",
            Question,
            # One's own hidden question is read at its own address, never found.
            visible=lambda viewer: Question.objects.visible_to(viewer).open(),
            cards=lambda questions: questions.select_related("council"),
            hit=_question_hit,
            tie="public_id",
            newest="asked_at",
        ),
        Source(
            "system",
            "System",
            "Systems",
            Product,
            visible=Product.objects.visible_to,
            cards=lambda products: products.select_related("supplier"),
            hit=_system_hit,
            tie="slug",
            newest="entered_at",
        ),
        Source(
            "council",
            "Council",
            "Councils",
            Organisation,
            visible=lambda viewer: Organisation.objects.visible_to(viewer).councils(),
            cards=_as_they_are,
            hit=_council_hit,
            tie="slug",
        ),
        Source(
            "project",
            "Project",
            "Projects",
            Project,
            visible=Project.objects.visible_to,
            cards=lambda projects: projects.select_related("council"),
            hit=_project_hit,
            tie="public_id",
            newest="changed_at",
        ),
        Source(
            "event",
            "Event",
            "Events",
            EventPage,
            visible=EventPage.objects.visible_to,
            cards=_as_they_are,
            hit=_page_hit("event"),
            tie="public_id",
            newest="first_published_at",
        ),
        Source(
            "page",
            "About the hub",
            "About the hub",
            information,
            visible=information.objects.visible_to,
            cards=_as_they_are,
            hit=_page_hit("page"),
            tie="url_path",
            newest="first_published_at",
        ),
    )


def source_of(model: type[models.Model]) -> Source | None:
    return next((source for source in all_sources() if source.model is model), None)


def source_called(kind: str) -> Source | None:
    return next((source for source in all_sources() if source.kind == kind), None)
