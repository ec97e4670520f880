"""What somebody is asked about where they work, and what leads, facilitators and administrators are asked when they decide."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from hub.members.models import Office, Role
from hub.organisations.models import Organisation
from hub.organisations.queries import councils_to_choose_from, suppliers_to_choose_from

MOST_SUGGESTED = 5


def _job_role() -> forms.CharField:
    return forms.CharField(
        label="What you do there", max_length=120, required=False, help_text="For example: customer services manager."
    )


def _leaving() -> forms.BooleanField:
    return forms.BooleanField(label="I no longer work for the council I belong to now", required=False)


class _AtWork(forms.Form):
    """`leaving` is asked of those who belong somewhere already."""

    def __init__(self, *args: Any, belongs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not belongs:
            self.fields.pop("leaving", None)


class PickForm(_AtWork):
    """One of the councils that an address leads to, and of no others."""

    council = forms.ModelChoiceField(
        label="Which of these do you work for?",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the council you work for", "invalid_choice": "Choose one of these councils"},
    )
    job_role = _job_role()
    leaving = _leaving()

    def __init__(self, *args: Any, councils: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = Organisation.objects.filter(pk__in=[council.pk for council in councils]).order_by("name")  # type: ignore[attr-defined]


class AskForm(_AtWork):
    """Any council of today, by name: the page offers a list to search in, and typing is enough without it."""

    council = forms.CharField(
        label="Which council do you work for?",
        max_length=200,
        widget=forms.TextInput(attrs={"list": "councils", "autocomplete": "off"}),
        help_text="Begin to type its name, then choose it.",
        error_messages={"required": "Write the name of your council"},
    )
    job_role = _job_role()
    reason = forms.CharField(
        label="How can its people tell that you work there?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Your team, or somebody who can vouch for you. Only the council's leads and the facilitators read it.",
        error_messages={"required": "Say how your council's people can tell that you work there"},
    )
    leaving = _leaving()

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_council(self) -> Organisation:
        text = " ".join(self.cleaned_data["council"].split())
        councils = councils_to_choose_from(self.on)
        exact = list(councils.filter(Q(name__iexact=text) | Q(short_name__iexact=text))[:2])
        found = exact if len(exact) == 1 else list(councils.named_like(text).distinct()[: MOST_SUGGESTED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"We know of no council called “{text}”. Check how it is spelt, or choose it from the list.")
        names = ", ".join(council.name for council in found[:MOST_SUGGESTED])
        more = " and others" if len(found) > MOST_SUGGESTED else ""
        raise ValidationError(f"“{text}” may be any of these: {names}{more}. Write the full name.")


class SupplierForm(forms.Form):
    """By name; one that is not on record is the facilitators' to look into."""

    supplier = forms.CharField(
        label="Which supplier do you work for?",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "Write the name of your supplier"},
    )
    job_role = _job_role()
    reason = forms.CharField(
        label="How can we tell that you work there?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Your page on the company's site, for example. Only the facilitators read it.",
        error_messages={"required": "Say how we can tell that you work there"},
    )

    def clean_supplier(self) -> str:
        return " ".join(self.cleaned_data["supplier"].split())

    @property
    def on_record(self) -> Organisation | None:
        """The supplier of that name, whatever its capitals. Needs a valid form."""
        return suppliers_to_choose_from().filter(name__iexact=self.cleaned_data["supplier"]).first()


# --- Deciding -----------------------------------------------------------------------------------------------------------------


class ReasonForm(forms.Form):
    """A reason that the person will read."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write the reason: they will read it"},
        help_text="We send it to them in your words.",
    )


class SuspendForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write the reason: it is kept on record"},
        help_text="Facilitators and administrators can read it. It is part of what the person gets who asks for their data.",
    )


class ClaimForm(forms.Form):
    supplier_name = forms.CharField(
        label="Name of the supplier",
        max_length=200,
        help_text="As it should stand on the site. If a supplier of this name is on record, it is that one.",
        error_messages={"required": "Write the supplier's name"},
    )


class OfficeForm(forms.Form):
    """Offices that the person does not hold yet."""

    role = forms.ChoiceField(
        label="Make them",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an office", "invalid_choice": "Choose one of these"},
    )

    def __init__(self, *args: Any, held: set[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in Office.OFFICES if role not in held]  # type: ignore[attr-defined]
