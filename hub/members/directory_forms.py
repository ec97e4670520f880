"""The directory's filters; apart from `forms`, which allauth imports while it loads its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from hub.core.audience import Viewer
from hub.core.filters import Filters
from hub.members import directory
from hub.organisations.models import Organisation
from taxonomy.models import Concept


class DirectoryFilters(Filters):
    """With the fields that other rooms add (`hub.members.signals.filters_asked`)."""

    q = forms.CharField(
        label="Name, council or job", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    council = forms.ModelChoiceField(
        label="Council", queryset=Organisation.objects.none(), to_field_name="slug", required=False, empty_label="Any"
    )
    tier = forms.ChoiceField(label="Kind of council", choices=[("", "Any"), *Organisation.Tier.choices], required=False)
    concept = forms.ModelChoiceField(
        label="Term",
        queryset=Concept.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="Anything",
    )
    sort = forms.ChoiceField(label="Order", choices=[("", "By name"), ("newest", "Newest members first")], required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        councils = directory.councils_to_choose_from(viewer, timezone.now())
        terms = directory.terms_to_choose_from(viewer, self.data.get("concept", ""))
        for name, choices in (("council", councils), ("concept", terms)):
            self.fields[name].queryset = choices  # type: ignore[attr-defined]  # a choice field
        self.added = directory.added_filters(viewer)
        self.fields |= {added.name: added.field for added in self.added}
        self.order_fields([*(name for name in self.fields if name != "sort"), "sort"])

    @property
    def conditions(self) -> list[Q]:
        """Of the added fields that are in use."""
        chosen = self.chosen
        return [added.condition(chosen[added.name]) for added in self.added if added.name in chosen]
