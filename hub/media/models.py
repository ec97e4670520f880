"""Our own image, rendition and document models: swapping them in later would be misery."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from hub.public_ids import PublicIdField


class Image(AbstractImage):
    public_id = PublicIdField()
    # Named anew: Wagtail's own models, never used here, would take the same reverse names.
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="uploaded_images"
    )
    tags = TaggableManager(blank=True, related_name="hub_images")

    admin_form_fields = (
        "title",
        "file",
        "description",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )


class Rendition(AbstractRendition):
    image = models.ForeignKey(Image, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="media_rendition_unique_per_filter"),
        ]


class Document(AbstractDocument):
    public_id = PublicIdField()
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="uploaded_documents",
    )
    tags = TaggableManager(blank=True, related_name="hub_documents")

    admin_form_fields = ("title", "file", "collection", "tags")

    @property
    def url(self) -> str:
        """Our own address: Wagtail's carries the primary key."""
        return reverse("media:document", kwargs={"public_id": self.public_id, "name": self.filename})
