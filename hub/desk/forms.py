"""What is asked of whoever reports something, and of whoever decides."""

from __future__ import annotations

from typing import Any

from django import forms

from forum.models import Answer, Question
from hub.desk.models import ReasonTemplate, Report
from hub.desk.trays import Decision
from hub.mail.recipients import mailbox
from hub.organisations.models import Organisation

MAY_NOT_SAY = "Write what you saw, in a sentence or two."


class ReportForm(forms.ModelForm[Report]):
    # Nobody sees this box; programs that fill in every box do.
    website = forms.CharField(required=False)

    class Meta:
        model = Report
        fields = ["page_address", "why", "text", "address", "name"]
        labels = {"page_address": "Which page?", "why": "What is wrong?", "text": "What did you see?"}
        help_texts = {
            "page_address": "Its address, or what it is called.",
            "text": "Quote the words, or say where they stand. Leave out what residents would be known by.",
            "address": "So that we can tell you what we decided. Nobody but facilitators and administrators sees it.",
            "name": "For a notice under the Defamation Act the law asks for your name and address. Otherwise you may leave it out.",
        }
        widgets = {
            "page_address": forms.TextInput,
            "why": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 6}),
            "address": forms.EmailInput(attrs={"autocomplete": "email"}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }
        error_messages = {
            "why": {"required": "Choose what comes nearest."},
            "text": {"required": MAY_NOT_SAY, "max_length": "Keep it to 5,000 characters."},
            "address": {"invalid": "Write the whole address, like name@council.gov.uk, or leave it out."},
        }

    def __init__(self, *args: Any, has_subject: bool, is_signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = Report.Why.choices  # type: ignore[attr-defined]  # no empty choice among radios
        if has_subject:
            del self.fields["page_address"]
        else:
            self.fields["page_address"].required = True
            self.fields["page_address"].error_messages["required"] = "Say which page it is."
        if is_signed_in:  # we know where to write
            del self.fields["address"]

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if address and mailbox(address) is None:
            raise forms.ValidationError("We cannot write to this address. Check it for a slip, or leave it out.")
        return address

    @property
    def is_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    def said(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class DecideForm(forms.Form):
    """`fill` is the button that puts the chosen words into the box: it adds to what is there and decides nothing."""

    decision = forms.ChoiceField(
        label="What do you do?", widget=forms.RadioSelect, error_messages={"required": "Choose what you do about it."}
    )
    words = forms.ChoiceField(label="Words that fit many cases", required=False)
    reason = forms.CharField(
        label="Why, in a sentence or two",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": "Keep it to 2,000 characters."},
    )

    def __init__(self, *args: Any, decisions: list[Decision], reasons: list[ReasonTemplate], reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {decision.slug: decision for decision in decisions}
        self.texts = {str(number): reason.text for number, reason in enumerate(reasons, start=1)}
        self.fields["decision"].choices = [(decision.slug, decision.label) for decision in decisions]  # type: ignore[attr-defined]
        self.fields["reason"].help_text = reader
        if len(decisions) == 1:
            self.fields["decision"].initial = decisions[0].slug
        if reasons:
            self.fields["words"].choices = [("", "Choose words to begin with"), *_grouped(reasons)]  # type: ignore[attr-defined]
        else:
            del self.fields["words"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        decision = self.known.get(data.get("decision") or "")
        if decision and decision.needs_reason and not (data.get("reason") or "").strip():
            self.add_error("reason", "Say why, or choose words that fit.")
        return {**data, "reason": (data.get("reason") or "").replace("\r\n", "\n").strip()}

    @classmethod
    def filled(cls, posted: Any, **kwargs: Any) -> DecideForm:
        """What was typed, with the chosen words after it; nothing of it is checked yet."""
        form = cls(initial={name: posted.get(name, "") for name in ("decision", "words", "reason")}, **kwargs)
        text = form.texts.get(posted.get("words", ""), "")
        typed = posted.get("reason", "").strip()
        if text and text not in typed:
            form.initial["reason"] = f"{typed}\n\n{text}".strip()
        return form


def _grouped(reasons: list[ReasonTemplate]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By what they are for."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for number, reason in enumerate(reasons, start=1):
        groups.setdefault(reason.get_for_decision_display(), []).append((str(number), reason.name))
    return list(groups.items())


class MakePageForm(forms.Form):
    """Nobody is named who has not said yes: names come unticked."""

    kind = forms.ChoiceField(
        label="What will it be?",
        choices=[("paper", "A briefing paper"), ("case-study", "A case study of one council")],
        widget=forms.RadioSelect,
        initial="paper",
    )
    council = forms.ModelChoiceField(
        label="Whose case study?",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        required=False,
        help_text="One of the councils in the thread.",
    )
    title = forms.CharField(label="Title", max_length=140)
    summary = forms.CharField(
        label="In one or two sentences",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What a reader will find here.",
    )
    answers = forms.MultipleChoiceField(
        label="Answers to take over",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one answer."},
    )
    credited = forms.MultipleChoiceField(
        label="People to name",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Only those who have told you that they agree. Councils are named beside what they said.",
    )

    def __init__(self, *args: Any, question: Question, answers: list[Answer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {answer.public_id: answer for answer in answers}
        posts: list[Question | Answer] = [question, *answers]
        councils = {post.council_id for post in posts if post.council_id and not post.is_sealed}
        self.fields["council"].queryset = Organisation.objects.filter(pk__in=councils).order_by("name")  # type: ignore[attr-defined]
        self.fields["title"].initial = question.title
        self.fields["answers"].choices = [(key, _line_of(answer)) for key, answer in self.found.items()]  # type: ignore[attr-defined]
        self.fields["answers"].initial = [key for key, answer in self.found.items() if answer.is_accepted]
        self.names = {
            post.public_id: post.byline for post in posts if post.author and not post.is_sealed and post.author.get_full_name()
        }
        if self.names:
            self.fields["credited"].choices = list(self.names.items())  # type: ignore[attr-defined]
        else:
            del self.fields["credited"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("kind") == "case-study" and not data.get("council"):
            self.add_error("council", "Choose whose case study it is.")
        return data

    def chosen(self) -> dict[str, Any]:
        """As the action takes it."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "summary": data["summary"],
            "council": data["council"] if data["kind"] == "case-study" else None,
            "answers": [self.found[key] for key in data["answers"]],
            "credited": list(dict.fromkeys(self.names[key] for key in data.get("credited", []))),
        }


def _line_of(answer: Answer) -> str:
    words = " ".join(answer.body.split())
    return f"{answer.byline}{' (accepted)' if answer.is_accepted else ''}: {words[:90]}{'…' if len(words) > 90 else ''}"
