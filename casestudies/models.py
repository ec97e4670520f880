"""Case studies: eight facts in the same order everywhere, then the story, mistakes included."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index

from hub.core.blocks import BodyBlock
from hub.core.models import BasePage, BasePageQuerySet
from hub.core.paging import page_of, query_without_page
from hub.organisations.models import Organisation
from stepshare.models import Product, Project
from taxonomy.models import Concept, ConceptTag, concepts_shown


class CaseStudyQuerySet(BasePageQuerySet):
    def for_cards(self) -> Self:
        """Newest first, with what components/page_card.html reads."""
        return self.select_related("council").prefetch_related("concept_tags__concept").order_by("-first_published_at", "path")

    def filtered(self, params: dict[str, str]) -> Self:
        """`council` and `term` by slug; what names nothing finds nothing."""
        found = self
        if params.get("council"):
            found = found.filter(council__slug=params["council"])
        if params.get("term"):
            found = found.filter(concept_tags__concept__in=Concept.objects.for_tags().filter(slug=params["term"]))
        return found


class CaseStudyIndexPage(BasePage):
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["casestudies.CaseStudyPage"]
    template = "casestudies/case_study_index_page.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        studies = CaseStudyPage.objects.child_of(self).visible_to(request.user)
        chosen = {name: request.GET.get(name, "") for name in ("council", "term")}
        return {
            **super().get_context(request, *args, **kwargs),
            "case_studies": page_of(studies.filtered(chosen).for_cards(), request),
            "query": query_without_page(request),
            "chosen": chosen,
            "councils": Organisation.objects.visible_to(request.user)
            .filter(case_studies__in=studies)
            .distinct()
            .order_by("short_name"),
        }


class CaseStudyPage(BasePage):
    parent_page_types = ["casestudies.CaseStudyIndexPage"]
    subpage_types: list[str] = []
    template = "casestudies/case_study_page.html"

    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="case_studies")
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, blank=True, related_name="case_studies")
    products = ParentalManyToManyField(Product, blank=True, related_name="case_studies", verbose_name="systems")
    problem = models.CharField("the problem", max_length=300)
    what_they_did = models.CharField("what they did", max_length=300)
    cost = models.CharField("what it cost", max_length=200, blank=True)
    time_taken = models.CharField("how long it took", max_length=200, blank=True)
    people = models.CharField("who did it", max_length=200, blank=True)
    saved = models.CharField("what it saved", max_length=200, blank=True)
    went_wrong = models.CharField("what went wrong", max_length=300, blank=True)
    would_do_differently = models.CharField("what they would do differently", max_length=300, blank=True)
    body = StreamField(BodyBlock())

    FACTS = ("problem", "what_they_did", "cost", "time_taken", "people", "saved", "went_wrong", "would_do_differently")

    objects = PageManager.from_queryset(CaseStudyQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("council"), FieldPanel("project"), FieldPanel("products")], heading="Whose story"),
        MultiFieldPanel([FieldPanel(name) for name in FACTS], heading="The facts, shown first"),
        FieldPanel("body"),
        InlinePanel("concept_tags", label="Term", heading="Terms", panels=[FieldPanel("concept")]),
    ]
    search_fields = [
        *BasePage.search_fields,
        *[index.SearchField(name) for name in FACTS],
        index.SearchField("body"),
        index.RelatedFields("council", [index.SearchField("name")]),
    ]

    @property
    def concepts_shown(self) -> list[Concept]:
        return concepts_shown(self.concept_tags.all())

    @property
    def kicker(self) -> str:
        """Needs `council` loaded."""
        return f"Case study · {self.council.name}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Always the same eight in the same order; what nobody wrote down is left out."""
        pairs = [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.FACTS]
        return [(f"{name[0].upper()}{name[1:]}", value) for name, value in pairs if value]

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        visible_projects = Project.objects.visible_to(request.user)
        return {
            **super().get_context(request, *args, **kwargs),
            "concepts": concepts_shown(self.concept_tags.select_related("concept")),
            "systems": self.products.order_by("name"),
            "project": visible_projects.filter(pk=self.project_id).first() if self.project_id else None,
        }


class CaseStudyConcept(ConceptTag):
    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="concept_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "concept"], name="casestudies_case_study_concept_once")]
