"""What the directory's filters and a council's record ask. Forms validate and label; they never save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils.datastructures import MultiValueDict

from hub.core.audience import Audience, Viewer
from hub.core.filters import Filters
from hub.core.markdown import MAX_LENGTH
from hub.organisations.models import Organisation
from hub.organisations.queries import predecessors_of
from stepshare import queries
from stepshare.models import FactAudience, Installation, Product, ProductConcept, Project, ProjectConcept
from taxonomy.forms import ConceptsField
from taxonomy.models import Concept

ANY = [("", "Any")]


# --- Filters ----------------------------------------------------------------------------------------------------------------


class CouncilFilters(Filters):
    q = forms.CharField(label="Name", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))
    tier = forms.ChoiceField(label="Kind", choices=[*ANY, *Organisation.Tier.choices], required=False)
    nation = forms.ChoiceField(label="Nation", choices=[*ANY, *Organisation.Nation.choices], required=False)
    on_record = forms.BooleanField(label="With systems on record", required=False)


class SystemFilters(Filters):
    q = forms.CharField(label="Words", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))
    concept = forms.ModelChoiceField(
        label="What it does", queryset=Concept.objects.none(), to_field_name="slug", required=False, empty_label="Anything"
    )
    supplier = forms.ModelChoiceField(
        label="Supplier", queryset=Organisation.objects.none(), to_field_name="slug", required=False, empty_label="Any"
    )
    status = forms.ChoiceField(label="How councils stand with it", choices=[*ANY, *Installation.Status.choices], required=False)
    sort = forms.ChoiceField(
        label="Order",
        choices=[("", "By name"), ("councils", "Most councils first"), ("newest", "Newest on record first")],
        required=False,
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "concept", Concept.objects.to_choose_from(ProductConcept.objects.all(), self.data.get("concept", "")))
        _offer(self, "supplier", queries.suppliers_with_systems())


class ProjectFilters(Filters):
    phase = forms.ChoiceField(label="Phase", choices=[*ANY, *Project.Phase.choices], required=False)
    seeking = forms.ChoiceField(label="Looks for", choices=[*ANY, *Project.Seeking.choices], required=False)
    concept = forms.ModelChoiceField(
        label="About", queryset=Concept.objects.none(), to_field_name="slug", required=False, empty_label="Anything"
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tags = ProjectConcept.objects.filter(project__in=Project.objects.visible_to(viewer))
        _offer(self, "concept", Concept.objects.to_choose_from(tags, self.data.get("concept", "")))


def _offer(form: forms.Form, name: str, choices: Any) -> None:
    form.fields[name].queryset = choices  # type: ignore[attr-defined]  # a choice field


# --- A council's record ------------------------------------------------------------------------------------------------------


class NamesWidget(forms.Textarea):
    """One name on each line; a script makes it a box that completes, and sends each name by itself."""

    template_name = "stepshare/names_widget.html"

    def __init__(self, kind: str, most: int) -> None:
        super().__init__(attrs={"rows": 3})
        self.kind, self.most = kind, most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "completions": reverse("stepshare:completions", args=[self.kind]),
            "most": self.most,
            "thing": self.kind.removesuffix("s"),
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Also takes a plain dict, as tests and programs write it."""
        return "\n".join(data.getlist(name)) if isinstance(data, MultiValueDict) else data.get(name)


class NamesField(forms.CharField):
    """`cleaned_data` holds what the names mean. A list to tick would run to hundreds. `kind` is of `queries.COMPLETIONS`."""

    def __init__(
        self,
        *,
        kind: str,
        find: Callable[[list[str]], dict[str, list[Any]]],
        like: Callable[[str], list[str]],
        most: int,
        **kwargs: Any,
    ):
        super().__init__(required=False, max_length=5000, widget=NamesWidget(kind, most), **kwargs)
        self.find, self.like, self.most = find, like, most

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else "\n".join(str(item) for item in value)

    def clean(self, value: Any) -> Any:
        names = list(dict.fromkeys(" ".join(line.split()) for line in super().clean(value).splitlines() if line.strip()))
        if len(names) > self.most:
            raise ValidationError(f"Name {self.most} at most. There are {len(names)}.")
        found = self.find(names)
        errors = [self._error(name, rows) for name, rows in found.items() if len(rows) != 1]
        if errors:
            raise ValidationError(errors)
        return [rows[0] for rows in found.values()]

    def _error(self, name: str, rows: list[Any]) -> str:
        if rows:
            return f"“{name}” may be any of these: {', '.join(map(str, rows))}. Write the full name."
        near = self.like(name)
        return f"We know of no “{name}”. " + (
            f"Did you mean {' or '.join(near)}?" if near else "Check how it is spelt, or leave it out."
        )


def day_field(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day like 14/3/2024."},
    )


class InstallationForm(forms.ModelForm):
    """For one council; asks for the system only when the fact is new."""

    product = forms.ModelChoiceField(
        label="System",
        queryset=Product.objects.none(),
        to_field_name="public_id",
        empty_label="Choose one",
        error_messages={
            "invalid_choice": "This system is not in the list any more. Choose again.",
            "required": "Choose the system.",
        },
    )
    legacy_area = forms.ModelChoiceField(
        label="Inherited from",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="Not inherited",
        help_text="If it came with the area of a council that is no more, and still serves that area.",
    )
    went_live_on = day_field("Went live on", "The first of the month will do.")
    planned_exit_on = day_field("Planned to end on")

    class Meta:
        model = Installation
        fields = (
            *("status", "version", "hosting", "users", "used_for", "local_name", "legacy_area", "went_live_on", "planned_exit_on"),
            "audience",
        )
        labels = {
            "status": "Where you stand with it",
            "hosting": "Where it runs",
            "users": "How many people use it",
            "used_for": "What you use it for",
            "local_name": "What people call it",
            "audience": "Who may see this?",
        }
        help_texts = {
            "used_for": "In a sentence: which services, which channels.",
            "local_name": "If your council has a name of its own for it.",
            "audience": "The system itself is in the public list. This is about the fact that your council has it, and the answers above.",
        }
        widgets = {"audience": forms.RadioSelect}

    field_order = ["product"]

    def __init__(self, council: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.council = council
        if self.instance.pk:
            del self.fields["product"]
            if "legacy_area" not in (kwargs.get("initial") or {}):
                self.initial["legacy_area"] = self.instance.legacy_area
        else:
            self.fields["product"].queryset = Product.objects.select_related("supplier").order_by("name", "slug")  # type: ignore[attr-defined]  # a choice field
        predecessors = [body.pk for body in predecessors_of(council)]
        if predecessors:
            self.fields["legacy_area"].queryset = Organisation.objects.filter(pk__in=predecessors).order_by("name")  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["legacy_area"]
        self.fields["audience"].choices = [  # type: ignore[attr-defined]  # a choice field
            (FactAudience.MEMBERS, "Members of the hub: people who work in councils. Suppliers are not among them."),
            (FactAudience.PUBLIC, "Everyone who comes to this site, suppliers included."),
            (FactAudience.COUNCIL, f"Only people from {council.name}, and the facilitators of the hub."),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        live, ends = data.get("went_live_on"), data.get("planned_exit_on")
        if live and ends and ends < live:
            self.add_error("planned_exit_on", "This day is before it went live.")
        product = data.get("product")
        if product and self._on_record(product, data.get("legacy_area")):
            self.add_error("product", f"{self.council.short_name} has {product} on record. Change what is there instead.")
        return data

    def _on_record(self, product: Product, legacy_area: Organisation | None) -> bool:
        facts = Installation.objects.filter(council=self.council, product=product, legacy_area=legacy_area)
        return facts.not_retired().exists()

    def facts(self) -> dict[str, Any]:
        """What the action takes: everything but the system."""
        return {name: value for name, value in self.cleaned_data.items() if name != "product"}


class ProductForm(forms.Form):
    """Shows what is near before anything is added twice: `near` is filled by validation."""

    name = forms.CharField(
        label="What is the system called?", max_length=120, error_messages={"required": "Write what the system is called."}
    )
    supplier = forms.CharField(
        label="Who supplies it?",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "supplier-names", "autocomplete": "off"}),
        help_text="Leave it empty for something your council made itself.",
    )
    summary = forms.CharField(
        label="What is it, in a sentence?", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    website = forms.URLField(label="Its website", required=False, assume_scheme="https")
    concepts = ConceptsField(label="What does it do?", required=False)
    none_of_these = forms.BooleanField(label="It is none of these. Add it as a new system.", required=False)

    near: list[Product] = []

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_supplier(self) -> str:
        return " ".join(self.cleaned_data["supplier"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.near = queries.near_products(data.get("name", ""))
        if self.near and not data.get("none_of_these"):
            self.add_error("none_of_these", "Look first whether it is one of the systems that are in the list.")
        if not self.near:
            del self.fields["none_of_these"]
        return data


class ProjectForm(forms.ModelForm):
    CONNECTIONS = ("partners", "products", "concepts")

    partners = NamesField(
        label="Partner councils",
        kind="councils",
        find=queries.councils_named,
        like=queries.like_council_names,
        most=30,
    )
    products = NamesField(
        label="Systems it is about",
        kind="systems",
        find=queries.systems_named,
        like=queries.like_system_names,
        most=20,
    )
    concepts = ConceptsField(label="Terms", required=False)
    started_on = day_field("Started on", "The first of the month will do.")
    ended_on = day_field("Ended on")
    audience = forms.ChoiceField(
        label="Who may see this?",
        widget=forms.RadioSelect,
        choices=[
            (Audience.MEMBERS, "Members of the hub: people who work in councils. Suppliers are not among them."),
            (Audience.PUBLIC, "Everyone who comes to this site, suppliers included."),
        ],
    )

    field_order = (
        *("title", "summary", "phase", "seeking", "body", "lesson", "partners", "products", "concepts"),
        *("started_on", "ended_on", "audience"),
    )

    class Meta:
        model = Project
        fields = (
            *("title", "summary", "phase", "seeking", "body", "lesson"),
            *("started_on", "ended_on", "audience"),
        )
        labels = {"title": "What is the project called?", "summary": "What is it, in two sentences?", "body": "More about it"}
        labels |= {"phase": "How far is it?", "seeking": "What do you look for from other councils?"}
        labels |= {"lesson": "What would you tell another council?"}
        help_texts = {
            "body": "What you set out to do, what you did, what it cost. Blank lines between paragraphs, a dash before each point of a list.",
            "lesson": "Mistakes help most.",
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(
                attrs={"rows": 10, "maxlength": MAX_LENGTH, "data-preview-url": reverse_lazy("markdown_preview")}
            ),
            "lesson": forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seeking"].choices = [("", "Nothing just now"), *Project.Seeking.choices]  # type: ignore[attr-defined]  # a choice field
        self.fields["body"].max_length = MAX_LENGTH  # type: ignore[attr-defined]  # a choice field
        if self.instance.pk is None:
            self.initial.setdefault("audience", Audience.MEMBERS)

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > MAX_LENGTH:
            raise ValidationError(f"Write {MAX_LENGTH:,} characters at most. There are {len(body):,}.")
        return body

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        started, ended = data.get("started_on"), data.get("ended_on")
        if started and ended and ended < started:
            self.add_error("ended_on", "This day is before the start.")
        return data

    def facts(self) -> dict[str, Any]:
        """Fields of the project's own row."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.CONNECTIONS}

    def connections(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.CONNECTIONS}
