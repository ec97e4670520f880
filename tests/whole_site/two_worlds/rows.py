"""The rows that each `visible_to` gives somebody, told by names that are the same in every world."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models

from hub.accounts.models import User
from hub.core.personal_data import our_models

# By the first of these that a model has, otherwise by its words.
_NAMES = ("public_id", "url_path", "slug")


def models_with_visible_to() -> list[type[models.Model]]:
    return [model for model in our_models() if hasattr(model._default_manager, "visible_to")]


def rows_seen(viewer: User | None) -> dict[str, list[str]]:
    found = {}
    for model in models_with_visible_to():
        columns = {field.name for field in model._meta.get_fields()}
        name = next((name for name in _NAMES if name in columns), None)
        rows = model._default_manager.visible_to(viewer or AnonymousUser())  # type: ignore[attr-defined]  # asked above
        found[model._meta.label] = sorted(map(str, rows.values_list(name, flat=True) if name else rows))
    return found
