"""What somebody types to ask, answer or moderate. Forms validate; they never save."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy

from forum.actions import Added
from forum.models import Answer, AskedElsewhere, Comment, Draft, HelpRequest, Question
from forum.queries import member_at
from hub.core.audience import Audience, Viewer
from hub.core.markdown import MAX_LENGTH
from hub.media.cleaning import CONTENT_TYPES, cleaned_attachment
from hub.organisations.models import Organisation
from hub.public_ids import ALPHABET, LENGTH, new_public_id
from stepshare.forms import NamesField
from stepshare.models import Product
from stepshare.queries import like_system_names, projects_titled, systems_named
from taxonomy.forms import ConceptsField
from taxonomy.models import Concept

MOST_FILES = 3
MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
LONGEST_SIDE = 1600  # pixels of a picture
ACCEPTED = ",".join(f".{ending}" for ending in CONTENT_TYPES)
WHAT_TO_ADD = (
    f"Up to {MOST_FILES} files of {MOST_BYTES // MEGABYTE} MB: pictures, PDF, Word, Excel, PowerPoint, OpenDocument or CSV. "
    "Whoever can read the post can open them. Names of authors inside are taken out."
)
WHO_CAN_READ = [
    (Audience.PUBLIC.value, "Everyone: anybody on the web can read your question and its answers."),
    (Audience.MEMBERS.value, "Members only: people must belong to a council and sign in to read it."),
]
FORMATTING = (
    "Leave an empty line between paragraphs, begin the lines of a list with a hyphen, and put **two stars** on both sides of bold words. "
    "A member whom you name with @ before their whole name is told of it."
)


def _none_named(names: list[str]) -> dict[str, list[Any]]:
    return {name: [] for name in names}


class MarkdownField(forms.CharField):
    """Line breaks come out as one character, however the browser sends them."""

    def __init__(self, *, rows: int, empty: str, **kwargs: Any) -> None:
        attrs = {"rows": rows, "data-preview-url": reverse_lazy("forum:preview"), "data-mention-url": reverse_lazy("forum:mention")}
        messages = {"required": empty, "max_length": f"Keep it to {MAX_LENGTH:,} characters: it is %(show_value)s long."}
        super().__init__(max_length=MAX_LENGTH, widget=forms.Textarea(attrs=attrs), error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class PostForm(forms.Form):
    """A form that can be shown again as typed, for a preview, before anything in it is judged."""

    submission = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput, initial=new_public_id)

    @classmethod
    def as_typed(cls, data: QueryDict) -> Self:
        return cls(initial={name: field.widget.value_from_datadict(data, {}, name) for name, field in cls.base_fields.items()})

    @classmethod
    def of_draft(cls, draft: Draft) -> Self:
        """Whether to leave the name out is no part of a draft: it is as in a form that nobody has filled in yet."""
        form = cls.as_typed(draft.as_sent())
        form.initial.pop("unnamed", None)
        return form


class FilesForm(forms.Form):
    """Up to MOST_FILES files; each error names the file. A file is no part of a draft: a browser sends it only with the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_FILES + 1):
            self.fields[f"file_{number}"] = forms.FileField(
                label=f"File {number}",
                required=False,
                allow_empty_file=True,
                help_text=WHAT_TO_ADD if number == 1 else "",
                widget=forms.FileInput(attrs={"accept": ACCEPTED}),
            )
            self.fields[f"label_{number}"] = forms.CharField(
                label=f"What file {number} shows",
                required=False,
                max_length=200,
                help_text="For those who cannot see it." if number == 1 else "",
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        added = []
        for number in range(1, MOST_FILES + 1):
            name = f"file_{number}"
            if (file := data.get(name)) and data.get("unnamed"):
                self.add_error(name, f"Take {file.name} out: a file may tell whose it is, so a post without a name takes none.")
            elif file:
                try:
                    clean = cleaned_attachment(file, max_side=LONGEST_SIDE, max_bytes=MOST_BYTES)
                    added.append(Added(clean, " ".join(data.get(f"label_{number}", "").split())))
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return data | {"files": added}

    @property
    def file_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(("file_", "label_"))]

    @property
    def text_fields(self) -> list[forms.BoundField]:
        """Everything that is seen, but the files."""
        return [field for field in self.visible_fields() if not field.name.startswith(("file_", "label_"))]


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
        kind="systems",
        find=systems_named,
        like=like_system_names,
        most=10,
        help_text="If it is about certain systems, name them.",
    )
    projects = NamesField(
        label="Projects",
        kind="projects",
        find=_none_named,
        like=lambda title: [],
        most=5,
        help_text="If it is about a project on STEP Share, write its title.",
    )
    asked_of = forms.MultipleChoiceField(
        label="Which kinds of council do you ask above all?",
        choices=Organisation.Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They are told first. Every council may answer.",
    )

    def for_viewer(self, viewer: Viewer) -> None:
        """Whose form it is: names of projects mean those that they may see."""
        projects = self.fields["projects"]
        assert isinstance(projects, NamesField)  # noqa: S101 - for the type checker
        projects.find = partial(projects_titled, viewer)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    @staticmethod
    def initial_for(question: Question) -> dict[str, Any]:
        """Needs `concepts`, `products`, `projects` and `asked_of`."""
        chosen = {"concepts": list(question.concepts.all()), "products": list(question.products.all())}
        chosen |= {"projects": list(question.projects.all()), "asked_of": [asked.tier for asked in question.asked_of.all()]}
        return {"title": question.title, "body": question.body, **chosen}


class UnnamedField(forms.BooleanField):
    """Says before anything is posted what it keeps from whom."""

    def __init__(self) -> None:
        super().__init__(
            label="Leave out my name and my council",
            required=False,
            help_text=(
                "A facilitator reads it before others do, and is not told either. It takes no files, no draft of it is kept here, and it stays as you wrote it. "
                "Whoever runs the server holds the key to your name: two people of this hub can have it shown for a reason that "
                "they give, and then you are told."
            ),
        )


class AskForm(FilesForm, EditQuestionForm):
    # No choice is made beforehand: who reads it is for the asker to say.
    audience = forms.ChoiceField(
        label="Who can read it?",
        choices=WHO_CAN_READ,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who can read it.", "invalid_choice": "Say who can read it."},
    )
    unnamed = UnnamedField()

    def only_in_public(self) -> None:
        """For those who read nothing that is among members."""
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)  # noqa: S101 - for the type checker
        audience.choices = WHO_CAN_READ[:1]


class AskForForm(AskForm):
    """A facilitator's, for somebody who wrote or rang."""

    unnamed = None  # type: ignore[assignment]  # how Django takes a field out: this form has its own way of leaving a name out

    way = forms.ChoiceField(
        label="How did it come?",
        choices=AskedElsewhere.Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it came."},
    )
    name = forms.CharField(
        label="Who asks",
        required=False,
        max_length=120,
        help_text="As it is to be shown. Leave it empty if they are not to be named.",
    )
    email = forms.EmailField(
        label="Where answers go",
        required=False,
        help_text="Their email address. No page shows it. If it is a member's, and they want the question under their own name, tick the box below.",
        error_messages={"invalid": "Write an address like name@council.gov.uk."},
    )
    as_member = forms.BooleanField(label="Post it under the name of the member with this address", required=False)

    field_order = ["way", "name", "email", "as_member"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["asker"] = None
        if data.get("as_member"):
            data["asker"] = member_at(data.get("email") or "")
            if data["asker"] is None:
                self.add_error("email", "No member who may ask has this address. Untick the box, or check how it is spelt.")
        return data


class EditAnswerForm(PostForm):
    body = MarkdownField(label="Your answer", rows=8, empty="Write your answer first.", help_text=FORMATTING)

    @staticmethod
    def initial_for(answer: Answer) -> dict[str, Any]:
        return {"body": answer.body}


class AnswerForm(FilesForm, EditAnswerForm):
    unnamed = UnnamedField()


class EditCommentForm(PostForm):
    body = MarkdownField(label="Your comment", rows=4, empty="Write your comment first.")

    @staticmethod
    def initial_for(comment: Comment) -> dict[str, Any]:
        return {"body": comment.body}


class CommentForm(EditCommentForm):
    unnamed = UnnamedField()


class HideForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The author and other facilitators will read this.",
        error_messages={"required": "Say why, so that the author knows."},
    )


class AskHelpersForm(forms.Form):
    """Everybody proposed is ticked: a facilitator takes out whom they would not ask."""

    people = forms.ModelMultipleChoiceField(
        label="Who is asked",
        queryset=HelpRequest.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="public_id",
        error_messages={"required": "Choose at least one person."},
    )

    def __init__(self, proposed: list[HelpRequest], data: QueryDict | None) -> None:
        super().__init__(data if data and "look" not in data else None)
        self.proposed = proposed
        field = self.fields["people"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type checker
        field.queryset = HelpRequest.objects.filter(pk__in=[each.pk for each in proposed])

    @property
    def rows(self) -> list[tuple[HelpRequest, bool]]:
        """With whether it is ticked."""
        chosen = self.data.getlist("people") if isinstance(self.data, QueryDict) and self.is_bound else None
        return [(each, chosen is None or each.public_id in chosen) for each in self.proposed]


class NoteForm(forms.Form):
    body = forms.CharField(
        label="Your note",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Only whoever wrote the post will read it, on the site. You are not told who that is.",
        error_messages={"required": "Write the note first."},
    )


class BreakSealForm(forms.Form):
    reason = forms.CharField(
        label="Why the name has to be known",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="It is kept for good, and the second person decides by it. Whoever wrote the post reads it too, unless you say below that they may not be warned.",
        error_messages={"required": "Say why: without a reason nobody can agree."},
    )
    keeps_quiet = forms.BooleanField(label="The law forbids to warn whoever wrote it", required=False)


class WorkedWithForm(forms.Form):
    """Which of the systems that a question is about an answer worked with. None: not said."""

    system: forms.ModelChoiceField[Product] = forms.ModelChoiceField(
        Product.objects.none(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": "Choose one of the systems that the question is about."},
    )

    def __init__(self, viewer: Viewer, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Product.objects.visible_to(viewer).filter(question_links__question=question)


class FilterForm(forms.Form):
    """Shows how the list is narrowed; the queryset reads the address itself, so that every link works without a form."""

    concept = forms.ChoiceField(label="About", required=False)
    system = forms.ChoiceField(label="About the system", required=False)
    kind = forms.ChoiceField(label="Asked by, or of", required=False)

    def __init__(self, concepts: list[Concept], systems: list[Product], params: Mapping[str, str]) -> None:
        super().__init__(initial={name: params.get(name, "") for name in self.base_fields})
        self.offered = {
            "concept": {"": "Any term"} | {concept.slug: concept.label for concept in concepts},
            "system": {"": "Any system"} | {system.slug: system.name for system in systems},
            "kind": {"": "Any council"} | {key: f"{name}s" for key, name in Organisation.Tier.choices},
        }
        for name, offered in self.offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = list(offered.items())

    def chosen(self) -> list[tuple[str, str]]:
        """What the list is narrowed to, by field, in words; what is not known is no choice."""
        return [(name, offered[key]) for name, offered in self.offered.items() if (key := self.initial[name]) and key in offered]


# --- Facilitators' --------------------------------------------------------------------------------


class CloseForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who can read the question will read this.",
        error_messages={"required": "Say why, so that nobody wonders."},
    )


class MergeForm(forms.Form):
    """The other question by its address, or by the ten letters and digits in it."""

    into = forms.CharField(
        label="The question that stays",
        max_length=500,
        help_text="Paste its address.",
        error_messages={"required": "Paste the address of the question that stays."},
    )

    def clean_into(self) -> str:
        found = [part for part in self.cleaned_data["into"].split("/") if len(part) == LENGTH and set(part) <= set(ALPHABET)]
        if not found:
            raise forms.ValidationError("That is not the address of a question.")
        return str(found[0])


class SplitForm(forms.Form):
    answers = forms.MultipleChoiceField(
        label="Answers that go to the new question",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the answers that go.", "invalid_choice": "One of these answers is not there any more."},
    )
    title = forms.CharField(
        label="The new question in one sentence",
        max_length=140,
        error_messages={"required": "Write the new question in one sentence."},
    )
    body = MarkdownField(label="What it is about", rows=5, empty="Say in a line or two what it is about.")

    def __init__(self, *args: Any, answers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = answers
