"""File fields whose storage nothing reaches that has not been cleaned, by whatever way it comes."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import FieldFile
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from hub.media.cleaning import CleanFile, cleaned_attachment, cleaned_document, cleaned_image


class CleanImageFieldFile(WagtailImageFieldFile):
    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        content = content if isinstance(content, CleanFile) else cleaned_image(_named(content, name))
        super().save(str(content.name), content, save)


class CleanImageField(WagtailImageField):
    """Raises ValidationError on save; a form that asks `cleaned_image` first says it at the field."""

    attr_class = CleanImageFieldFile


class CleanDocumentFieldFile(FieldFile):
    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        content = content if isinstance(content, CleanFile) else cleaned_document(_named(content, name))
        super().save(str(content.name), content, save)


class CleanDocumentField(models.FileField):
    """Raises ValidationError on save, as above."""

    attr_class = CleanDocumentFieldFile


class CleanAttachmentFieldFile(FieldFile):
    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        content = content if isinstance(content, CleanFile) else cleaned_attachment(_named(content, name))
        super().save(str(content.name), content, save)


class CleanAttachmentField(models.FileField):
    """A picture or a document. Raises ValidationError on save, as above."""

    attr_class = CleanAttachmentFieldFile


def _named(content: File[Any], name: str) -> File[Any]:
    """Storage goes by the name that save is given; so does the check of its ending."""
    file = File(content, name=name)
    file.size = content.size
    return file
