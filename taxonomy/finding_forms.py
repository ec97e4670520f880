"""What the question under each page of the A-Z sends."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from taxonomy import queries
from taxonomy.models import Concept, Feedback


class Answer(NamedTuple):
    place: Feedback.Place
    concept: Concept | None
    found: bool
    words: str


class FeedbackForm(forms.Form):
    place = forms.ChoiceField(choices=Feedback.Place.choices)
    term = forms.SlugField(required=False, max_length=120)
    letter = forms.CharField(required=False, max_length=3)
    found = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
    words = forms.CharField(required=False, max_length=500)
    # Nobody sees this box; programs that fill in every box do.
    website = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        concept = queries.where_slug_leads(data.get("term") or "")
        if data.get("place") == Feedback.Place.TERM and concept is None:
            self.add_error("term", "There is no such term.")
        return {**data, "concept": concept}

    def answer(self) -> Answer:
        data = self.cleaned_data
        return Answer(Feedback.Place(data["place"]), data["concept"], data["found"] == "yes", data["words"])

    @property
    def is_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    def without_words(self) -> str:
        """The answer as a query string: words stay out of addresses."""
        kept = {name: self.cleaned_data[name] for name in ("place", "term", "letter", "found")}
        return urlencode({name: value for name, value in kept.items() if value})

    @property
    def back(self) -> str:
        """The page that asked."""
        if concept := self.cleaned_data["concept"]:
            return str(concept.get_absolute_url())
        letter = self.cleaned_data["letter"].lower()
        if self.cleaned_data["place"] == Feedback.Place.TREE:
            return reverse("taxonomy:tree")
        if letter in queries.ORDER:
            return reverse("taxonomy:letter", kwargs={"letter": letter})
        return reverse("taxonomy:a_z")
