"""Briefing papers: living documents, versioned in words, open to everyone unless restricted to members."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index

from hub.core.blocks import BodyBlock
from hub.core.models import BasePage, BasePageQuerySet
from hub.core.paging import page_of
from taxonomy.models import Concept, ConceptTag, concepts_shown


class BriefingPaperQuerySet(BasePageQuerySet):
    def for_cards(self) -> Self:
        """Newest first, with what components/page_card.html reads."""
        return self.prefetch_related("concept_tags__concept").order_by("-first_published_at", "path")


class BriefingPaperIndexPage(BasePage):
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["library.BriefingPaperPage"]
    template = "library/briefing_paper_index_page.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        papers = BriefingPaperPage.objects.child_of(self).visible_to(request.user).for_cards()
        return {**super().get_context(request, *args, **kwargs), "papers": page_of(papers, request)}


class BriefingPaperPage(BasePage):
    parent_page_types = ["library.BriefingPaperIndexPage"]
    subpage_types: list[str] = []
    template = "library/briefing_paper_page.html"

    body = StreamField(BodyBlock())
    authors = models.CharField(max_length=200, blank=True, help_text="Names as readers see them, separated by commas.")
    version = models.PositiveSmallIntegerField(default=1)
    changed = models.CharField("what changed in this version", max_length=300, blank=True)
    revised_on = models.DateField("date of this version", null=True, blank=True)

    objects = PageManager.from_queryset(BriefingPaperQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("authors"),
        MultiFieldPanel([FieldPanel("version"), FieldPanel("revised_on"), FieldPanel("changed")], heading="This version"),
        InlinePanel("concept_tags", label="Term", heading="Terms", panels=[FieldPanel("concept")]),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.SearchField("authors")]

    @property
    def concepts_shown(self) -> list[Concept]:
        return concepts_shown(self.concept_tags.all())

    @property
    def kicker(self) -> str:
        if self.version > 1 and self.revised_on:
            return f"Briefing paper · version {self.version}, revised {self.revised_on:%-d %B %Y}"
        return "Briefing paper"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        context["concepts"] = concepts_shown(self.concept_tags.select_related("concept"))
        context["contents"] = [(block.id, block.value) for block in self.body if block.block_type == "heading"]
        return context


class BriefingPaperConcept(ConceptTag):
    page = ParentalKey(BriefingPaperPage, on_delete=models.CASCADE, related_name="concept_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "concept"], name="library_briefing_paper_concept_once")]
