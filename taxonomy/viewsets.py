"""The A-Z in Wagtail: what editors see of terms and schemes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet, SnippetViewSetGroup

from taxonomy.editing import ConceptForm
from taxonomy.models import Concept, ConceptScheme, Label


class GuardedDeleteView(DeleteView):
    """Wagtail asks about the single row only to draw the button."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.user_has_permission_for_instance("delete", self.object):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class NameFilterForm(SearchFilterMixin, BaseFilterForm):
    """Finds by every name a term has, straight from the tables: a term just made can be chosen at once."""

    def filter(self, objects: QuerySet[Concept]) -> QuerySet[Concept]:
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        if not self.is_searching:
            return objects
        return objects.filter(pk__in=Label.objects.filter(text__icontains=self.search_query).values("concept"))


class ConceptChooseView(ChooseView):
    filter_form_class = NameFilterForm
    ordering = ["label"]


class ConceptChooseResultsView(ChooseResultsView):
    filter_form_class = NameFilterForm
    ordering = ["label"]


class ConceptChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ConceptChooseView
    choose_results_view_class = ConceptChooseResultsView
    choose_one_text = "Choose a term"
    choose_another_text = "Choose another term"

    def get_object_list(self) -> QuerySet[Concept]:
        return Concept.objects.exclude(status=Concept.Status.DEPRECATED)


class ConceptViewSet(SnippetViewSet):
    model = Concept
    icon = "tag"
    menu_label = "Terms"
    list_display = ["label", Column("get_status_display", label="Status", sort_key="status"), "scheme", "modified_at"]
    list_filter = ["status", "scheme"]
    ordering = ["label"]
    # By the tables, not by the index: it finds other names, and terms just made.
    search_backend_name = None
    search_fields = ["labels__text", "definition"]
    copy_view_enabled = False  # a copy would only claim the names of the original
    delete_view_class = GuardedDeleteView
    chooser_viewset_class = ConceptChooserViewSet
    edit_handler = ObjectList(
        [
            InlinePanel(
                "labels",
                heading="Names",
                label="Name",
                min_num=1,
                panels=[FieldRowPanel([FieldPanel("text"), FieldPanel("kind")])],
                help_text="One preferred name, any number of other names. Names “for search only” are found and never shown.",
            ),
            FieldPanel("definition"),
            InlinePanel(
                "relations",
                heading="Broader and related terms",
                label="Term",
                panels=[FieldRowPanel([FieldPanel("target"), FieldPanel("kind")])],
                help_text="A related term shows on both terms; change it on either.",
            ),
            MultiFieldPanel([FieldPanel("status"), FieldPanel("replaced_by")], heading="Standing"),
            FieldPanel("scheme", widget=forms.Select),
            FieldPanel("slug", help_text="Leave it empty, and it is made from the preferred name."),
        ],
        base_form_class=ConceptForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concept]:
        """Each term once, however many of its names match."""
        return Concept.objects.select_related("scheme").distinct()


class ConceptSchemeViewSet(SnippetViewSet):
    model = ConceptScheme
    icon = "list-ul"
    menu_label = "Schemes"
    list_display = ["title", "slug"]
    delete_view_class = GuardedDeleteView
    ordering = ["title"]
    panels = [FieldPanel("title"), FieldPanel("slug"), FieldPanel("description"), FieldPanel("licence")]


class AToZViewSetGroup(SnippetViewSetGroup):
    items = (ConceptViewSet, ConceptSchemeViewSet)
    menu_label = "A to Z"
    menu_icon = "list-ul"
    menu_order = 250
