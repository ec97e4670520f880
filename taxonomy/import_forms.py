"""The form on which editors bring in a file of terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from taxonomy.models import ConceptScheme
from taxonomy.skos.formats import MOST_BYTES
from taxonomy.skos.plan import Wanted


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="Turtle, RDF/XML, JSON-LD, N-Triples, CSV, Excel (.xlsx) or indented text; also packed with gzip.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty. Choose another."},
    )
    scheme = forms.ModelChoiceField(
        label="Scheme its terms go into",
        queryset=ConceptScheme.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="A new scheme",
    )
    title = forms.CharField(
        label="Title of a new scheme (optional)",
        max_length=120,
        required=False,
        help_text="Such as “Channels”. Leave it empty to take the file's.",
    )
    base = forms.URLField(
        label="What its short addresses begin with (optional)",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="Only for a file with addresses such as “#term1” that does not say so itself.",
        error_messages={"invalid": "Write a whole web address, such as https://example.org/terms."},
    )
    replaces = forms.BooleanField(
        label="Take away what the file no longer says of its terms",
        required=False,
        help_text="Names, notes, relations and mappings. Terms are never deleted, and those that the file does not name stay as they are.",
    )
    as_candidates = forms.BooleanField(
        label="Keep new terms back as candidates",
        required=False,
        help_text="They show to editors only, until you publish them.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = ConceptScheme.objects.order_by("title")  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Bring it in in parts.")
        return upload

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        scheme: ConceptScheme | None = data["scheme"]
        title = data["title"] or data["file"].name.rpartition(".")[0] or "terms"
        slug = scheme.slug if scheme else self._free_slug(title)
        return Wanted(slug, "" if scheme else data["title"], data["replaces"], data["as_candidates"])

    def _free_slug(self, title: str) -> str:
        base = slugify(title)[:70] or "terms"
        taken = set(ConceptScheme.objects.values_list("slug", flat=True))
        slug, number = base, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        return slug
