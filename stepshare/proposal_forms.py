"""What a supplier's suggestion asks, and what declining an entry asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hub.core.audience import Audience
from hub.organisations.models import Organisation
from hub.organisations.queries import exists_on
from stepshare import queries
from stepshare.forms import day_field
from stepshare.models import Installation


class CouncilNameField(forms.CharField):
    """By any name the register knows; `cleaned_data` holds the Organisation. A list to choose from would run to hundreds."""

    widget = forms.TextInput(attrs={"list": "council-names", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        name = " ".join(super().clean(value).split())
        today = timezone.localdate()
        found = [council for council in queries.councils_named([name])[name] if exists_on(council, today)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(f"“{name}” may be any of these: {', '.join(map(str, found))}. Write the full name.")
        near = queries.like_council_names(name)
        raise ValidationError(
            f"We know of no council of today called “{name}”. "
            + (f"Did you mean {' or '.join(near)}?" if near else "Check how it is spelt.")
        )

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Organisation) else value


class SuggestionForm(forms.Form):
    """By a supplier. Asks nothing that only the council can say, such as who may see it: that begins with members."""

    council = CouncilNameField(
        label="Which council uses it?", max_length=200, error_messages={"required": "Write the name of the council."}
    )
    status = forms.ChoiceField(
        label="Where the council stands with it",
        choices=[(status.value, status.label) for status in Installation.IN_USE],
        initial=Installation.Status.LIVE,
    )
    went_live_on = day_field("Since", "The day it went live. The first of the month will do.")
    note = forms.CharField(
        label="A note to the council",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever decides reads it: whom they could ask in their council, for example. It is not shown to anybody else.",
    )

    def facts(self) -> dict[str, Any]:
        """What is proposed to go on record."""
        kept = {name: self.cleaned_data[name] for name in ("status", "went_live_on")}
        return {**kept, "audience": Audience.MEMBERS}


class ChangedSuggestionForm(SuggestionForm):
    """The council stays."""

    field_order = ["status"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["council"]


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Why not?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It is mailed to whoever sent it. Say what would have to be different.",
        error_messages={"required": "Write why, so that they know what to do about it."},
    )
