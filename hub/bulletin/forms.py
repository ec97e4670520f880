"""What somebody types to take the bulletin, and what an editor types into an issue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.urls import reverse_lazy

from hub.bulletin.models import ALL_SECTIONS, BulletinIssue, BulletinItem, Section
from hub.core.markdown import MAX_LENGTH
from hub.mail.recipients import mailbox

TOPICS = [
    (Section.EVENTS.value, "Events: workshops and meetings in the next six weeks"),
    (Section.CONTENT.value, "New to read: briefing papers and case studies"),
    (Section.QUESTIONS.value, "Question time: questions that nobody has answered yet"),
]


class TopicsForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label="What would you like to hear about?",
        choices=TOPICS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one topic. If you want none of them, leave the bulletin instead."},
    )

    def clean_topics(self) -> list[Section]:
        return [section for section in ALL_SECTIONS if section.value in self.cleaned_data["topics"]]


class SubscribeForm(TopicsForm):
    email = forms.EmailField(
        label="Your email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Write your email address.",
            "invalid": "Write the whole address, like name@council.gov.uk.",
        },
    )
    field_order = ["email", "topics"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].error_messages["required"] = "Tick at least one topic."

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if mailbox(email) is None:
            raise forms.ValidationError("We cannot write to this address. Check it for a slip, or use another one.")
        return email


class IssueForm(forms.Form):
    """The words of a draft; each item has a note of its own."""

    title = forms.CharField(
        label="Title",
        help_text="It is also the subject of the mail.",
        max_length=120,
        error_messages={"required": "Give the issue a title."},
    )
    opening = forms.CharField(
        label="Opening",
        help_text="A few warm words, signed. Leave an empty line between paragraphs.",
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "data-preview-url": reverse_lazy("markdown_preview")}),
    )

    def __init__(self, items: Iterable[BulletinItem], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items:
            self.fields[note_name(item)] = forms.CharField(
                label="Note",
                required=False,
                max_length=300,
                initial=item.note,
                error_messages={"max_length": "Keep a note to %(limit_value)d characters: this one has %(show_value)s."},
            )

    @classmethod
    def initial_for(cls, issue: BulletinIssue) -> dict[str, str]:
        return {"title": issue.title, "opening": issue.opening}

    def clean_opening(self) -> str:
        return str(self.cleaned_data["opening"]).replace("\r\n", "\n")

    def note_of(self, item: BulletinItem) -> BoundField:
        return self[note_name(item)]

    def notes(self) -> dict[str, str]:
        """By the item's public id. After `is_valid()`."""
        return {name.removeprefix("note-"): text for name, text in self.cleaned_data.items() if name.startswith("note-")}


def note_name(item: BulletinItem) -> str:
    return f"note-{item.public_id}"
