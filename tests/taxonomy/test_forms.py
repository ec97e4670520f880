from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.forms import BaseForm
from django.http import QueryDict

import forum.forms
import hub.bulletin.forms
import hub.members.profile_forms
import stepshare.forms
from taxonomy.forms import ConceptsField
from taxonomy.models import Concept
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


class AskForm(forms.Form):
    concepts = ConceptsField(required=False)


@pytest.fixture
def kiosk(db):
    return ConceptFactory(label="Kiosk", also=["Self-service booth"], hidden=["kioske"])


@pytest.fixture
def e_forms(db):
    return ConceptFactory(label="E-forms", also=["online forms"])


def posted(*texts: str) -> AskForm:
    data = QueryDict(mutable=True)
    data.setlist("concepts", texts)
    return AskForm(data)


def chosen(*texts: str) -> list[Concept]:
    form = posted(*texts)
    assert form.is_valid(), form.errors
    return form.cleaned_data["concepts"]


def error(*texts: str) -> str:
    form = posted(*texts)
    assert not form.is_valid()
    return " ".join(form.errors["concepts"])


@pytest.mark.parametrize("text", ["Kiosk", "kiosk", " KIOSK ", "The kiosk", "self-service booth", "Self service booth", "kioske"])
def test_a_term_is_found_by_any_name_it_has(kiosk, text):
    assert chosen(text) == [kiosk]


def test_public_ids_are_taken_as_well(kiosk):
    assert chosen(kiosk.public_id) == [kiosk]


def test_terms_keep_their_order_and_stand_once(kiosk, e_forms):
    assert chosen("online forms", "", "Kiosk", "E-forms", "") == [e_forms, kiosk]


def test_several_terms_in_one_box_are_separated_by_semicolons_or_commas(kiosk, e_forms):
    both = ConceptFactory(label="Forms, paper")

    assert chosen("Kiosk; E-forms") == [kiosk, e_forms]
    assert chosen("Kiosk, E-forms") == [kiosk, e_forms]
    assert chosen("Forms, paper") == [both]


def test_nothing_is_fine_unless_a_term_is_required(db):
    required = forms.Form({"concepts": ""})
    required.fields["concepts"] = ConceptsField()

    assert chosen("", " ") == []
    assert required.errors["concepts"] == ["Choose at least one term."]


def test_the_error_names_the_word_and_what_is_near(kiosk, e_forms):
    assert error("Kiosks", "E-forms") == "“Kiosks” is not a term in the A to Z. Did you mean “Kiosk”?"
    assert error("online") == "“online” is not a term in the A to Z. Did you mean “E-forms”?"
    assert (
        error("Zeppelin")
        == "“Zeppelin” is not a term in the A to Z. Look in the A to Z for one that is near, suggest it there, or leave it out."
    )


@pytest.mark.parametrize("status", [Concept.Status.CANDIDATE, Concept.Status.DEPRECATED])
def test_only_published_terms_can_be_chosen(status):
    concept = ConceptFactory(label="Fax", status=status)

    assert "“Fax” is not a term" in error("Fax")
    assert "is not a term" in error(concept.public_id)


def test_a_name_of_one_term_goes_before_a_near_name_of_another(kiosk):
    ConceptFactory(label="Ki.osk", slug="ki-osk")

    assert chosen("kiosk") == [kiosk]


def test_more_than_five_terms_are_too_many():
    labels = [ConceptFactory(label=f"Word {n}").label for n in range(6)]

    assert error(*labels) == "Choose 5 terms at most. There are 6."


def test_hostile_input_is_answered_shortly(kiosk):
    assert len(error(*["," * 10_000 + "x;" * 10_000 + "y" * 50_000] * 20)) < 1000


def test_choosing_costs_the_same_however_many_terms_there_are(kiosk, e_forms, django_assert_num_queries):
    with django_assert_num_queries(2):
        chosen("Kiosk", "online forms")


def test_the_boxes_work_without_a_script_and_suggest_labels_and_other_names(kiosk, e_forms):
    html = str(AskForm(initial={"concepts": [e_forms]}).as_div())

    assert html.count('<input type="text" name="concepts"') == 5
    assert '<label class="visually-hidden" for="id_concepts_0">Term 1</label>' in html
    assert 'value="E-forms" id="id_concepts_0" list="id_concepts_suggestions"' in html
    assert '<option value="Kiosk"></option>' in html
    assert '<option value="Self-service booth" label="Kiosk"></option>' in html
    assert "kioske" not in html
    assert "<legend>Terms" in html


def test_what_was_typed_is_kept(kiosk):
    html = str(posted("Kiosk", "<b>Zeppelin").as_div())

    assert 'value="Kiosk"' in html
    assert 'value="&lt;b&gt;Zeppelin"' in html
    assert 'aria-invalid="true"' in html


def test_a_deprecated_term_shows_as_what_replaced_it(kiosk):
    fax = ConceptFactory(label="Fax", status=Concept.Status.DEPRECATED)
    fax.replaced_by.add(kiosk)

    html = str(AskForm(initial={"concepts": Concept.objects.filter(pk=fax.pk)}).as_div())

    assert 'value="Kiosk" id="id_concepts_0"' in html
    assert "Fax" not in html


def test_a_form_sent_back_as_it_was_has_not_changed(kiosk):
    data = QueryDict("concepts=Kiosk&concepts=&concepts=")

    assert not AskForm(data, initial={"concepts": [kiosk]}).has_changed()
    assert AskForm(data, initial={"concepts": []}).has_changed()


def forms_with_terms() -> list[Any]:
    """Every room's."""
    return [
        pytest.param(field, id=f"{form.__name__}-{name}")
        for module in (forum.forms, stepshare.forms, hub.bulletin.forms, hub.members.profile_forms)
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, BaseForm) and form.__module__ == module.__name__
        for name, field in form.base_fields.items()
        if isinstance(field, ConceptsField)
    ]


def test_every_room_where_terms_are_chosen_has_the_one_picker():
    assert {param.id.split("-")[1] for param in forms_with_terms()} >= {"concepts", "offers", "interests"}
    assert len(forms_with_terms()) >= 6


@pytest.mark.parametrize("field", forms_with_terms())
def test_each_picker_has_boxes_without_a_script_and_makes_no_tag_of_an_unknown_word(field):
    ConceptFactory(label="Kiosk", also=["Booth"])

    with pytest.raises(ValidationError, match="is not a term in the A to Z"):
        field.clean(["Zorgle"])

    assert [concept.label for concept in field.clean(["booth"])] == ["Kiosk"]
    assert Concept.objects.count() == 1
    html = field.widget.render("terms", field.prepare_value(["Zorgle"]), {"id": "id_terms"})
    assert html.count("<input") == field.most
    assert 'data-suggestions="/a-z/suggest/"' in html
    assert 'value="Zorgle"' in html  # what was written stays, to be put right
