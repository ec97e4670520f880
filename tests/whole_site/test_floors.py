"""Foreign keys go down, never up, never sideways: import-linter cannot see a key written as a string."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.db import models

from hub.core.personal_data import our_models

ROOT = Path(__file__).resolve().parents[2]
LAYERS = [
    {name.strip() for name in layer.split("|")}
    for layer in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
]


def floor_of(model: type[models.Model]) -> tuple[int, str] | None:
    """How far down a model's app stands, and its room; None for what is not ours."""
    for depth, layer in enumerate(LAYERS):
        for room in layer:
            if model.__module__ == room or model.__module__.startswith(f"{room}."):
                return depth, room
    return None


def points_up_or_sideways(source: type[models.Model], target: type[models.Model]) -> bool:
    here, there = floor_of(source), floor_of(target)
    if here is None or there is None or here[1] == there[1]:
        return False
    return there[0] <= here[0]


def keys():
    for model in our_models():
        for field in model._meta.get_fields(include_hidden=False):
            if isinstance(field, (models.ForeignKey, models.ManyToManyField)) and field.model is model:
                yield model, field


def test_every_model_of_ours_stands_on_a_floor():
    assert [model for model in our_models() if floor_of(model) is None] == []


def test_every_foreign_key_points_down():
    wrong = [f"{model._meta.label}.{field.name}" for model, field in keys() if points_up_or_sideways(model, field.related_model)]

    assert wrong == []


def test_a_key_that_points_up_would_be_caught():
    from hub.accounts.models import User
    from hub.members.models import Membership

    assert points_up_or_sideways(User, Membership)
    assert not points_up_or_sideways(Membership, User)


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "misc", "services", "manager", "managers", "handlers"])
def test_no_file_has_a_name_that_says_nothing(word):
    rooms = ("hub", "taxonomy", "casestudies", "forum", "stepshare", "tests")

    assert [path for room in rooms for path in (ROOT / room).rglob(f"{word}.py")] == []
