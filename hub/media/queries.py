"""Who may open a file: whoever may see something published that cites it (Wagtail's ReferenceIndex); otherwise editors."""

from __future__ import annotations

from collections import defaultdict

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import ReferenceIndex

from hub.accounts.models import User


def is_readable(file: models.Model, viewer: User | AnonymousUser) -> bool:
    """`file` is an Image or a Document. Costs one query and one more for each kind of object that cites it."""
    if viewer.has_perm("wagtailadmin.access_admin"):
        return True
    citing: dict[int, list[str]] = defaultdict(list)
    for reference in ReferenceIndex.get_references_to(file):
        citing[reference.content_type_id].append(reference.object_id)
    return any(_visible(ContentType.objects.get_for_id(content_type), keys, viewer) for content_type, keys in citing.items())


def _visible(content_type: ContentType, keys: list[str], viewer: User | AnonymousUser) -> bool:
    """A kind of object that offers no `visible_to` opens no file."""
    model = content_type.model_class()
    manager = model._default_manager if model else None
    visible_to = getattr(manager, "visible_to", None)
    return visible_to is not None and visible_to(viewer).filter(pk__in=keys).exists()
