"""The contract of an engine, by the Whoosh backend: what modelsearch and the hub's own search ask of it."""

from __future__ import annotations

import pytest
from django.conf import settings
from modelsearch.backends import get_search_backend
from modelsearch.query import MATCH_ALL, And, Boost, Fuzzy, Not, Or, Phrase, PlainText
from wagtail.models import Page

from hub.library.models import BriefingPaperPage
from hub.organisations.models import Organisation
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.factories.pages import BriefingPaperPageFactory
from tests.hub.search.hostile import HOSTILE


@pytest.fixture
def admin_index():
    return get_search_backend("default")


@pytest.fixture
def three_papers(papers, drain):
    BriefingPaperPageFactory(parent=papers, title="Missed bins", body=[("text", "<p>Bulky waste is dear.</p>")])
    BriefingPaperPageFactory(parent=papers, title="Bulky waste", body=[("text", "<p>Booking by telephone.</p>")])
    BriefingPaperPageFactory(parent=papers, title="Café accounts", body=[("text", "<p>A waste of money, bulky files.</p>")])
    drain()


def titles(results):
    return [page.title for page in results]


def test_nothing_anybody_types_is_an_error(admin_index, three_papers, client, subtests):
    for text in HOSTILE:
        with subtests.test(text=repr(text[:20])):
            list(admin_index.search(text, Page))
            list(admin_index.autocomplete(text, Page))
            plain = PlainText(text)
            for tree in (Phrase(text), Fuzzy(text), Not(plain), PlainText(text, operator="or"), Boost(plain, 2)):
                list(admin_index.search(tree, Page))
                admin_index.rank(tree)

            assert client.get("/search/", {"q": text.replace("\ud800", "")}).status_code == 200


def test_a_word_in_the_title_counts_for_more_than_one_in_the_text(admin_index, three_papers):
    assert titles(admin_index.search("bulky", Page))[0] == "Bulky waste"


def test_words_are_found_by_their_stem_and_without_accents(admin_index, three_papers):
    assert titles(admin_index.search("bookings", Page)) == ["Bulky waste"]
    assert titles(admin_index.search("cafe account", Page)) == titles(admin_index.search("CAFÉ", Page)) == ["Café accounts"]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Phrase("bulky waste"), {"Missed bins", "Bulky waste"}),
        (PlainText("missed telephone"), set()),
        (PlainText("missed telephone", operator="or"), {"Missed bins", "Bulky waste"}),
        (And([PlainText("bulky"), Not(PlainText("telephone"))]), {"Missed bins", "Café accounts"}),
        (Or([PlainText("dear"), PlainText("money")]), {"Missed bins", "Café accounts"}),
        (Not(Phrase("bulky waste")) & PlainText("bulky"), {"Café accounts"}),
        (Boost(PlainText("telephone"), 3), {"Bulky waste"}),
        (Fuzzy("misssed"), {"Missed bins"}),
    ],
)
def test_modelsearch_query_trees_mean_what_they_say(tree, expected, admin_index, three_papers):
    assert set(titles(admin_index.search(tree, BriefingPaperPage))) == expected


def test_matching_everything_is_the_queryset_itself(admin_index, three_papers):
    assert admin_index.search(MATCH_ALL, BriefingPaperPage).count() == 3


def test_completion_begins_at_the_start_of_words_and_never_inside(admin_index, three_papers):
    assert titles(admin_index.autocomplete("bul wa", Page)) == ["Bulky waste"]
    assert titles(admin_index.autocomplete("ulky", Page)) == []


def test_filters_and_order_are_the_databases(admin_index, three_papers):
    pages = BriefingPaperPage.objects.exclude(title="Missed bins").order_by("-title")

    found = admin_index.search("bulky", pages, order_by_relevance=False)

    assert titles(found) == ["Café accounts", "Bulky waste"]
    assert found.count() == 2
    assert titles(found[1:]) == ["Bulky waste"]


def test_a_stale_entry_is_found_by_nobody(admin_index, three_papers):
    BriefingPaperPage.objects.filter(title="Missed bins").update(live=False)
    Page.objects.filter(title="Café accounts").delete()

    assert titles(admin_index.search("bulky", BriefingPaperPage.objects.live())) == ["Bulky waste"]


def test_facets_and_scores(db, admin_index, drain):
    CouncilFactory(name="Ambleford Council")
    SupplierFactory(name="Ambleford Software")
    drain()

    found = admin_index.search("ambleford", Organisation)

    assert found.facet("kind") == {"council": 1, "supplier": 1}
    assert all(thing.score > 0 for thing in found.annotate_score("score"))


def test_more_hits_than_fit_in_one_query_are_compared_here(admin_index, three_papers, monkeypatch):
    monkeypatch.setattr("hub.search.engines.whoosh_backend.MOST_KEYS", 1)

    assert set(titles(admin_index.search("bulky", Page))) == {"Missed bins", "Bulky waste", "Café accounts"}


def test_the_admin_finds_drafts(client, editor, papers, drain):
    BriefingPaperPageFactory(parent=papers, title="Half written about trams", live=False)
    drain()
    client.force_login(editor, backend="hub.members.backends.SignInBackend")

    assert "Half written about trams" in client.get("/admin/pages/search/", {"q": "trams"}).content.decode()


def test_an_index_that_was_never_built_finds_nothing_and_is_not_made_by_reading(client, db):
    assert client.get("/search/", {"q": "waste"}).status_code == 200
    assert not (settings.SEARCH_INDEX_DIR / "v1" / "public").exists()
