from __future__ import annotations

import pytest

from forum.models import QuestionConcept
from hub.library.models import BriefingPaperConcept
from stepshare.models import ProductConcept
from taxonomy import actions
from taxonomy.models import Collection, CollectionMember, Concept, FormerSlug, Label, Mapping, Note, Relation
from taxonomy.signals import retagged, terms_changed
from tests.conftest import NOW
from tests.factories.forum import QuestionFactory
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(editor):
    return {"by": editor, "now": NOW}


@pytest.fixture
def kiosk() -> Concept:
    return ConceptFactory(label="Kiosk", also=["Booth"], hidden=["Kiosck"])


@pytest.fixture
def portal() -> Concept:
    return ConceptFactory(label="Portal", also=["Front door"], definition="")


def terms_of(thing) -> set[str]:
    return set(thing.concept_tags.values_list("concept__label", flat=True))


# --- Merging ------------------------------------------------------------------------------------


def test_a_merged_term_hands_on_its_names(who, kiosk, portal):
    actions.merge(concepts=[kiosk], into=portal, **who)

    assert set(portal.labels.values_list("text", "kind")) == {
        ("Portal", "preferred"),
        ("Front door", "alternative"),
        ("Kiosk", "alternative"),
        ("Booth", "alternative"),
        ("Kiosck", "hidden"),
    }
    assert list(kiosk.labels.values_list("text", flat=True)) == ["Kiosk"]


def test_old_names_can_be_kept_for_search_only(who, kiosk, portal):
    actions.merge(concepts=[kiosk], into=portal, old_names=Label.Kind.HIDDEN, **who)

    assert set(portal.labels.filter(kind="hidden").values_list("text", flat=True)) == {"Kiosk", "Booth", "Kiosck"}


def test_a_merged_term_keeps_its_row_and_its_address_leads_on_for_ever(who, kiosk, portal, client):
    third = ConceptFactory(label="Website")
    actions.merge(concepts=[kiosk], into=portal, **who)
    actions.merge(concepts=[portal], into=third, **who)
    actions.rename(concept=third, label="Web site of a council", **who)

    kiosk.refresh_from_db()
    assert kiosk.status == "deprecated"
    assert list(kiosk.replaced_by.all()) == [portal]
    for old in ("kiosk", "portal", "website"):
        response = client.get(f"/a-z/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/a-z/web-site-of-a-council/"), old


def test_content_of_every_room_is_retagged_once(who, kiosk, portal):
    question, product = QuestionFactory(), ProductFactory(concepts=[kiosk, portal])
    QuestionConcept.objects.create(question=question, concept=kiosk)

    actions.merge(concepts=[kiosk], into=portal, **who)

    assert terms_of(question) == terms_of(product) == {"Portal"}
    assert ProductConcept.objects.count() == 1


def test_relations_notes_mappings_and_places_are_handed_on(who, kiosk, portal):
    top, beside = ConceptFactory(label="Top"), ConceptFactory(label="Beside")
    low = ConceptFactory(label="Low", broader=[kiosk])
    Relation.objects.create(source=kiosk, target=top, kind="broader", broader_kind="generic")
    Relation.objects.create(source=kiosk, target=beside, kind="related")
    Note.objects.create(concept=kiosk, text="Since 1998.")
    Mapping.objects.create(concept=kiosk, target_uri="https://example.org/1")
    Mapping.objects.create(concept=kiosk, target_uri="https://example.org/2", kind="close")
    Mapping.objects.create(concept=portal, target_uri="https://example.org/2")
    shelf = Collection.objects.create(scheme=kiosk.scheme, slug="ways-in", title="Ways in")
    CollectionMember.objects.create(collection=shelf, concept=kiosk)

    actions.merge(concepts=[kiosk], into=portal, **who)

    relations = set(Relation.objects.values_list("source__label", "kind", "target__label"))
    assert ("Portal", "broader", "Top") in relations
    assert ("Low", "broader", "Portal") in relations
    assert {("Portal", "related", "Beside"), ("Beside", "related", "Portal")} & relations
    assert len(relations) == 3
    assert Relation.objects.get(source=portal, target=top).broader_kind == "generic"
    assert portal.notes.get().text == "Since 1998."
    assert dict(portal.mappings.values_list("target_uri", "kind")) == {
        "https://example.org/1": "exact",
        "https://example.org/2": "exact",
    }
    assert shelf.members.get().concept == portal
    portal.refresh_from_db()
    assert portal.definition == kiosk.definition
    assert low.relations.get().target == portal


def test_a_term_is_merged_into_one_that_stood_right_above_or_below_it(who):
    top = ConceptFactory(label="Top")
    middle = ConceptFactory(label="Middle", broader=[top])
    low = ConceptFactory(label="Low", broader=[middle])

    actions.merge(concepts=[middle], into=low, **who)
    assert list(Relation.objects.values_list("source", "target")) == [(low.pk, top.pk)]
    actions.merge(concepts=[low], into=top, **who)
    assert not Relation.objects.exists()


def test_a_merge_across_a_term_between_them_is_refused(who):
    top = ConceptFactory(label="Top")
    low = ConceptFactory(label="Low", broader=[ConceptFactory(label="Middle", broader=[top])])

    with pytest.raises(actions.Refused, match="“Low” stands below “Middle”"):
        actions.merge(concepts=[top], into=low, **who)
    assert Concept.objects.filter(status="published").count() == 3
    assert Relation.objects.count() == 2


def test_a_term_is_merged_neither_into_itself_nor_into_a_retired_one(who, kiosk):
    old = ConceptFactory(label="Fax", status="deprecated")

    for target in (kiosk, old):
        with pytest.raises(actions.Refused):
            actions.merge(concepts=[kiosk], into=target, **who)
    with pytest.raises(actions.Refused):
        actions.merge(concepts=[old], into=kiosk, **who)


def test_what_was_done_is_announced(who, kiosk, portal):
    product = ProductFactory(concepts=[kiosk])
    heard = []
    told = lambda sender, **kwargs: heard.append((sender, kwargs))  # noqa: E731
    retagged.connect(told)
    terms_changed.connect(told)
    try:
        change = actions.merge(concepts=[kiosk], into=portal, **who)
    finally:
        retagged.disconnect(told)
        terms_changed.disconnect(told)

    by_sender = dict(heard)
    assert by_sender[ProductConcept]["owners"] == [product.pk]
    assert by_sender[type(change)]["change"] == change


def test_a_draft_written_before_a_merge_is_published_with_what_came_after(who, kiosk, portal, home_page):
    index = BriefingPaperIndexPageFactory(parent=home_page)
    paper = BriefingPaperPageFactory(parent=index)
    paper.concept_tags = [BriefingPaperConcept(concept=kiosk)]
    draft = paper.save_revision()
    actions.merge(concepts=[kiosk], into=portal, **who)

    draft.publish()

    assert set(BriefingPaperConcept.objects.filter(page=paper).values_list("concept__label", flat=True)) == {"Portal"}


# --- Splitting ----------------------------------------------------------------------------------


def test_a_split_gives_each_thing_the_parts_chosen_for_it_and_the_rest_all(who, kiosk):
    top = ConceptFactory(label="Top")
    Relation.objects.create(source=kiosk, target=top, kind="broader")
    chosen, rest = ProductFactory(concepts=[kiosk]), ProductFactory(concepts=[kiosk])
    parts = [actions.Part("Booth", "A small one."), actions.Part("Screen")]

    actions.split(concept=kiosk, parts=parts, content={("stepshare.productconcept", chosen.pk): [0]}, **who)

    assert terms_of(chosen) == {"Booth"}
    assert terms_of(rest) == {"Booth", "Screen"}
    kiosk.refresh_from_db()
    assert kiosk.status == "deprecated"
    assert set(kiosk.replaced_by.values_list("label", flat=True)) == {"Booth", "Screen"}
    assert set(Relation.objects.values_list("source__label", "target__label")) == {("Booth", "Top"), ("Screen", "Top")}


def test_a_term_that_is_kept_keeps_what_is_not_chosen(who, kiosk, client):
    chosen, rest = ProductFactory(concepts=[kiosk]), ProductFactory(concepts=[kiosk])
    content = {("stepshare.productconcept", chosen.pk): [0]}

    actions.split(concept=kiosk, parts=[actions.Part("Screen")], keep=True, content=content, **who)

    assert terms_of(chosen) == {"Screen"}
    assert terms_of(rest) == {"Kiosk"}
    assert client.get("/a-z/kiosk/").status_code == 200


def test_what_stood_below_a_split_term_moves_up(who):
    top = ConceptFactory(label="Top")
    middle = ConceptFactory(label="Middle", broader=[top])
    low = ConceptFactory(label="Low", broader=[middle])

    actions.split(concept=middle, parts=[actions.Part("One"), actions.Part("Two")], **who)

    assert low.relations.get().target == top


def test_a_split_takes_two_parts_of_different_names(who, kiosk, portal):
    with pytest.raises(actions.Refused, match="at least two"):
        actions.split(concept=kiosk, parts=[actions.Part("Screen")], **who)
    with pytest.raises(actions.Refused, match="name of a part as well"):
        actions.split(concept=kiosk, parts=[actions.Part("kiosk"), actions.Part("Screen")], **who)
    with pytest.raises(actions.Refused, match="same term"):
        actions.split(concept=kiosk, parts=[actions.Part(concept=portal), actions.Part(concept=portal)], **who)
    assert Concept.objects.count() == 2


# --- Retiring -----------------------------------------------------------------------------------


def test_a_retired_term_says_what_replaces_it_and_hands_on_its_content(who, kiosk, portal, client):
    product = ProductFactory(concepts=[kiosk])

    actions.retire(concept=kiosk, replaced_by=[portal], **who)

    assert terms_of(product) == {"Portal"}
    html = client.get("/a-z/kiosk/").content.decode()
    assert "We no longer use this term." in html
    assert "/a-z/portal/" in html


def test_without_a_replacement_content_keeps_the_retired_term(who, kiosk):
    product = ProductFactory(concepts=[kiosk])

    change = actions.retire(concept=kiosk, **who)

    assert terms_of(product) == {"Kiosk"}
    actions.undo(change=change, **who)
    kiosk.refresh_from_db()
    assert kiosk.status == "published"
    assert not FormerSlug.objects.exists()
