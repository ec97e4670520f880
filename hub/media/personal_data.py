"""Images and documents remember who uploaded them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import Storage

from hub.accounts.models import User
from hub.media.models import Document, Image

FIELDS = {
    "media.Image": {
        **dict.fromkeys(
            [
                "id",
                "collection",
                "title",
                "file",
                "description",
                "width",
                "height",
                "created_at",
                "public_id",
                "focal_point_x",
                "focal_point_y",
                "focal_point_width",
                "focal_point_height",
                "file_size",
                "file_hash",
            ],
            "not",
        ),
        "uploaded_by_user": "personal",
    },
    "media.Rendition": dict.fromkeys(["id", "filter_spec", "file", "width", "height", "focal_point_key", "image"], "not"),
    "media.Document": {
        **dict.fromkeys(["id", "collection", "title", "file", "created_at", "file_size", "file_hash", "public_id"], "not"),
        "uploaded_by_user": "personal",
    },
}


def export(user: User) -> dict[str, Any]:
    uploads = {
        "images": list(Image.objects.filter(uploaded_by_user=user).order_by("pk").values_list("title", flat=True)),
        "documents": list(Document.objects.filter(uploaded_by_user=user).order_by("pk").values_list("title", flat=True)),
    }
    return {kind: titles for kind, titles in uploads.items() if titles}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    uploads = Image.objects.filter(uploaded_by_user=user).count() + Document.objects.filter(uploaded_by_user=user).count()
    if uploads:
        yield f"{uploads} file{'' if uploads == 1 else 's'} that you uploaded to pages", "They stay. That it was you goes.", True


def files(user: User) -> Iterator[tuple[str, Storage, str]]:
    """What the person uploaded, for the archive of an export: (path in the archive, storage, name in the storage)."""
    for folder, model in (("images", Image), ("documents", Document)):
        for upload in model.objects.filter(uploaded_by_user=user).order_by("pk"):
            # Names within one storage differ, so paths do.
            yield f"{folder}/{PurePosixPath(upload.file.name).name}", upload.file.storage, upload.file.name


def erase(user: User) -> None:
    """What an editor published stays; who uploaded it goes."""
    Image.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)
    Document.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)
