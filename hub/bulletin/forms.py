"""What somebody types to take the bulletin, and which topics an editor offers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from hub.bulletin.models import MOST_TOPICS, Subscriber
from hub.bulletin.topics import Topic
from hub.mail.recipients import mailbox
from taxonomy.forms import ConceptsField


class TopicsForm(forms.Form):
    """With nothing to choose between there is no field."""

    topics = forms.MultipleChoiceField(
        label="New to read: only about",
        help_text="Tick none and you hear of everything new. Events and question time always come.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, topics: Sequence[Topic], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(topic.public_id, topic.label) for topic in topics]  # type: ignore[attr-defined]
        if not topics:
            del self.fields["topics"]

    def chosen(self) -> list[str]:
        """Public ids. After `is_valid()`."""
        chosen: list[str] = self.cleaned_data.get("topics", [])
        return chosen


class PreferencesForm(TopicsForm):
    members_edition = forms.BooleanField(
        label="Send me the members' edition",
        help_text="It also has what only members may read. Without the tick you get what everybody gets.",
        required=False,
    )

    def __init__(self, subscriber: Subscriber, topics: Sequence[Topic], *args: Any, reads_members: bool, **kwargs: Any) -> None:
        chosen = [topic.public_id for topic in topics if topic.bits & subscriber.topic_key]
        initial = {"topics": chosen, "members_edition": subscriber.wants_members_edition}
        super().__init__(topics, *args, initial=initial, **kwargs)
        if not reads_members:
            del self.fields["members_edition"]


class PauseForm(forms.Form):
    months = forms.TypedChoiceField(
        label="For how long?",
        choices=[(1, "One month"), (2, "Two months"), (3, "Three months")],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Say for how long."},
    )


class OpenListForm(forms.Form):
    reason = forms.CharField(
        label="Why do you need it?",
        max_length=400,
        help_text="Every other facilitator and administrator gets a mail with your name and these words.",
        error_messages={"required": "Say why you need the list: the others will read it."},
    )


class ChooseTopicsForm(forms.Form):
    """What subscribers may choose between."""

    concepts = ConceptsField(
        label="Topics",
        most=MOST_TOPICS,
        takes_proposed=False,
        required=False,
        help_text=f"Up to {MOST_TOPICS} broad terms of the A to Z, in the order in which people see them. What stands below a term belongs to it.",
    )


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

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if mailbox(email) is None:
            raise forms.ValidationError("We cannot write to this address. Check it for a slip, or use another one.")
        return email
