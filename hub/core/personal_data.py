"""The registry of personal data: what each field is, how a person's rows are exported and erased.

Each app's `personal_data.py` offers:

- `FIELDS: dict[str, dict[str, str]]`: for each model ("forum.Question"), the class of every concrete field, one of CLASSES;
- `export(user) -> dict`: everything the app holds about the person, ready for JSON;
- `erase(user)`: make it stop being about the person.

A field that no app classifies fails the build (`tests/whole_site/test_personal_data.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.module_loading import module_has_submodule

from hub.accounts.models import User

OUR_PACKAGES = ("hub", "taxonomy", "casestudies", "forum", "stepshare")


# Plain words, so that the floors below this one need import nothing to use them.
CLASSES = {
    "personal": "about a person: exported and erased",
    "not": "about no person",
    "sealed": "about a person, unreadable without the seal key",
}


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model.__module__.split(".")[0] in OUR_PACKAGES:
            yield model


def concrete_fields(model: type[models.Model]) -> set[str]:
    """The model's own columns: neither inherited from Wagtail's page table nor many-to-many."""
    return {field.name for field in model._meta.local_concrete_fields if not field.name.endswith("_ptr")}


def modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in OUR_PACKAGES and config.module and module_has_submodule(config.module, "personal_data"):
            module = import_module(f"{config.name}.personal_data")
            if hasattr(module, "FIELDS"):
                yield module


def classified() -> dict[str, dict[str, str]]:
    return {label: kinds for module in modules() for label, kinds in module.FIELDS.items()}


def erase(user: User) -> None:
    """Every app forgets the person, the rooms before the floors they stand on."""
    for module in modules():
        module.erase(user)


def export(user: User) -> dict[str, Any]:
    """One entry for each app that holds anything about the person."""
    return {module.__name__.removesuffix(".personal_data"): data for module in modules() if (data := module.export(user))}
