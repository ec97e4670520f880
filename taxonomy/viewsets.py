"""The A-Z in Wagtail: what editors see of terms and schemes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenView,
    SnippetCreateView,
)
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet, SnippetViewSetGroup

from hub.accounts.models import User
from taxonomy import actions
from taxonomy.editing import ConceptForm
from taxonomy.models import Collection, Concept, ConceptChange, ConceptScheme, Label, Proposal

LANGUAGE = "“en” for English, “cy” for Welsh."


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


class ConceptChosenView(SnippetChosenView):
    def get_chosen_response_data(self, item: Concept) -> dict[str, Any]:
        """With what the text editor puts where nothing was selected, and where it leads."""
        data: dict[str, Any] = super().get_chosen_response_data(item)
        return {**data, "title": item.label, "url": item.get_absolute_url()}


class WordForm(forms.Form):
    """A word that no term is called: what is tagged with it carries a candidate, and never a tag of its own."""

    word = forms.CharField(
        label="The word",
        max_length=120,
        help_text="It becomes a suggestion that others can back and an editor decides on. Readers see it here once it is accepted.",
        error_messages={"required": "Write the word."},
    )
    concept: Concept | None = None

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_word(self) -> str:
        return " ".join(self.cleaned_data["word"].split())

    def propose(self) -> bool:
        try:
            self.concept = actions.propose_word(word=self.cleaned_data["word"], by=self.by, now=timezone.now())
        except actions.Refused as refusal:
            self.add_error("word", str(refusal))
        return self.is_valid()


class WordMixin:
    """What the tab on which a word is suggested shows, on whichever of the chooser's views it stands."""

    page_subtitle = ""
    request: HttpRequest

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_creation_form_kwargs()  # type: ignore[misc]
        return {**kwargs, "by": self.request.user}


class ConceptChooseView(WordMixin, ChooseView):
    filter_form_class = NameFilterForm
    results_template_name = "taxonomy/chooser_results.html"
    ordering = ["label"]


class ConceptChooseResultsView(WordMixin, ChooseResultsView):
    filter_form_class = NameFilterForm
    results_template_name = "taxonomy/chooser_results.html"
    ordering = ["label"]


class ConceptCreateView(WordMixin, SnippetCreateView):
    def post(self, request: HttpRequest) -> HttpResponse:
        self.form: WordForm = self.get_creation_form()
        if self.form.is_valid() and self.form.propose():
            chosen: HttpResponse = self.get_chosen_response(self.form.concept)
            return chosen
        shown: HttpResponse = self.get_reshow_creation_form_response()
        return shown


class ConceptChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ConceptChooseView
    choose_results_view_class = ConceptChooseResultsView
    chosen_view_class = ConceptChosenView
    create_view_class = ConceptCreateView
    creation_form_class = WordForm
    creation_tab_label = create_action_label = "Suggest a term"
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
                panels=[
                    FieldRowPanel([FieldPanel("text"), FieldPanel("kind"), FieldPanel("language", help_text=LANGUAGE)]),
                    FieldRowPanel([FieldPanel("status"), FieldPanel("source")]),
                    FieldPanel("note"),
                ],
                help_text="One preferred name in each language, any number of other names. Names “for search only” are found and never shown.",
            ),
            FieldPanel("definition"),
            InlinePanel(
                "relations",
                heading="Broader and related terms",
                label="Term",
                panels=[FieldRowPanel([FieldPanel("target"), FieldPanel("kind"), FieldPanel("broader_kind")])],
                help_text="A related term shows on both terms; change it on either.",
            ),
            InlinePanel(
                "notes",
                heading="Notes",
                label="Note",
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("language", help_text=LANGUAGE)]), FieldPanel("text")],
                help_text="What it covers, where it comes from, an example. Notes for editors are never shown.",
            ),
            InlinePanel(
                "mappings",
                heading="The same elsewhere",
                label="Mapping",
                panels=[
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("target_uri")]),
                    FieldRowPanel([FieldPanel("target_label"), FieldPanel("target_scheme")]),
                    FieldPanel("justification"),
                    FieldRowPanel([FieldPanel("confidence"), FieldPanel("checked_on")]),
                ],
                help_text="Terms of other schemes that mean the same or nearly so, such as the Local Government Service List.",
            ),
            MultiFieldPanel([FieldPanel("status"), FieldPanel("replaced_by")], heading="Standing"),
            FieldPanel("scheme", widget=forms.Select),
            FieldPanel("notation"),
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
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("owner"),
        FieldPanel("licence"),
        FieldPanel("base_uri"),
    ]


class CollectionViewSet(SnippetViewSet):
    model = Collection
    icon = "list-ol"
    menu_label = "Collections"
    list_display = ["title", "scheme"]
    ordering = ["title"]
    copy_view_enabled = False
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("scheme", widget=forms.Select),
        FieldPanel("description"),
        FieldPanel("is_ordered"),
        InlinePanel("members", heading="Terms", label="Term", panels=[FieldPanel("concept")]),
    ]


class ConceptChangeViewSet(SnippetViewSet):
    """A report: nobody may add, change or delete here, whatever the role."""

    model = ConceptChange
    icon = "history"
    menu_label = "Changes"
    list_display = ["summary", Column("get_kind_display", label="Kind", sort_key="kind"), "made_by", "made_at"]
    list_filter = ["kind", "made_at"]
    list_export = ["made_at", "kind", "summary", "reason", "made_by"]
    export_filename = "changes-to-terms"
    search_backend_name = None
    search_fields = ["summary", "reason"]
    inspect_view_enabled = True
    inspect_view_fields = ["summary", "kind", "reason", "made_by", "made_at"]
    copy_view_enabled = False
    ordering = ["-made_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConceptChange]:
        return ConceptChange.objects.select_related("made_by")


class ProposalViewSet(SnippetViewSet):
    """A report too: proposals are decided on their own pages."""

    model = Proposal
    icon = "comment"
    menu_label = "Proposals"
    list_display = [
        Column("__str__", label="Proposal"),
        Column("get_state_display", label="State", sort_key="state"),
        "proposer",
        "proposed_at",
        "due_at",
    ]
    list_filter = ["state", "kind"]
    list_export = ["proposed_at", "due_at", "kind", "label", "reason", "state", "decided_at", "decision_reason"]
    export_filename = "proposals-for-terms"
    search_backend_name = None
    search_fields = ["label", "reason"]
    inspect_view_enabled = True
    inspect_view_fields = ["kind", "label", "definition", "reason", "example", "source", "proposer", "state", "decision_reason"]
    copy_view_enabled = False
    ordering = ["due_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return Proposal.objects.select_related("proposer")


class AToZViewSetGroup(SnippetViewSetGroup):
    items = (ConceptViewSet, CollectionViewSet, ConceptSchemeViewSet, ProposalViewSet, ConceptChangeViewSet)
    menu_label = "A to Z"
    menu_icon = "list-ul"
    menu_order = 250
