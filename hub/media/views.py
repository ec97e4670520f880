"""Images and documents, each under the rule of the pages that cite it; nothing is served from the folder itself."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hub.media.cleaning import DOCUMENT_TYPES, IMAGE_TYPES
from hub.media.models import Document, Image, Rendition
from hub.media.queries import is_readable


@require_safe
def image(request: HttpRequest, name: str) -> FileResponse:
    """A rendition's file; originals, which are larger than any page needs, are for the admin only."""
    rendition = Rendition.objects.select_related("image").filter(file=f"images/{name}").first()
    if rendition is None or not is_readable(rendition.image, request.user):
        raise Http404
    return sent(rendition.file)


@require_safe
def original_image(request: HttpRequest, name: str) -> FileResponse:
    original = get_object_or_404(Image, file=f"original_images/{name}")
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    return sent(original.file)


@require_safe
def document(request: HttpRequest, public_id: str, name: str) -> FileResponse:
    """Always a download: an uploaded document never runs as part of the site."""
    found = Document.objects.filter(public_id=public_id).first()
    if found is None or found.filename != name or not is_readable(found, request.user):
        raise Http404
    return sent(found.file, as_attachment=True, filename=name)


def sent(file: Any, **options: Any) -> FileResponse:
    """For every room that keeps files. By a type of our own list, since a system's may know none; what is not a picture is never shown in the page's place."""
    kind = file.name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    content_type = IMAGE_TYPES.get(kind) or DOCUMENT_TYPES.get(kind, "application/octet-stream")
    options.setdefault("as_attachment", kind not in IMAGE_TYPES)
    try:
        response = FileResponse(file.open("rb"), content_type=content_type, **options)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Who may open it can change at any moment, so no shared cache may keep it.
    response["Cache-Control"] = "private, max-age=300"
    return response
