"""Wagtail's own upload forms, whichever way they are reached, with our rules about what may be in a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from hub.media.cleaning import CleanFile, cleaned_document, cleaned_image


class ImageUploadField(WagtailImageField):
    """Wagtail reads a picture's frames before it asks how large it is; this never gets that far."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.help_text = (
            f"GIF, JPEG, PNG or WebP, {self.max_upload_size_text} at most. A moving picture keeps its first frame. "
            "Place, camera and other hidden details are taken out."
        )

    def to_python(self, data: File[Any] | None) -> CleanFile | None:
        file = forms.FileField.to_python(self, data)
        return cleaned_image(file) if file else None


class DocumentUploadField(WagtailDocumentField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.help_text = (
            f"PDF, Word, Excel, PowerPoint, OpenDocument text or CSV, {filesizeformat(self.max_upload_size)} at most. "
            "Authors' names are taken out; a file with macros is not taken."
        )

    def to_python(self, data: File[Any] | None) -> CleanFile | None:
        file = forms.FileField.to_python(self, data)
        return cleaned_document(file) if file else None


class ImageForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _replace(self.fields, ImageUploadField)


class DocumentForm(BaseDocumentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _replace(self.fields, DocumentUploadField)


def _replace(fields: dict[str, forms.Field], upload_field: type[forms.Field]) -> None:
    """Wagtail's form factory makes the field by itself; the form that edits several uploads has none."""
    if made := fields.get("file"):
        fields["file"] = upload_field(label=made.label, required=made.required, widget=made.widget)
