"""Closing one's account, complaining, and answering a complaint."""

from __future__ import annotations

from typing import Any

from django import forms

from hub.mail.recipients import mailbox
from hub.members.models import Complaint


class CloseForm(forms.Form):
    is_sure = forms.BooleanField(
        label="I have read this, and I want my account closed for good",
        error_messages={"required": "Tick the box if you want your account closed. Nothing has been closed yet."},
    )


class ComplaintForm(forms.ModelForm[Complaint]):
    class Meta:
        model = Complaint
        fields = ["about", "text", "address", "name"]
        labels = {"text": "What happened, and what would put it right?"}
        help_texts = {
            "text": "Dates and addresses of pages help. Leave out passwords, and what residents would be known by.",
            "address": "The answer goes here.",
        }
        widgets = {
            "about": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 8}),
            "address": forms.EmailInput(attrs={"autocomplete": "email"}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }
        error_messages = {
            "about": {"required": "Choose what comes nearest."},
            "text": {"required": "Write what happened, in a sentence or two.", "max_length": "Keep it to 5,000 characters."},
            "address": {
                "required": "Write the email address that the answer should go to.",
                "invalid": "Write the whole address, like name@council.gov.uk.",
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = Complaint.About.choices  # type: ignore[attr-defined]  # no empty choice among radios

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if mailbox(address) is None:
            raise forms.ValidationError("We cannot write to this address. Check it for a slip, or use another one.")
        return address

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class AnswerComplaintForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        help_text="It goes by email as you write it. Say what you found, what you did, and that they can go to the Information "
        "Commissioner's Office if they are not content.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": "Write the answer before you send it."},
    )

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")
