"""Choosing terms on a form by writing their names.

A list of all terms to tick is too long to use without a script. Five boxes that share one list of suggestions work
with and without, by keyboard and by screen reader, and take the words people know as well as the ones we prefer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.text import Truncator

from hub.public_ids import ALPHABET, LENGTH
from taxonomy import queries
from taxonomy.models import Concept

MOST_TERMS = 5
# How queries.candidate_value ends.
_PROPOSED = re.compile(rf"\[([{ALPHABET}]{{{LENGTH}}})\]$")


class ConceptsWidget(forms.Widget):
    template_name = "taxonomy/concepts_widget.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, most: int = MOST_TERMS) -> None:
        super().__init__(attrs)
        self.most = most
        self.takes_proposed = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        texts = list(value or [])
        context["widget"]["boxes"] = texts + [""] * (self.most - len(texts))
        context["widget"]["suggestions"] = queries.suggestions()
        context["widget"]["takes_proposed"] = self.takes_proposed
        context["widget"]["invalid"] = context["widget"]["attrs"].get("aria-invalid") == "true"
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """Also takes a plain dict, as tests and programs write it."""
        given = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name, [])
        given = [given] if isinstance(given, str) else given
        return [text for value in given if (text := " ".join(str(value).split()))]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        """The first box."""
        return f"{id_}_0" if id_ else id_


class ConceptsField(forms.Field):
    """`cleaned_data` holds a list of published Concepts, and of those proposed, in the order they were written, none twice.

    Takes labels, other names and public ids; a proposed word by what `queries.candidate_value` gives; several in one box if separated by semicolons or commas. Initial is any
    iterable of Concepts; a deprecated one shows as what replaced it.
    """

    widget = ConceptsWidget

    def __init__(self, *, most: int = MOST_TERMS, takes_proposed: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Terms")
        kwargs.setdefault("help_text", f"Up to {most} terms from the A to Z. Begin to write one, or use the word you know.")
        super().__init__(**kwargs)
        self.most = self.widget.most = most
        self.takes_proposed = self.widget.takes_proposed = takes_proposed

    def prepare_value(self, value: Any) -> list[str]:
        """What the boxes show: text as it was written, or the labels of Concepts."""
        values: Iterable[Any] = value.all() if hasattr(value, "all") else value or []
        values = [values] if isinstance(values, str) else list(values)
        given = [item for item in values if isinstance(item, Concept)]
        waiting = [item for item in given if item.status == Concept.Status.CANDIDATE]
        return [
            *(concept.label for concept in queries.successors(given)),
            *(queries.candidate_value(concept) for concept in waiting),
            *(item for item in values if isinstance(item, str)),
        ]

    def clean(self, value: list[str]) -> list[Concept]:
        texts, found = self._read(value or [])
        found |= self._proposed(text for text in texts if found[text] is None)
        unknown = [text for text in texts if found[text] is None]
        if unknown:
            near = queries.near_matches(unknown[: self.most])
            raise ValidationError([_unknown(text, labels) for text, labels in near.items()])
        concepts = list({concept.pk: concept for text in texts if (concept := found[text])}.values())
        if self.required and not concepts:
            raise ValidationError("Choose at least one term.", code="required")
        if len(concepts) > self.most:
            raise ValidationError(f"Choose {self.most} terms at most. There are {len(concepts)}.", code="too_many")
        return concepts

    def _proposed(self, texts: Iterable[str]) -> dict[str, Concept | None]:
        """Words that are proposed as terms may be carried already: readers see them once they are accepted."""
        if not self.takes_proposed:
            return {}
        ids = {text: match[1] for text in texts if (match := _PROPOSED.search(text))}
        known = queries.candidates(ids.values()) if ids else {}
        return {text: known.get(public_id) for text, public_id in ids.items()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != list(data or [])

    def _read(self, values: list[str]) -> tuple[list[str], dict[str, Concept | None]]:
        """A label may have a comma of its own, so a box is first taken whole."""
        most = self.most * 4  # more is no slip of the pen
        whole = [text for value in values for text in _parts(value, ";")][:most]
        found = queries.find_terms(whole) if whole else {}
        split = [[text] if found[text] or "," not in text else _parts(text, ",") for text in whole]
        texts = [text for group in split for text in group][:most]
        rest = [text for text in texts if text not in found]
        return texts, {**found, **(queries.find_terms(rest) if rest else {})}


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _unknown(text: str, near: list[str]) -> ValidationError:
    hint = (
        f"Did you mean {_either(near)}?" if near else "Look in the A to Z for one that is near, suggest it there, or leave it out."
    )
    return ValidationError(f"“{Truncator(text).chars(60)}” is not a term in the A to Z. {hint}", code="unknown")


def _either(labels: list[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
