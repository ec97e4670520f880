"""How somebody wants to hear: one choice for mail as a whole, one for each group, one for each thing they follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from hub.core.following import Cadence
from hub.notifications import queries
from hub.notifications.models import Preference
from hub.notifications.queries import FollowedKind
from hub.notifications.reasons import Group

_AS_ABOVE = ("", "As chosen above")
_CHOOSE = "Choose one of these."


class ChoiceForm(forms.Form):
    """The person's own choice, and a field for each group."""

    mail = forms.ChoiceField(
        label="Mail",
        choices=Preference.Mail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )

    def __init__(self, data: Any, *, preference: Preference, followed: Iterable[FollowedKind]) -> None:
        super().__init__(data, initial={"mail": preference.mail})
        for group in Group:
            self.fields[f"group-{group.value}"] = _cadence(group.label, queries.cadence_of(preference, group))
        for kind in followed:
            for thing in kind.things:
                self.fields[f"follow-{thing.stored}"] = _cadence(thing.name, thing.cadence, _AS_ABOVE)

    @property
    def group_fields(self) -> list[forms.BoundField]:
        return [self[f"group-{group.value}"] for group in Group]

    @property
    def cadences(self) -> dict[str, str]:
        return {group.value: self.cleaned_data[f"group-{group.value}"] for group in Group}

    @property
    def follow_cadences(self) -> dict[str, str]:
        """Only what was sent: a thing that was followed since the page was drawn keeps its cadence."""
        return {
            name.removeprefix("follow-"): self.cleaned_data[name]
            for name in self.fields
            if name.startswith("follow-") and name in self.data
        }


def _cadence(label: str, initial: str, *more: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[*more, *Cadence.choices],
        initial=initial,
        required=not more,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
