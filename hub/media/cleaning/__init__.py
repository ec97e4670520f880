"""What every uploaded file passes before it is kept: read by its content, freed of what it should not carry, written anew.

Other rooms need only `cleaned_image` and `cleaned_document`. Both raise ValidationError with words that name the file
and say what to do; both answer a CleanFile, which the file fields of `hub.media.fields` take as it is.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.text import slugify

from hub.media.cleaning import images, office, opendocument, pdf, table
from hub.media.cleaning.archive import MEGABYTE, Archive, Budget
from hub.media.cleaning.refusal import Refused


class CleanFile(ContentFile):
    """Has passed. `content_type` is of the content, not of what the browser said."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content, name=name)
        self.content_type = CONTENT_TYPES[name.rpartition(".")[2]]


IMAGE_TYPES = {"gif": "image/gif", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
DOCUMENT_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": opendocument.MIMETYPE,
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CONTENT_TYPES = IMAGE_TYPES | DOCUMENT_TYPES

_ZIP = b"PK\x03\x04"
# What Office wraps a document in that has a password, and what it saved before 2007.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WHAT_TO_ADD = "Add a PDF, a Word, Excel, PowerPoint or OpenDocument file, or a CSV table."


def cleaned_image(file: File[Any], *, max_side: int | None = None, square: bool = False, max_bytes: int | None = None) -> CleanFile:
    """A GIF, JPEG, PNG or WebP with its pixels and nothing else, upright, its first frame only.

    `max_side` in pixels shrinks; `square` crops around the middle; `max_bytes` is of the file as it came
    (WAGTAILIMAGES_MAX_UPLOAD_SIZE unless said). The name is made safe, its ending from the content. Raises ValidationError.
    """
    name = file.name or ""
    try:
        data = _read(file, max_bytes or settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
        content, extension = images.rewritten(data, _extension(name), max_side=max_side, square=square)
    except Refused as refused:
        raise _said(refused, name) from refused
    return CleanFile(content, safe_name(name, extension))


def cleaned_document(file: File[Any], *, max_bytes: int | None = None) -> CleanFile:
    """A CSV, DOCX, ODT, PDF, PPTX or XLSX without macros, scripts, fetched parts and people's names; its words stay.

    `max_bytes` is of the file as it came (WAGTAILDOCS_MAX_UPLOAD_SIZE unless said). Raises ValidationError.
    """
    name = file.name or ""
    try:
        data = _read(file, max_bytes or settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
        content, extension = _rewritten(data, _extension(name))
    except Refused as refused:
        raise _said(refused, name) from refused
    return CleanFile(content, safe_name(name, extension))


def cleaned_attachment(file: File[Any], *, max_side: int | None = None, max_bytes: int | None = None) -> CleanFile:
    """Either of them, by its ending."""
    if _extension(file.name or "").replace("jpeg", "jpg") in IMAGE_TYPES:
        return cleaned_image(file, max_side=max_side, max_bytes=max_bytes)
    return cleaned_document(file, max_bytes=max_bytes)


def _rewritten(data: bytes, said: str) -> tuple[bytes, str]:
    """The kind is decided by the content; the name has to agree."""
    if said not in DOCUMENT_TYPES:
        raise Refused("kind", f"is not a kind of document the hub takes. {_WHAT_TO_ADD}")
    if data.startswith(_COMPOUND):
        raise Refused("password", "has a password, or is of before 2007. Save it without a password as .docx, .xlsx or .pptx.")
    if data.startswith(_ZIP):
        content, kind = _archive(Archive(data, Budget()))
    elif data.startswith(b"%PDF-"):
        content, kind = (pdf.rewritten(data) if said == "pdf" else b""), "pdf"
    elif said == "csv":
        content, kind = table.rewritten(data), "csv"
    else:
        raise Refused("kind", f"is not what its name says (.{said}). {_WHAT_TO_ADD}")
    if kind != said:
        raise Refused("kind", f"is a .{kind} file inside, and its name says .{said}. Rename it and add it again.")
    return content, kind


def _archive(archive: Archive) -> tuple[bytes, str]:
    if office.CONTENT_TYPES in archive:
        return office.rewritten(archive)
    if "mimetype" in archive and archive.read("mimetype") == opendocument.MIMETYPE.encode():
        return opendocument.rewritten(archive), "odt"
    raise Refused("kind", f"is an archive and not a document. {_WHAT_TO_ADD}")


def safe_name(name: str, extension: str) -> str:
    """ASCII, one dot, 60 characters or fewer: good in a path, a header and an address."""
    stem = slugify(_stem(name))[:50].strip("-_") or "file"
    return f"{stem}.{extension}"


def _read(file: File[Any], most: int) -> bytes:
    """Everything, from the start; leaves the file as if nobody had read it."""
    if file.size > most:
        raise Refused("size", f"is too big. Make it {most // MEGABYTE or 1} MB or smaller, and add that copy.")
    file.open("rb") if file.closed else file.seek(0)
    data: bytes = file.read(most + 1)
    file.seek(0)
    if not data:
        raise Refused("empty", "is empty. Check it on your computer and choose it again.")
    return data


def _said(refused: Refused, name: str) -> ValidationError:
    return ValidationError(f"{_shown(name)} {refused.reason}", code=refused.code)


def _shown(name: str) -> str:
    """The name as its owner knows it, without what Wagtail's upload script would read as markup."""
    plain = "".join(char for char in _basename(name) if unicodedata.category(char)[0] != "C")
    return re.sub(r"[<>&\"'`]+", " ", plain).strip()[-60:] or "This file"


def _basename(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _stem(name: str) -> str:
    return _basename(name).rpartition(".")[0] or _basename(name)


def _extension(name: str) -> str:
    base = _basename(name)
    return base.rpartition(".")[2].lower() if "." in base else ""
