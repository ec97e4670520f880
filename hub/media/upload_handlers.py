"""Keeps a large upload from filling the disk before a form can say that it is too large."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class CutOffUploadHandler(FileUploadHandler):
    """Comes before Django's own. What goes beyond the limit is thrown away as it comes in; the file stays
    longer than the limit, so that its form refuses it by name.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None if start > settings.WAGTAILDOCS_MAX_UPLOAD_SIZE else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None
