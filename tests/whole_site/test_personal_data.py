"""A column that nobody has classified fails the build."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import User
from hub.core import personal_data


def test_every_field_of_every_model_is_classified():
    kinds = personal_data.classified()

    missing = {
        model._meta.label: sorted(personal_data.concrete_fields(model) - set(kinds.get(model._meta.label, {})))
        for model in personal_data.our_models()
    }

    assert {label: fields for label, fields in missing.items() if fields} == {}


def test_nothing_is_classified_that_does_not_exist():
    fields = {model._meta.label: personal_data.concrete_fields(model) for model in personal_data.our_models()}

    unknown = {label: sorted(set(kinds) - fields.get(label, set())) for label, kinds in personal_data.classified().items()}

    assert {label: names for label, names in unknown.items() if names} == {}


def test_every_column_of_a_third_partys_model_that_names_a_user_is_classified():
    """An upgrade of Wagtail or allauth that brings one fails here, and somebody decides what becomes of it."""
    kinds = personal_data.classified_third_party()
    about_people = [model for model in personal_data.third_party_models() if names_a_user(model) or model._meta.label in BESIDES]

    missing = {model._meta.label: sorted(all_columns(model) - set(kinds.get(model._meta.label, {}))) for model in about_people}

    assert {label: fields for label, fields in missing.items() if fields} == {}
    assert {model._meta.label for model in about_people} == set(kinds)


# They lead to a user by another row of theirs, or by what is written in them.
BESIDES = {"account.EmailConfirmation", "socialaccount.SocialToken", "sessions.Session"}


def names_a_user(model: type[models.Model]) -> bool:
    return any(field.related_model is User for field in model._meta.local_concrete_fields)


def all_columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_concrete_fields}


def test_nothing_of_third_parties_is_classified_that_does_not_exist():
    columns = {model._meta.label: all_columns(model) for model in personal_data.third_party_models()}
    kinds = personal_data.classified_third_party()

    assert {
        label: set(named) - columns.get(label, set()) for label, named in kinds.items() if set(named) - columns.get(label, set())
    } == {}


def test_every_class_is_one_the_registry_knows():
    everything = personal_data.classified() | personal_data.classified_third_party()
    used = {kind for kinds in everything.values() for kind in kinds.values()}

    assert used <= set(personal_data.CLASSES)


def test_every_app_can_export_and_erase():
    for module in personal_data.modules():
        assert callable(module.export), module
        assert callable(module.erase), module
