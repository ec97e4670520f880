"""A column that nobody has classified fails the build."""

from __future__ import annotations

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


def test_every_class_is_one_the_registry_knows():
    used = {kind for kinds in personal_data.classified().values() for kind in kinds.values()}

    assert used <= set(personal_data.CLASSES)


def test_every_app_can_export_and_erase():
    for module in personal_data.modules():
        assert callable(module.export), module
        assert callable(module.erase), module
