"""What somebody types to ask, answer or moderate. Forms validate; they never save."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy

from forum.models import Answer, Question
from hub.core.audience import Audience
from hub.core.markdown import MAX_LENGTH
from hub.public_ids import new_public_id
from stepshare.forms import NamesField
from stepshare.queries import like_system_names, systems_named
from taxonomy.forms import ConceptsField
from taxonomy.models import Concept

WHO_CAN_READ = [
    (Audience.PUBLIC.value, "Everyone: anybody on the web can read your question and its answers."),
    (Audience.MEMBERS.value, "Members only: people must belong to a council and sign in to read it."),
]
FORMATTING = "Leave an empty line between paragraphs, begin the lines of a list with a hyphen, and put **two stars** on both sides of bold words."


class MarkdownField(forms.CharField):
    """Line breaks come out as one character, however the browser sends them."""

    def __init__(self, *, rows: int, empty: str, **kwargs: Any) -> None:
        attrs = {"rows": rows, "data-preview-url": reverse_lazy("markdown_preview")}
        messages = {"required": empty, "max_length": f"Keep it to {MAX_LENGTH:,} characters: it is %(show_value)s long."}
        super().__init__(max_length=MAX_LENGTH, widget=forms.Textarea(attrs=attrs), error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class PostForm(forms.Form):
    """A form that can be shown again as typed, for a preview, before anything in it is judged."""

    @classmethod
    def as_typed(cls, data: QueryDict) -> Self:
        return cls(initial={name: field.widget.value_from_datadict(data, {}, name) for name, field in cls.base_fields.items()})


class EditQuestionForm(PostForm):
    title = forms.CharField(
        label="Your question in one sentence",
        max_length=140,
        help_text="What another council would recognise as its own question too.",
        error_messages={
            "required": "Write your question in one sentence.",
            "max_length": "Keep the sentence to %(limit_value)d characters: it is %(show_value)d long. The details have room for more.",
        },
    )
    body = MarkdownField(
        label="The details",
        rows=10,
        empty="Write the details: what you have tried, and what you need to know.",
        help_text=f"What you have tried, what happened, and what would help. Names of residents stay out of it. {FORMATTING}",
    )
    concepts = ConceptsField(required=False)
    products = NamesField(
        label="Systems",
        find=systems_named,
        like=like_system_names,
        most=10,
        help_text="If it is about certain systems, write the name of each on a line of its own.",
    )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    @staticmethod
    def initial_for(question: Question) -> dict[str, Any]:
        """Needs `concepts` and `products`."""
        chosen = {"concepts": list(question.concepts.all()), "products": list(question.products.all())}
        return {"title": question.title, "body": question.body, **chosen}


class AskForm(EditQuestionForm):
    # No choice is made beforehand: who reads it is for the asker to say.
    audience = forms.ChoiceField(
        label="Who can read it?",
        choices=WHO_CAN_READ,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who can read it.", "invalid_choice": "Say who can read it."},
    )
    submission = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput, initial=new_public_id)


class EditAnswerForm(PostForm):
    body = MarkdownField(label="Your answer", rows=8, empty="Write your answer first.", help_text=FORMATTING)

    @staticmethod
    def initial_for(answer: Answer) -> dict[str, Any]:
        return {"body": answer.body}


class AnswerForm(EditAnswerForm):
    submission = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput, initial=new_public_id)


class HideForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The author and other facilitators will read this.",
        error_messages={"required": "Say why, so that the author knows."},
    )


class FilterForm(forms.Form):
    """Shows how the list is narrowed; the queryset reads the address itself, so that every link works without a form."""

    concept = forms.ChoiceField(label="About", required=False)

    def __init__(self, concepts: list[Concept], params: Mapping[str, str]) -> None:
        super().__init__(initial={"concept": params.get("concept", "")})
        field = self.fields["concept"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "Any term"), *((concept.slug, concept.label) for concept in concepts)]
