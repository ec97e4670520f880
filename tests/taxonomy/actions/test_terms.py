from __future__ import annotations

import pytest

from taxonomy import actions
from taxonomy.models import Concept, ConceptChange, FormerSlug, Label, Mapping, Relation
from tests.conftest import NOW
from tests.factories.taxonomy import ConceptFactory, ConceptSchemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(editor):
    return {"by": editor, "now": NOW}


def labels(concept: Concept) -> set[tuple[str, str]]:
    return set(concept.labels.values_list("text", "kind"))


def test_a_new_term_stands_where_it_is_put_and_its_history_begins(who):
    ConceptSchemeFactory()
    top = ConceptFactory(label="Contact")

    change = actions.define(label="Call queue", definition="Who waits.", broader=[top], also=["Hold"], reason="Asked for.", **who)

    term = change.concepts.get()
    assert (term.slug, term.status, term.definition) == ("call-queue", "published", "Who waits.")
    assert labels(term) == {("Call queue", "preferred"), ("Hold", "alternative")}
    assert Relation.objects.filter(source=term, target=top, kind="broader").exists()
    assert (change.summary, change.reason, change.made_by) == ("New: “Call queue”", "Asked for.", who["by"])


@pytest.mark.parametrize("status", ["published", "candidate"])
def test_a_name_in_use_is_refused_by_name(who, status):
    ConceptFactory(label="Kiosk", also=["Booth"], status=status)

    with pytest.raises(actions.Refused, match="“booth” is already a name of “Kiosk”"):
        actions.define(label="booth", definition="", **who)
    assert Concept.objects.count() == 1


def test_a_renamed_term_keeps_its_old_name_and_leads_on_from_its_old_address(who, client):
    kiosk = ConceptFactory(label="Kiosk")

    actions.rename(concept=kiosk, label="Self-service point", **who)

    kiosk.refresh_from_db()
    assert (kiosk.label, kiosk.slug) == ("Self-service point", "self-service-point")
    assert labels(kiosk) == {("Self-service point", "preferred"), ("Kiosk", "alternative")}
    response = client.get("/a-z/kiosk/")
    assert (response.status_code, response["Location"]) == (301, "/a-z/self-service-point/")


def test_a_name_given_up_and_taken_again_has_its_own_address_again(who, client):
    kiosk = ConceptFactory(label="Kiosk")
    actions.rename(concept=kiosk, label="Booth", **who)
    actions.rename(concept=kiosk, label="Kiosk", **who)

    assert client.get("/a-z/kiosk/").status_code == 200
    assert client.get("/a-z/booth/")["Location"] == "/a-z/kiosk/"


def test_a_former_address_goes_to_no_other_term(who):
    actions.rename(concept=ConceptFactory(label="Kiosk"), label="Booth", old_name=Label.Kind.HIDDEN, **who)
    Label.objects.filter(text="Kiosk").delete()

    term = actions.define(label="Kiosk", definition="", **who).concepts.get()

    assert term.slug == "kiosk-2"


def test_names_come_and_go_but_the_preferred_one_stays(who):
    kiosk = ConceptFactory(label="Kiosk")

    actions.add_label(concept=kiosk, text="Booth", kind=Label.Kind.HIDDEN, **who)
    actions.add_label(concept=kiosk, text="Ciosg", kind=Label.Kind.PREFERRED, language="cy", **who)
    assert labels(kiosk) == {("Kiosk", "preferred"), ("Booth", "hidden"), ("Ciosg", "preferred")}

    actions.remove_label(concept=kiosk, text="Booth", **who)
    assert labels(kiosk) == {("Kiosk", "preferred"), ("Ciosg", "preferred")}
    with pytest.raises(actions.Refused, match="preferred name already"):
        actions.add_label(concept=kiosk, text="Bwth", kind=Label.Kind.PREFERRED, language="cy", **who)
    with pytest.raises(actions.Refused, match="Rename the term instead"):
        actions.remove_label(concept=kiosk, text="Kiosk", **who)


def test_a_moved_term_stands_under_the_new_terms_alone(who):
    old, new = ConceptFactory(), ConceptFactory()
    term = ConceptFactory(broader=[old])

    actions.move(concept=term, broader=[new], kinds={new: Relation.BroaderKind.PARTITIVE}, **who)

    assert list(term.relations.values_list("target", "broader_kind")) == [(new.pk, "partitive")]


def test_a_move_below_itself_is_refused_in_words(who):
    top = ConceptFactory(label="Top")
    low = ConceptFactory(label="Low", broader=[ConceptFactory(broader=[top])])

    with pytest.raises(actions.Refused, match="“Low” stands below “Top”"):
        actions.move(concept=top, broader=[low], **who)


def test_a_move_that_parts_related_terms_of_others_is_refused_and_of_its_own_lets_go(who):
    top = ConceptFactory(label="Top")
    middle = ConceptFactory(label="Middle")
    low = ConceptFactory(label="Low", broader=[middle], related=[top])

    with pytest.raises(actions.Refused, match="“Low” and “Top” are related terms"):
        actions.move(concept=middle, broader=[ConceptFactory(broader=[top])], **who)
    actions.move(concept=low, broader=[top], **who)

    assert list(low.relations.values_list("kind", flat=True)) == ["broader"]


def test_what_stands_above_cannot_be_related(who):
    top = ConceptFactory(label="Top")
    low = ConceptFactory(label="Low", broader=[top])

    with pytest.raises(actions.Refused, match="stand one above the other"):
        actions.relate(concept=top, to=low, **who)


def test_related_terms_are_stored_once_and_parted_from_either_side(who):
    one, other = ConceptFactory(), ConceptFactory()

    actions.relate(concept=other, to=one, **who)
    actions.relate(concept=one, to=other, **who)
    assert Relation.objects.count() == 1
    actions.unrelate(concept=other, to=one, **who)
    assert not Relation.objects.exists()


def test_a_mapping_says_who_checked_it_and_when(who):
    kiosk = ConceptFactory()
    for kind in (Mapping.Kind.CLOSE, Mapping.Kind.EXACT):
        actions.map_to(concept=kiosk, target_uri="https://id.example.org/1", kind=kind, target_label="Kiosks", **who)

    mapping = Mapping.objects.get()
    assert (mapping.kind, mapping.author, mapping.checked_on) == ("exact", who["by"], NOW.date())
    actions.unmap(concept=kiosk, target_uri=mapping.target_uri, **who)
    assert not Mapping.objects.exists()


def test_a_new_meaning_can_be_undone(who):
    kiosk = ConceptFactory(definition="Old.")

    change = actions.describe(concept=kiosk, definition="New.", **who)
    actions.undo(change=change, **who)

    kiosk.refresh_from_db()
    assert kiosk.definition == "Old."


def test_a_retired_term_is_not_renamed(who):
    with pytest.raises(actions.Refused, match="is not in use"):
        actions.rename(concept=ConceptFactory(label="Fax", status="deprecated"), label="Facsimile", **who)
    assert not FormerSlug.objects.exists()
    assert not ConceptChange.objects.exists()
