from __future__ import annotations

import pytest

from stepshare.models import ProductConcept
from taxonomy import actions
from taxonomy.actions.recording import rows_of
from taxonomy.models import Concept, ConceptChange, Label, Mapping, Relation
from tests.conftest import NOW
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(editor):
    return {"by": editor, "now": NOW}


@pytest.fixture
def kiosk() -> Concept:
    return ConceptFactory(label="Kiosk", also=["Booth"], broader=[ConceptFactory(label="Top")])


@pytest.fixture
def portal() -> Concept:
    return ConceptFactory(label="Portal", related=[ConceptFactory(label="Website")])


def terms_of(thing) -> set[str]:
    return set(thing.concept_tags.values_list("concept__label", flat=True))


def everything():
    return rows_of(Concept.objects.values_list("pk", flat=True)), set(ProductConcept.objects.values_list("product", "concept"))


def test_an_undone_merge_leaves_everything_as_it_was(who, kiosk, portal, client):
    ProductFactory(concepts=[kiosk])
    ProductFactory(concepts=[kiosk, portal])
    ProductFactory(concepts=[portal])
    ConceptFactory(label="Low", broader=[kiosk])
    author = who["by"]
    Mapping.objects.create(concept=kiosk, target_uri="https://example.org/1", author=author)
    before = everything()

    change = actions.merge(concepts=[kiosk], into=portal, **who)
    assert everything() != before
    undoing = actions.undo(change=change, reason="They differ after all.", **who)

    assert everything() == before
    assert Mapping.objects.get().author == author
    assert (undoing.kind, undoing.undoes, undoing.reason) == ("undo", change, "They differ after all.")
    assert client.get("/a-z/kiosk/").status_code == 200


def test_what_was_tagged_since_keeps_its_terms(who, kiosk, portal):
    change = actions.merge(concepts=[kiosk], into=portal, **who)
    later = ProductFactory(concepts=[portal])

    actions.undo(change=change, **who)

    assert terms_of(later) == {"Portal"}


def test_what_lost_the_term_since_is_left_alone(who, kiosk, portal):
    product = ProductFactory(concepts=[kiosk])
    change = actions.merge(concepts=[kiosk], into=portal, **who)
    product.concept_tags.all().delete()

    actions.undo(change=change, **who)

    assert terms_of(product) == set()


def test_an_undone_split_gives_back_its_content_and_leads_on_from_the_parts(who, kiosk, client):
    before, since = ProductFactory(concepts=[kiosk]), ProductFactory()
    change = actions.split(concept=kiosk, parts=[actions.Part("One"), actions.Part("Two")], **who)
    ProductConcept.objects.create(product=since, concept=Concept.objects.get(label="One"))

    actions.undo(change=change, **who)

    assert terms_of(before) == terms_of(since) == {"Kiosk"}
    assert client.get("/a-z/kiosk/").status_code == 200
    html = client.get("/a-z/one/").content.decode()
    assert "Look instead at" in html
    assert "/a-z/kiosk/" in html
    assert not Relation.objects.filter(source__label="One").exists()


def test_an_undone_rename_leads_on_from_the_address_it_had(who, kiosk, client):
    change = actions.rename(concept=kiosk, label="Self-service point", **who)
    actions.undo(change=change, **who)

    assert client.get("/a-z/kiosk/").status_code == 200
    assert client.get("/a-z/self-service-point/")["Location"] == "/a-z/kiosk/"


def test_an_undone_rename_of_a_term_merged_since_loses_no_address(who, kiosk, portal, client):
    renamed = actions.rename(concept=kiosk, label="Point", **who)
    merged = actions.merge(concepts=[kiosk], into=portal, **who)
    with pytest.raises(actions.Refused):
        actions.undo(change=renamed, **who)
    actions.undo(change=merged, **who)
    actions.undo(change=renamed, **who)

    assert client.get("/a-z/kiosk/").status_code == 200
    assert client.get("/a-z/point/")["Location"] == "/a-z/kiosk/"


def test_a_change_is_undone_once_and_an_undoing_never(who, kiosk):
    change = actions.describe(concept=kiosk, definition="New.", **who)
    undoing = actions.undo(change=change, **who)

    for again in (change, undoing):
        with pytest.raises(actions.Refused):
            actions.undo(change=again, **who)
    assert list(ConceptChange.objects.standing()) == []


def test_what_was_built_on_is_not_undone_and_says_why(who, kiosk, portal):
    product = ProductFactory(concepts=[kiosk])
    third = ConceptFactory(label="Third")
    first = actions.merge(concepts=[kiosk], into=portal, **who)
    second = actions.merge(concepts=[portal], into=third, **who)

    with pytest.raises(actions.Refused, match="“Portal” merged into “Third”"):
        actions.undo(change=first, **who)
    assert terms_of(product) == {"Third"}

    actions.undo(change=second, **who)
    actions.undo(change=first, **who)
    assert terms_of(product) == {"Kiosk"}


def test_a_row_changed_since_is_not_written_over(who, kiosk):
    change = actions.describe(concept=kiosk, definition="New.", **who)
    Concept.objects.filter(pk=kiosk.pk).update(definition="Newer.")

    with pytest.raises(actions.Refused, match="“Kiosk” has been changed since"):
        actions.undo(change=change, **who)


def test_a_name_that_went_to_another_term_is_not_taken_from_it(who, kiosk):
    change = actions.retire(concept=kiosk, **who)
    ConceptFactory(label="Booth")

    with pytest.raises(actions.Refused, match="“Booth” has become a name of “Booth”"):
        actions.undo(change=change, **who)
    kiosk.refresh_from_db()
    assert kiosk.status == "deprecated"


def test_a_new_term_that_is_undone_stays_at_its_address_unless_content_carries_it(who, client):
    ConceptFactory()
    change = actions.define(label="Kiosk", definition="", **who)
    term = change.concepts.get()
    product = ProductFactory(concepts=[term])

    with pytest.raises(actions.Refused, match="one thing carries “Kiosk”"):
        actions.undo(change=change, **who)
    product.concept_tags.all().delete()
    actions.undo(change=change, **who)

    response = client.get("/a-z/kiosk/")
    assert response.status_code == 200
    assert "We no longer use this term." in response.content.decode()
    assert Label.objects.filter(concept=term).count() == 1


def test_what_would_turn_in_a_circle_now_is_not_undone(who):
    top, low = ConceptFactory(label="Top"), ConceptFactory(label="Low")
    Relation.objects.create(source=low, target=top, kind="broader")
    change = actions.move(concept=low, broader=[], **who)
    actions.move(concept=top, broader=[low], **who)

    with pytest.raises(actions.Refused, match="stand in the way"):
        actions.undo(change=change, **who)


def test_what_was_put_under_a_new_term_since_moves_up_when_it_is_undone(who):
    top = ConceptFactory(label="Top")
    change = actions.define(label="Middle", definition="", broader=[top], **who)
    low = ConceptFactory(label="Low", broader=[change.concepts.get()])

    actions.undo(change=change, **who)

    assert [relation.target for relation in Relation.objects.filter(source=low)] == [top]
    assert Relation.objects.count() == 1


def test_what_was_put_under_a_part_since_comes_under_the_term_that_was_split(who, kiosk):
    change = actions.split(concept=kiosk, parts=[actions.Part("One"), actions.Part("Two")], **who)
    low = ConceptFactory(label="Low", broader=[Concept.objects.get(label="One")])

    actions.undo(change=change, **who)

    assert [relation.target for relation in Relation.objects.filter(source=low)] == [kiosk]


def test_a_term_does_not_come_back_under_one_that_is_gone_since(editor):
    old, new = ConceptFactory(label="Old place"), ConceptFactory(label="New place")
    term = ConceptFactory(label="Moved", broader=[old])
    moved = actions.move(concept=term, broader=[new], by=editor, now=NOW)
    split = actions.split(concept=old, parts=[actions.Part("One"), actions.Part("Two")], by=editor, now=NOW)

    with pytest.raises(actions.Refused, match="“Moved” stood under “Old place”, which is not in use any more"):
        actions.undo(change=moved, by=editor, now=NOW)

    actions.undo(change=split, by=editor, now=NOW)
    actions.undo(change=moved, by=editor, now=NOW)
    assert [relation.target for relation in term.relations.all()] == [old]
