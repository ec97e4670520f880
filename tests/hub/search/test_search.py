from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelsearch.backends import get_search_backends

from hub.library.models import BriefingPaperConcept
from hub.public_ids import new_public_id
from hub.search import checks
from hub.search.models import IndexChange
from hub.search.queries import search
from taxonomy.models import Label
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.factories.pages import BriefingPaperPageFactory, EventIndexPageFactory, EventPageFactory, InformationPageFactory
from tests.factories.stepshare import ProductFactory, ProjectFactory
from tests.factories.taxonomy import ConceptFactory


def titles(found):
    return [item.hit.title for item in found.shown]


def test_one_list_over_every_kind(papers, drain, visitor):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    EventPageFactory(parent=EventIndexPageFactory(), title="Lanterns: a workshop")
    InformationPageFactory(title="About lanterns")
    ProductFactory(name="Lantern CRM")
    ProjectFactory(title="Lantern project", public=True)
    CouncilFactory(name="Lantern Council")
    SupplierFactory(name="Lantern Software")
    ConceptFactory(label="Lantern")
    drain()

    found = search(visitor, text="lantern")

    assert [item.kind for item in found.kinds] == ["", "term", "paper", "system", "council", "project", "event", "page"]
    assert found.total == 7


def test_empty_text_gives_advice_and_asks_no_engine(client, db):
    content = client.get("/search/", {"q": "   "}).content.decode()

    assert "Two or three words are enough" in content
    assert "No results" not in content


def test_a_term_by_any_of_its_names_comes_first(papers, drain, visitor):
    concept = ConceptFactory(label="Channel shift")
    Label.objects.create(concept=concept, kind=Label.Kind.HIDDEN, text="Digital-by-default")
    for number in range(3):
        BriefingPaperPageFactory(parent=papers, title=f"Digital by default, digital by default {number}")
    drain()

    found = search(visitor, text="digital by DEFAULT")

    assert titles(found)[0] == "Channel shift"
    assert found.total == 4


def test_nothing_found_offers_our_own_words_the_a_to_z_and_a_question(papers, drain, client):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    drain()

    content = client.get("/search/", {"q": "lantrens"}).content.decode()

    assert "No results for “lantrens”" in content
    assert 'Did you mean <a href="/search/?q=lanterns">lanterns</a>?' in content
    assert 'href="/a-z/"' in content
    assert 'href="/question-time/ask/?title=lantrens"' in content


def test_if_nothing_has_all_the_words_some_are_enough(papers, drain, client):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    drain()

    content = client.get("/search/", {"q": "lanterns zeppelins"}).content.decode()

    assert "One result for “lanterns zeppelins”. Nothing has all these words" in content


def test_words_in_quotation_marks_stand_together(papers, drain, visitor):
    BriefingPaperPageFactory(parent=papers, title="Missed bin")
    BriefingPaperPageFactory(parent=papers, title="Bin that was missed")
    drain()

    assert titles(search(visitor, text='"missed bin"')) == ["Missed bin"]
    assert search(visitor, text="missed bin").total == 2


def test_words_are_marked_in_title_and_passage_and_nothing_else_is_html(papers, drain, client):
    BriefingPaperPageFactory(
        parent=papers,
        title="Lanterns <b>",
        summary="Of something else.",
        body=[("text", "<p>" + "Words before. " * 50 + "Then a lantern &amp; a tram.</p>")],
    )
    drain()

    content = client.get("/search/", {"q": "lantern"}).content.decode()

    assert "<mark>Lanterns</mark> &lt;b&gt;" in content
    assert "Then a <mark>lantern</mark> &amp; a tram." in content


def test_a_kind_narrows_and_the_counts_stay(papers, drain, client):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    CouncilFactory(name="Lantern Council")
    drain()

    content = client.get("/search/", {"q": "lantern", "kind": "paper"}).content.decode()

    assert "One result for “lantern”, briefing papers only." in content
    assert 'href="/search/?q=lantern&amp;kind=council"' in content
    assert "Lantern Council" not in content


def test_a_concept_without_words_lists_what_carries_it_newest_first(papers, client, now):
    concept = ConceptFactory(label="Channel shift")
    for year in (2024, 2026, 2025):
        paper = BriefingPaperPageFactory(parent=papers, title=f"Paper of {year}", first_published_at=now.replace(year=year))
        BriefingPaperConcept.objects.create(page=paper, concept=concept)

    content = client.get("/search/", {"concept": "channel-shift"}).content.decode()

    assert "Three results about Channel shift." in content
    assert content.index("Paper of 2026") < content.index("Paper of 2025") < content.index("Paper of 2024")


def test_a_concept_that_is_none_finds_nothing(client, db):
    ConceptFactory(label="Secret", slug="secret", status="candidate")

    assert "No results" in client.get("/search/", {"concept": "secret"}).content.decode()
    assert client.get("/search/", {"concept": "secret"}).content.replace(b"secret", b"") == client.get(
        "/search/", {"concept": "absent"}
    ).content.replace(b"absent", b"")


def test_pages_are_numbered_and_one_too_far_is_the_last(papers, drain, client):
    for number in range(45):
        BriefingPaperPageFactory(parent=papers, title=f"Lantern {number}")
    drain()

    content = client.get("/search/", {"q": "lantern", "page": "99"}).content.decode()

    assert "45 results" in content
    assert "?q=lantern&amp;page=2" in content
    assert content.count('<p class="kicker">Briefing paper</p>') == 5


def test_equal_hits_stand_in_the_same_order_however_they_were_indexed(papers, drain, visitor):
    for slug in ("c", "a", "b"):
        BriefingPaperPageFactory(parent=papers, title="Lantern", slug=slug)  # the slug is no searched word
        drain()

    assert [item.hit.url[-2] for item in search(visitor, text="lantern").shown] == ["a", "b", "c"]


@pytest.mark.parametrize("persona", ["visitor", "member"])
def test_a_search_costs_the_same_for_five_hits_and_for_fifty(papers, drain, client, assert_constant_queries, persona, request):
    viewer = request.getfixturevalue(persona)
    events, concept = EventIndexPageFactory(), ConceptFactory(label="Lantern")

    def grow(number):
        for name in (f"Lantern {new_public_id()}" for _ in range(number)):
            paper = BriefingPaperPageFactory(parent=papers, title=name)
            BriefingPaperConcept.objects.create(page=paper, concept=concept)
            EventPageFactory(parent=events, title=name)
            ProductFactory(name="Lantern", concepts=[concept])
            ProjectFactory(title="Lantern", public=True)
            CouncilFactory(name="Lantern")
        drain()

    grow(1)
    with CaptureQueriesContext(connection) as of_every_kind:
        search(viewer, text="lantern")

    assert len(of_every_kind) <= 14  # one for each kind shown, one more for each kind of page that a visitor sees
    assert_constant_queries(lambda: search(viewer, text="lantern", kind="paper"), grow=lambda: grow(10), most=12)
    with CaptureQueriesContext(connection) as with_more_of_them:
        search(viewer, text="lantern")
    assert len(with_more_of_them) <= len(of_every_kind)


def test_a_rebuild_fills_every_index_from_nothing(papers, drain, visitor, capsys):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    BriefingPaperPageFactory(parent=papers, title="Lanterns, half written", live=False)
    IndexChange.objects.all().delete()
    assert search(visitor, text="lanterns").total == 0

    call_command("rebuild_search")

    assert search(visitor, text="lanterns").total == 1
    assert {backend.audience: backend.store.count() for backend in get_search_backends()}["public"] == 1
    assert "public: 1 briefing paper page" in capsys.readouterr().out


def test_wagtails_own_command_rebuilds_the_same(papers, visitor):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    BriefingPaperPageFactory(parent=papers, title="Lanterns, half written", live=False)

    call_command("update_index", verbosity=0)

    assert search(visitor, text="lanterns").total == 1
    assert {backend.audience: backend.store.count() for backend in get_search_backends()}["public"] == 1


def test_a_rebuild_that_fails_leaves_the_index_in_use(papers, drain, visitor, monkeypatch):
    BriefingPaperPageFactory(parent=papers, title="Lanterns")
    drain()
    monkeypatch.setattr("hub.search.engines.whoosh_store.add", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("rebuild_search")

    monkeypatch.undo()
    assert search(visitor, text="lanterns").total == 1
    call_command("rebuild_search")


def test_a_check_says_when_whoosh_has_become_too_small(papers, drain, monkeypatch):
    BriefingPaperPageFactory(parent=papers)
    drain()
    assert checks.documents_under_whoosh() == []

    monkeypatch.setattr(checks, "MOST_DOCUMENTS", 0)

    assert [warning.id for warning in checks.documents_under_whoosh()] == ["search.W001"]
