"""The registry of personal data: what each field is, how a person's rows are exported and erased.

Each app's `personal_data.py` offers:

- `FIELDS: dict[str, dict[str, str]]`: for each model ("forum.Question"), the class of every concrete field, one of CLASSES;
- `export(user) -> dict`: everything the app holds about the person, ready for JSON;
- `erase(user)`: make it stop being about the person;

and, where there is something to offer,

- `THIRD_PARTY`: the same as FIELDS for models of Django, Wagtail and allauth that the app answers for;
- `holdings(user)`: for each kind of thing in plain words, what makes a `Holding`;
- `files(user)`: for each file that the person gave, what makes a `HeldFile`.

Plain tuples do for both, so that the floors below need import nothing.

A field that no app classifies fails the build (`tests/whole_site/test_personal_data.py`), and so does a foreign key to a
user from a model that nobody answers for.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.module_loading import module_has_submodule

from hub.accounts.models import User

OUR_PACKAGES = ("hub", "taxonomy", "casestudies", "forum", "stepshare")

# Plain words, for the same reason.
CLASSES = {
    "personal": "about a person: exported and erased",
    "not": "about no person",
    "sealed": "about a person, unreadable without the seal key",
}


class Holding(NamedTuple):
    """One line of “Your data”: what there is (“12 answers”), and what becomes of it when the account is closed."""

    what: str
    afterwards: str
    stays: bool = False


class HeldFile(NamedTuple):
    """`path` is where it goes in somebody's copy of their data; `name` is what the storage calls it."""

    path: str
    storage: Storage
    name: str


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model.__module__.split(".")[0] in OUR_PACKAGES:
            yield model


def third_party_models() -> Iterator[type[models.Model]]:
    """Of Django, Wagtail, allauth and the like."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in OUR_PACKAGES:
            yield model


def concrete_fields(model: type[models.Model]) -> set[str]:
    """The model's own columns: neither inherited from Wagtail's page table nor many-to-many."""
    return {field.name for field in model._meta.local_concrete_fields if not field.name.endswith("_ptr")}


def modules() -> Iterator[ModuleType]:
    """The rooms before the floors they stand on, as they are installed."""
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in OUR_PACKAGES and config.module and module_has_submodule(config.module, "personal_data"):
            module = import_module(f"{config.name}.personal_data")
            if hasattr(module, "FIELDS"):
                yield module


def classified() -> dict[str, dict[str, str]]:
    """Of our own models."""
    return {label: kinds for module in modules() for label, kinds in module.FIELDS.items()}


def classified_third_party() -> dict[str, dict[str, str]]:
    return {label: kinds for module in modules() for label, kinds in getattr(module, "THIRD_PARTY", {}).items()}


@transaction.atomic
def erase(user: User) -> None:
    """Every app forgets the person, the rooms before the floors they stand on; all of them or none."""
    for module in modules():
        module.erase(user)


def export(user: User) -> dict[str, Any]:
    """One entry for each app that holds anything about the person."""
    return dict(exported(user))


def exported(user: User) -> Iterator[tuple[str, Any]]:
    """The same app by app, so that no more than one app's rows need be in memory."""
    for module in modules():
        if data := module.export(user):
            yield module.__name__.removesuffix(".personal_data"), data


def holdings(user: User) -> list[Holding]:
    """Who they are first, then what they wrote."""
    with_holdings = [module for module in modules() if hasattr(module, "holdings")]
    return [Holding(*holding) for module in reversed(with_holdings) for holding in module.holdings(user)]


def files(user: User) -> Iterator[HeldFile]:
    for module in modules():
        if hasattr(module, "files"):
            yield from (HeldFile(*file) for file in module.files(user))


def numbers(*rows: QuerySet[Any]) -> list[int]:
    """How many there are of each, in one query."""
    counts = {
        f"number_{place}": Coalesce(
            Subquery(each.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")), 0
        )
        for place, each in enumerate(rows)
    }
    found = User.objects.annotate(**counts).values_list(*counts)[:1]
    return list(found[0]) if found else [0] * len(rows)
