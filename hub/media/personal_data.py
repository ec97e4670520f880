"""Images and documents remember who uploaded them."""

from __future__ import annotations

from typing import Any

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


def erase(user: User) -> None:
    """What an editor published stays; who uploaded it goes."""
    Image.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)
    Document.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)
