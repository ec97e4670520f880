"""Completing a word, and telling whether a page had what one was looking for."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from taxonomy import actions, finding
from taxonomy.duties import add_up_lookups
from taxonomy.models import Concept, Feedback, Label, LookupCount
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}


def suggested(client, text: str) -> list[tuple[str, str]]:
    return [(term["label"], term["name"]) for term in client.get("/a-z/suggest/", {"q": text}).json()["terms"]]


# --- Completing ---------------------------------------------------------------------------------


def test_a_word_is_completed_over_every_name_a_term_has(client):
    ConceptFactory(label="Customer portal", also=["My account"], hidden=["costumer portal"])

    assert suggested(client, "cust") == [("Customer portal", "")]
    assert suggested(client, "PORT") == [("Customer portal", "")]
    assert suggested(client, "my acc") == [("Customer portal", "My account")]
    assert suggested(client, "costum") == [("Customer portal", "")]
    assert suggested(client, "ustome") == [("Customer portal", "")]
    assert suggested(client, "") == []
    assert suggested(client, "!?") == []


def test_what_is_meant_most_likely_comes_first(client):
    for label in ("Web chat", "Chat bot", "Chat", "Snapchat"):
        ConceptFactory(label=label)

    assert [label for label, _ in suggested(client, "chat")] == ["Chat", "Chat bot", "Web chat", "Snapchat"]


def test_names_in_other_languages_lead_to_the_term_too(client):
    term = ConceptFactory(label="Kiosk")
    Label.objects.create(concept=term, kind=Label.Kind.PREFERRED, text="Bwth", language="cy")

    assert suggested(client, "bwt") == [("Kiosk", "")]


@pytest.mark.parametrize("status", [Concept.Status.CANDIDATE, Concept.Status.DEPRECATED])
def test_only_terms_in_use_are_suggested(client, status):
    ConceptFactory(label="Kiosk", status=status)

    assert suggested(client, "kio") == []


def test_completing_costs_the_same_however_many_there_are(client, assert_constant_queries):
    ConceptFactory(label="Chat")

    assert_constant_queries(
        lambda: suggested(client, "chat"), grow=lambda: [ConceptFactory(label=f"Chat {n}") for n in range(20)], most=2
    )


def test_what_is_alike_is_for_those_who_signed_in(client, member):
    ConceptFactory(label="Customer portal")

    assert client.get("/a-z/suggest/alike/?q=customer+portals").status_code == 302
    client.force_login(member)
    assert "Customer portal" in client.get("/a-z/suggest/alike/?q=customer+portals").content.decode()


# --- Did this page have it? ---------------------------------------------------------------------


def answer(client, **data: str):
    return client.post("/a-z/feedback/", {"place": "a-z", "found": "no", **data}, headers=HERE)


def test_an_answer_is_kept_without_a_person_a_cookie_or_a_token(member):
    term = ConceptFactory(label="Kiosk")
    client = Client(enforce_csrf_checks=True)

    response = answer(client, place="term", term="kiosk", words="  self service   tills ")

    kept = Feedback.objects.get()
    assert (kept.place, kept.concept, kept.found, kept.words) == ("term", term, False, "self service tills")
    assert not response.cookies
    assert response.status_code == 302
    thanks = client.get(response.headers["Location"])
    assert "Thank you" in thanks.content.decode()
    assert 'href="/a-z/kiosk/"' in thanks.content.decode()
    assert "tills" not in response.headers["Location"]


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Referer": "https://elsewhere.example/a-z/"}]
)
def test_a_form_that_stands_elsewhere_is_refused(client, headers):
    response = client.post("/a-z/feedback/", {"place": "a-z", "found": "no"}, headers=headers)

    assert response.status_code == 403
    assert not Feedback.objects.exists()


def test_a_browser_that_names_the_page_only_is_believed(client):
    client.post("/a-z/feedback/", {"place": "a-z", "found": "yes"}, headers={"Referer": "http://testserver/a-z/"})

    assert Feedback.objects.get().found


def test_whoever_fills_in_the_box_nobody_sees_is_thanked_and_not_counted(client):
    assert answer(client, website="http://spam.example").status_code == 302
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("data", [{"place": "moon"}, {"found": "perhaps"}, {"place": "term", "term": "nothing"}, {"place": "term"}])
def test_what_no_page_of_ours_sends_leads_back_to_the_a_z(client, data):
    assert answer(client, **data).headers["Location"] == "/a-z/"
    assert not Feedback.objects.exists()


def test_an_answer_about_a_candidate_is_like_one_about_nothing(client):
    ConceptFactory(label="Metaverse", status=Concept.Status.CANDIDATE)

    assert answer(client, place="term", term="metaverse").headers["Location"] == "/a-z/"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("jo.bloggs@council.example parking", "… parking"),
        ("call 020 7946 0018 back", "call … back"),
        ("101 calls", "101 calls"),
        ("x" * 300, "x" * 120),
    ],
)
def test_what_looks_like_somebodys_address_or_number_is_not_kept(client, written, kept):
    answer(client, words=written)

    assert Feedback.objects.get().words == kept


@pytest.mark.parametrize(
    ("data", "back"), [({"place": "letter", "letter": "K"}, "/a-z/k/"), ({"place": "tree"}, "/a-z/tree/"), ({}, "/a-z/")]
)
def test_the_thanks_lead_back_to_the_page(client, data, back):
    response = answer(client, **data)

    assert f'href="{back}">Back to where you were' in client.get(response.headers["Location"]).content.decode()


def test_opening_the_address_writes_nothing(client):
    client.get("/a-z/feedback/?place=a-z&found=no")

    assert not Feedback.objects.exists()


# --- For editors --------------------------------------------------------------------------------


def test_editors_see_what_is_carried_by_nothing_and_what_was_not_found(client, now):
    kiosk = ConceptFactory(label="Kiosk")
    place = Feedback.Place.TERM
    actions.note_feedback(place=place, concept=kiosk, found=False, words="tills", now=now)
    actions.note_feedback(place=place, concept=kiosk, found=True, words="", now=now + dt.timedelta(days=1))

    assert finding.carried_by_nothing() == [kiosk]
    assert finding.answers_by_place() == [("A term", 1, 1)]
    assert [each.words for each in finding.not_found()] == ["tills"]


@pytest.fixture
def counted(settings, tmp_path):
    """Looks the worker's duty up after what the test has read."""
    settings.HUB_TALLIES = tmp_path / "tallies"
    return add_up_lookups


def test_words_searched_that_name_no_term_are_counted_and_others_not(client, editor, counted):
    ConceptFactory(label="Kiosk", also=["Booth"])
    for text in ("tills", "Tills", "booth", "jo@council.example", "once"):
        client.get("/search/", {"q": text})
    counted()
    client.get("/search/", {"q": "tills"})

    counted()

    assert finding.missed_words() == [("tills", 3)]
    client.force_login(editor)
    assert "tills" in client.get("/admin/reports/a-z/").content.decode()
    assert client.get("/admin/reports/a-z/missed.csv").content.decode().endswith("Words,Times searched\r\ntills,3\r\n")


def test_terms_that_nobody_has_opened_are_named(client, counted):
    ConceptFactory(label="Kiosk")
    ConceptFactory(label="Fax")
    client.get("/a-z/kiosk/")

    counted()

    assert [term.label for term in finding.never_opened()] == ["Fax"]


def test_reading_writes_nothing_to_the_database(client, counted):
    ConceptFactory(label="Kiosk")

    with CaptureQueriesContext(connection) as queries:
        client.get("/a-z/kiosk/")

    assert not [query for query in queries if not query["sql"].lstrip("(").startswith("SELECT")]


def test_old_counts_go(counted):
    LookupCount.objects.create(kind="missed", words="tills", month=dt.date(2020, 1, 1), number=5)

    counted()

    assert not LookupCount.objects.exists()


@pytest.mark.parametrize("part", ["missed", "not-found", "never-opened", "unused"])
def test_each_part_of_the_report_is_a_sheet_for_editors_only(client, editor, member, now, part):
    ConceptFactory(label="Kiosk")
    actions.note_feedback(place=Feedback.Place.TREE, concept=None, found=False, words="=cmd()", now=now)
    client.force_login(editor)

    sheet = client.get(f"/admin/reports/a-z/{part}.csv")

    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ",=cmd" not in sheet.content.decode()
    assert client.get("/admin/reports/a-z/moon.csv").status_code == 404
    client.force_login(member)
    assert client.get(f"/admin/reports/a-z/{part}.csv").status_code == 302
