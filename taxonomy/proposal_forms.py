"""What somebody fills in to propose a change to the terms, to discuss it and to decide on it. Forms validate; they never save.

The form for proposing a kind of change is also the one an editor decides with, filled with what was proposed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hub.core.filters import Filters
from hub.core.markdown import MAX_LENGTH as MOST_MARKDOWN
from taxonomy.actions import Part, Wish
from taxonomy.forms import ConceptsField
from taxonomy.labels import MAX_LENGTH
from taxonomy.models import Concept, Proposal
from taxonomy.models import Mapping as ConceptMapping

Kind = Proposal.Kind
MOST_MEANING, MOST_REASON, MOST_PARTS = 600, 1000, 6
DECISION_IS_PUBLISHED = (
    "Everybody reads it beside the change: the proposer, who backed it, and whoever looks up the term's history."
)


def _text(rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def _name(label: str, empty: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=MAX_LENGTH, error_messages={"required": empty}, **kwargs)


class WishForm(forms.Form):
    """`deciding`: an editor's yes, with the reason that is published. `concept` is what it is about; None for a new term."""

    kind: ClassVar[Kind]
    # A field whose words may already be a term's name.
    named: ClassVar[str] = ""

    def __init__(self, *args: Any, concept: Concept | None = None, deciding: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concept = concept
        if deciding:
            self.fields["reason"] = _text(
                label="Why you decide so",
                max_length=MOST_REASON,
                help_text=DECISION_IS_PUBLISHED,
                error_messages={"required": "Say why: it is published with the change."},
            )
        else:
            self.fields["reason"] = _text(
                label="Why",
                max_length=MOST_REASON,
                help_text="What would be easier to find or to say. Names of residents stay out of it.",
                error_messages={"required": "Say in a sentence why."},
            )
            self.fields["source"] = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    @property
    def wish(self) -> Wish:
        raise NotImplementedError

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        raise NotImplementedError


class NewForm(WishForm):
    kind = Kind.NEW
    named = "label"

    label = _name("The term", "Write the term.", help_text="As people say it at work, in the singular or plural they use.")
    definition = _text(
        label="What it means",
        required=False,
        max_length=MOST_MEANING,
        help_text="One or two plain sentences, if you can say it already.",
    )
    broader = ConceptsField(
        label="Belongs under",
        required=False,
        most=2,
        takes_proposed=False,
        help_text="The term it is a part or a kind of, if there is one.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs.get("deciding"):
            reason = self.fields.pop("reason")
            self.fields["target"] = ConceptsField(
                label="Make it another name of",
                required=False,
                most=1,
                takes_proposed=False,
                help_text="Instead of a term of its own: the word then leads to this term.",
            )
            self.fields["reason"] = reason

    def clean_label(self) -> str:
        return " ".join(self.cleaned_data["label"].split())

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        target = (data.get("target") or [None])[0]
        return Wish(label=data["label"], definition=data["definition"], broader=data["broader"], target=target)

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        return {"label": wish.label, "definition": wish.definition, "broader": list(wish.broader)}


class RenameForm(WishForm):
    kind = Kind.RENAME
    named = "label"

    label = _name("The better name", "Write the better name.", help_text="The old one stays as another name and still leads here.")

    def clean_label(self) -> str:
        label = " ".join(self.cleaned_data["label"].split())
        if self.concept is not None and label == self.concept.label:
            raise ValidationError("That is its name already. Write the better one.")
        return label

    @property
    def wish(self) -> Wish:
        return Wish(label=self.cleaned_data["label"])

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        return {"label": wish.label}


class DefineForm(WishForm):
    kind = Kind.DEFINE

    definition = _text(
        label="The better meaning",
        max_length=MOST_MEANING,
        help_text="One or two plain sentences.",
        error_messages={"required": "Write what it means."},
    )

    def clean_definition(self) -> str:
        definition: str = self.cleaned_data["definition"].strip()
        if self.concept is not None and definition == self.concept.definition:
            raise ValidationError("That is what it says already. Change what you would say differently.")
        return definition

    @property
    def wish(self) -> Wish:
        return Wish(definition=self.cleaned_data["definition"])

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        return {"definition": wish.definition}


class _IntoForm(WishForm):
    @property
    def wish(self) -> Wish:
        return Wish(target=(self.cleaned_data["target"] or [None])[0])

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        return {"target": [wish.target] if wish.target else []}

    def clean_target(self) -> list[Concept]:
        chosen: list[Concept] = self.cleaned_data["target"]
        if self.concept is not None and self.concept in chosen:
            raise ValidationError("Choose another term than this one.")
        return chosen


class MergeForm(_IntoForm):
    kind = Kind.MERGE

    target = ConceptsField(
        label="It means the same as",
        most=1,
        takes_proposed=False,
        help_text="The term that stays. This one becomes another name of it.",
    )


class RetireForm(_IntoForm):
    kind = Kind.RETIRE

    target = ConceptsField(
        label="Use this instead", required=False, most=1, takes_proposed=False, help_text="If another term says it now."
    )


class MoveForm(WishForm):
    kind = Kind.MOVE

    broader = ConceptsField(
        label="Belongs under",
        required=False,
        most=3,
        takes_proposed=False,
        help_text="The broader terms. Leave it empty for a term that stands at the top.",
    )

    @property
    def wish(self) -> Wish:
        return Wish(broader=self.cleaned_data["broader"])

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        return {"broader": list(wish.broader)}

    def clean_broader(self) -> list[Concept]:
        chosen: list[Concept] = self.cleaned_data["broader"]
        if self.concept is not None and self.concept in chosen:
            raise ValidationError("A term cannot stand under itself.")
        return chosen


class SplitForm(WishForm):
    """`things` are (token, words) of what carries the term, for an editor to hand out among the parts."""

    kind = Kind.SPLIT

    parts = _text(
        rows=4,
        label="The terms it should be",
        max_length=MOST_PARTS * (MAX_LENGTH + MOST_MEANING),
        help_text="Each on a line of its own, with its meaning after a colon: “Web chat: a person answers in writing”.",
        error_messages={"required": "Write the terms it should be split into, each on a line of its own."},
    )
    keep = forms.BooleanField(
        label="Keep the term itself as well", required=False, help_text="The others are then split off from it."
    )

    def __init__(self, *args: Any, things: Sequence[tuple[str, str]] = (), places: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tokens = [token for token, _ in things]
        reason = self.fields.pop("reason")
        choices = [("", "All of them, or the term itself if it stays"), *((str(n), name) for n, name in enumerate(places))]
        for token, words in things:
            self.fields[token] = forms.ChoiceField(label=words, required=False, choices=choices)
        self.fields["reason"] = reason

    def clean_parts(self) -> list[Part]:
        found = [_part(line) for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if len(found) > MOST_PARTS:
            raise ValidationError(f"Split it into {MOST_PARTS} at most. There are {len(found)}.")
        long = next((part.label for part in found if len(part.label) > MAX_LENGTH), None)
        if long:
            raise ValidationError(f"Keep each name to {MAX_LENGTH} characters: “{long[:40]}…” has {len(long)}.")
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        least = 1 if data.get("keep") else 2
        if "parts" in data and len(data["parts"]) < least:
            self.add_error("parts", "Write at least two terms, or keep the term itself and write one.")
        places = len(data.get("parts", ()))
        for token in self._tokens:
            if (chosen := data.get(token)) and int(chosen) >= places:
                self.add_error(token, "That part is no longer in the list above. Choose again.")
        return data

    def handed_out(self) -> Mapping[str, list[int]]:
        """Places among the parts, by the token of a thing."""
        return {token: [int(chosen)] for token in self._tokens if (chosen := self.cleaned_data.get(token))}

    @property
    def wish(self) -> Wish:
        return Wish(parts=self.cleaned_data["parts"], keep=self.cleaned_data["keep"])

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        lines = (f"{part.label}: {part.definition}" if part.definition else part.label for part in wish.parts)
        return {"parts": "\n".join(lines), "keep": wish.keep}


def _part(line: str) -> Part:
    label, _, meaning = re.sub(r"^\s*[-*•]\s+", "", line).partition(":")
    return Part(label=" ".join(label.split()), definition=meaning.strip())


class MapForm(WishForm):
    kind = Kind.MAP

    match = forms.ChoiceField(
        label="This term",
        choices=[
            (ConceptMapping.Kind.EXACT.value, "means the same as the other"),
            (ConceptMapping.Kind.CLOSE.value, "means nearly the same"),
            (ConceptMapping.Kind.BROAD.value, "is narrower than the other"),
            (ConceptMapping.Kind.NARROW.value, "is broader than the other"),
        ],
    )
    target_uri = forms.URLField(
        label="The other term's address",
        max_length=500,
        assume_scheme="https",
        help_text="Such as http://id.esd.org.uk/service/123, in the Local Government Service List.",
        error_messages={
            "required": "Write the address of the other term.",
            "invalid": "Write a whole address, beginning with https://",
        },
    )
    target_label = forms.CharField(label="What it is called there", required=False, max_length=200)

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(mapping={"kind": data["match"], "target_uri": data["target_uri"], "target_label": data["target_label"]})

    @staticmethod
    def initial_for(wish: Wish) -> dict[str, Any]:
        said = wish.mapping or {}
        return {"match": said.get("kind"), "target_uri": said.get("target_uri"), "target_label": said.get("target_label")}


FORMS: dict[Kind, type[WishForm]] = {
    form.kind: form for form in (NewForm, RenameForm, DefineForm, MergeForm, SplitForm, MoveForm, RetireForm, MapForm)
}


# --- Discussing and deciding --------------------------------------------------------------------


class CommentForm(forms.Form):
    body = _text(
        rows=4,
        label="Your comment",
        max_length=MOST_MARKDOWN,
        error_messages={"required": "Write your comment first."},
    )


class ReasonForm(forms.Form):
    """An editor's no, or a question before deciding."""

    reason = _text(
        label="What you want to say",
        max_length=MOST_REASON,
        help_text="For a no: why, and what would have to be different. It is mailed to the proposer, and readers of the proposal see it.",
        error_messages={"required": "Write it first: the proposer reads it."},
    )


class UndoForm(forms.Form):
    reason = _text(
        label="Why",
        max_length=MOST_REASON,
        required=False,
        help_text="It stands in the history.",
    )


class ProposalFilters(Filters):
    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("", "Open"), ("decided", "Decided"), ("mine", "Yours")],
    )
    kind = forms.ChoiceField(label="What it is about", required=False, choices=[("", "Anything"), *Kind.choices])
