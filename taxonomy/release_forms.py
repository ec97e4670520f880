"""The forms on which editors prepare a release."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from taxonomy.models import ConceptScheme, SchemeRelease


class ReleaseForm(forms.ModelForm):
    scheme = forms.ModelChoiceField(queryset=ConceptScheme.objects.none(), to_field_name="slug", empty_label=None)
    number = forms.RegexField(
        regex=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$",
        label="Number",
        help_text="Such as 1.4.",
        error_messages={"required": "Give the release a number.", "invalid": "Use figures, letters, dots and dashes, such as 1.4."},
    )

    class Meta:
        model = SchemeRelease
        fields = ["scheme", "number", "notes"]
        labels = {"notes": "What is new, in a few sentences"}
        widgets = {"notes": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = ConceptScheme.objects.order_by("title")  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The action writes the row and says what stands against it."""


class CommentWindowForm(forms.Form):
    until = forms.DateField(
        label="Open for comment until the end of",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-05-05."},
    )

    def end_of_day(self) -> dt.datetime:
        day: dt.date = self.cleaned_data["until"]
        return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))
