"""Lists narrowed by their address: what cannot be read in it is as good as not chosen."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest


class Filters(forms.Form):
    """Bound to a query string. `chosen` holds what could be read."""

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        self._errors = forms.utils.ErrorDict()  # an old link may name what is no longer there
        return {name: value for name, value in self.cleaned_data.items() if value}

    def words(self) -> list[tuple[str, str]]:
        """(field, what was chosen) for each filter in use; an order is no filter."""
        return [(name, self._word(name, value)) for name, value in self.chosen.items() if name != "sort"]

    def _word(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return str(field.label_from_instance(value))
        if isinstance(field, forms.ChoiceField):
            return dict(cast("list[tuple[str, str]]", field.choices)).get(value, str(value))
        return str(field.label) if value is True else f"“{value}”"


def links_without(request: HttpRequest, filters: Filters) -> list[dict[str, str]]:
    """Each filter in use (`label`), with the address of the same list without it (`url`)."""
    links = []
    for name, word in filters.words():
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("page", None)
        links.append({"label": word, "url": f"?{query.urlencode()}"})
    return links
