from __future__ import annotations

import pytest

from forum.models import QuestionConcept
from taxonomy import actions, queries
from taxonomy.likeness import Likeness
from taxonomy.models import owner_fields, tag_models
from tests.conftest import NOW
from tests.factories.forum import QuestionFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory, ConceptSchemeFactory

pytestmark = pytest.mark.django_db


def found(text, viewer):
    return [duplicate.concept.label for duplicate in queries.likely_duplicates(text, viewer)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("customer portals", "Customer portal"),
        ("portal, customer", "Customer portal"),
        ("Custommer portal", "Customer portal"),
        ("managing cases", "Case management"),
        ("CRM", "Customer relationship management"),
    ],
)
def test_what_may_be_meant_is_found_through_endings_order_slips_and_other_names(member, text, label):
    ConceptFactory(label="Customer portal")
    ConceptFactory(label="Case management", also=["Managing a case"])
    ConceptFactory(label="Customer relationship management", hidden=["crm"])
    ConceptFactory(label="Telephony")

    assert found(text, member)[:1] == [label]
    assert "Telephony" not in found(text, member)


def test_nothing_like_it_finds_nothing(member):
    ConceptFactory(label="Telephony")

    assert found("Chatbot", member) == []
    assert found("", member) == []


def test_a_hidden_name_is_not_told_and_retired_terms_are_not_offered(member):
    ConceptFactory(label="Customer relationship management", hidden=["crm"])
    ConceptFactory(label="CRM system", status="deprecated")

    assert [(found.concept.label, found.name) for found in queries.likely_duplicates("CRM", member)] == [
        ("Customer relationship management", "")
    ]


def test_open_proposals_are_found_by_those_who_may_read_them(member, stranger, visitor):
    ConceptSchemeFactory()
    wish = actions.Wish(label="Chatbot")
    proposal = actions.propose(kind="new", wish=wish, reason="So.", by=member, now=NOW)

    assert [found.proposal for found in queries.likely_duplicates("chat bot", stranger)] == [proposal]
    assert found("chat bot", visitor) == []


def test_finding_duplicates_costs_the_same_however_many_terms_there_are(member, assert_constant_queries):
    ConceptFactory(label="Customer portal")

    assert_constant_queries(
        lambda: queries.likely_duplicates("customer portals", member),
        grow=lambda: [ConceptFactory(label=f"Customer portal {n}") for n in range(5)],
        most=8,
    )


def test_likeness_goes_from_the_same_to_nothing():
    portal = Likeness("Customer portal")

    assert portal.to("customer portal") == 1
    assert 1 > portal.to("portals customers") > portal.to("customer desk") > 0
    assert portal.to("telephony") == 0


def test_what_a_change_touches_is_counted_for_each_kind_as_the_viewer_may_read_it(visitor, member):
    kiosk = ConceptFactory()
    ProductFactory(concepts=[kiosk])
    for audience in ("public", "members"):
        QuestionConcept.objects.create(question=QuestionFactory(audience=audience), concept=kiosk)

    def counted(viewer):
        return {touched.model: touched.count for touched in queries.touched_by([kiosk], viewer)}

    assert counted(member) == {"forum.questionconcept": 2, "stepshare.productconcept": 1}
    assert counted(visitor) == {"forum.questionconcept": 1, "stepshare.productconcept": 1}
    assert counted(visitor)["forum.questionconcept"] == queries.touched_by([kiosk], visitor)[0].things.count()


def test_every_room_says_what_makes_its_tags_unique():
    assert len(tag_models()) >= 6
    for model in tag_models():
        assert owner_fields(model)[0].is_relation, model
