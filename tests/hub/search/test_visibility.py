"""What somebody may not see is found by nobody of their audience, changes no count and no order."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.models import Question
from hub.search.queries import search
from tests.factories.organisations import CouncilFactory
from tests.factories.pages import BriefingPaperPageFactory, members_only
from tests.factories.stepshare import ProjectFactory

SIGNED_IN = "hub.members.backends.SignInBackend"


def ask(title, asked_at, **fields):
    return Question.objects.create(
        title=title, body=title, body_html=f"<p>{title}</p>", asked_at=asked_at, last_activity_at=asked_at, **fields
    )


def titles(found):
    return [item.hit.title for item in found.shown]


@pytest.fixture
def trams(papers, now):
    """Of each kind one that everyone may see, one for members, one for nobody."""
    BriefingPaperPageFactory(parent=papers, title="Trams for all")
    members_only(BriefingPaperPageFactory(parent=papers, title="Trams between ourselves"))
    BriefingPaperPageFactory(parent=papers, title="Trams half written", live=False)
    ProjectFactory(title="Trams project", public=True)
    ProjectFactory(title="Trams project of members")
    ask("Trams, anyone?", now, audience="public")
    ask("Trams among members?", now, audience="members")
    ask("Trams, hidden", now, audience="public", status="hidden")


FOR_ALL = {"Trams for all", "Trams project", "Trams, anyone?"}
FOR_MEMBERS = {"Trams between ourselves", "Trams project of members", "Trams among members?"}


def test_each_audience_finds_what_it_may_read(trams, drain, visitor, member, pending, supplier_person):
    drain()

    assert set(titles(search(visitor, text="trams"))) == FOR_ALL
    assert set(titles(search(pending, text="trams"))) == FOR_ALL
    assert set(titles(search(supplier_person, text="trams"))) == FOR_ALL
    assert set(titles(search(member, text="trams"))) == FOR_ALL | FOR_MEMBERS


def test_counts_are_of_what_the_viewer_may_see(trams, drain, visitor, member):
    drain()

    counts = {item.kind: item.count for item in search(visitor, text="trams").kinds}
    members_counts = {item.kind: item.count for item in search(member, text="trams").kinds}

    assert counts == {"": 3, "paper": 1, "question": 1, "project": 1}
    assert members_counts == {"": 6, "paper": 2, "question": 2, "project": 2}


def test_before_the_index_knows_the_database_decides_already(trams, drain, visitor, papers):
    drain()
    members_only(papers)

    assert set(titles(search(visitor, text="trams"))) == FOR_ALL - {"Trams for all"}


def test_nobody_finds_their_own_hidden_question(drain, member, facilitator, now, db):
    ask("Trams, hidden", now, audience="public", status="hidden", author=member)
    drain()

    assert titles(search(member, text="trams")) == titles(search(facilitator, text="trams")) == []


def page_of(client, text):
    return client.get("/search/", {"q": text}).content


def test_hidden_things_change_no_count_no_order_and_no_byte(papers, drain, client, now):
    """BM25 weighs a word by how many documents have it: hence an index for each audience."""
    BriefingPaperPageFactory(parent=papers, title="Trams", body=[("text", "<p>ferries ferries</p>")])
    BriefingPaperPageFactory(parent=papers, title="Ferries", body=[("text", "<p>trams trams</p>")])
    BriefingPaperPageFactory(parent=papers, title="Both", body=[("text", "<p>trams and ferries and much more besides</p>")])
    drain()
    before = [page_of(client, text) for text in ("trams ferries", "trams", "ferries", "trms")]

    for number in range(20):
        members_only(BriefingPaperPageFactory(parent=papers, title=f"Trams {number}"))
        BriefingPaperPageFactory(parent=papers, title=f"Trams trms draft {number}", live=False)
        ask(f"Trams trms {number}", now, audience="members")
    drain()

    assert [page_of(client, text) for text in ("trams ferries", "trams", "ferries", "trms")] == before


def test_no_correction_is_a_word_of_what_the_viewer_may_not_see(papers, drain, visitor, member):
    members_only(BriefingPaperPageFactory(parent=papers, title="Zeppelins"))
    drain()

    assert search(visitor, text="zepelins").suggestion == ""
    assert search(member, text="zepelins").suggestion == "zeppelins"


def test_a_word_that_has_gone_from_sight_is_no_correction_any_more(papers, drain, visitor):
    paper = BriefingPaperPageFactory(parent=papers, title="Zeppelins")
    drain()
    assert search(visitor, text="zepelins").suggestion == "zeppelins"

    members_only(paper)
    drain()

    assert search(visitor, text="zepelins").suggestion == ""


def test_a_facts_own_council_is_in_no_index(db, drain, lead):
    from tests.factories.stepshare import InstallationFactory

    InstallationFactory(council=CouncilFactory(name="Westmere"), own_council=True, local_name="Zorb", used_for="zorbing")
    drain()

    assert titles(search(lead, text="zorbing")) == titles(search(lead, text="zorb")) == []


def test_a_member_signed_in_finds_the_members_things(trams, drain, member):
    drain()
    client = Client()
    client.force_login(member, backend=SIGNED_IN)

    assert "between ourselves" in client.get("/search/", {"q": "trams"}).content.decode()
