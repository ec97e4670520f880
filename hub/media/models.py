"""Our own image, rendition and document models: swapping them in later would be misery."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, get_upload_to

from hub.media.fields import CleanDocumentField, CleanImageField
from hub.public_ids import PublicIdField


class LeavesNoFile:
    """A file that is replaced goes from the disk with what was made of it; Wagtail sees to a file that is deleted."""

    pk: Any
    file: Any
    _base_manager: models.Manager[Any]

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = self._replaced()
        super().save(*args, **kwargs)  # type: ignore[misc]
        if before and before != self.file.name:
            self.forget_what_was_made()
            transaction.on_commit(lambda: self.file.storage.delete(before))

    def _replaced(self) -> str | None:
        """The stored name, if another file is about to be saved in its place."""
        if self.pk is None or not self.file or self.file._committed:
            return None
        return type(self)._base_manager.filter(pk=self.pk).values_list("file", flat=True).first()

    def forget_what_was_made(self) -> None:
        """For what is derived from the file."""


class Image(LeavesNoFile, AbstractImage):
    public_id = PublicIdField()
    file = CleanImageField(verbose_name="file", upload_to=get_upload_to, width_field="width", height_field="height")
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

    def forget_what_was_made(self) -> None:
        self.renditions.all().delete()


class Rendition(AbstractRendition):
    image = models.ForeignKey(Image, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="media_rendition_unique_per_filter"),
        ]


class Document(LeavesNoFile, AbstractDocument):
    public_id = PublicIdField()
    file = CleanDocumentField(upload_to="documents", verbose_name="file")
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
