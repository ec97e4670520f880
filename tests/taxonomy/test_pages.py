from __future__ import annotations

import pytest
from django.urls import reverse

from taxonomy import queries
from taxonomy.models import Concept
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db
DEPRECATED, CANDIDATE = Concept.Status.DEPRECATED, Concept.Status.CANDIDATE


def page(client, *path: str) -> str:
    response = client.get("/a-z/" + "".join(f"{part}/" for part in path))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# --- The A-Z ------------------------------------------------------------------------------------


def test_the_index_links_labels_and_leads_from_other_names_to_them(client):
    ConceptFactory(label="Customer service centre", also=["Contact hub"], hidden=["contact hubb"])

    html = page(client)

    assert '<a href="/a-z/customer-service-centre/">Customer service centre</a>' in html
    assert 'Contact hub, see <a href="/a-z/customer-service-centre/">Customer service centre</a>' in html
    assert "contact hubb" not in html


def test_names_stand_under_their_letters_in_order_whatever_article_they_begin_with():
    ConceptFactory(label="Kiosk")
    ConceptFactory(label="The e-form", also=["101 calls"])
    ConceptFactory(label="E-billing")

    index = queries.a_z()

    assert [(group.letter, [entry.text for entry in group.entries]) for group in index.groups] == [
        ("E", ["E-billing", "The e-form"]),
        ("K", ["Kiosk"]),
        ("0-9", ["101 calls"]),
    ]


def test_letters_without_a_live_term_are_plain_text():
    ConceptFactory(label="Kiosk")
    ConceptFactory(label="Fax", status=DEPRECATED)
    ConceptFactory(label="Metaverse", status=CANDIDATE)
    ConceptFactory(label="Telephony", hidden=["Quite wrong"])

    strip = queries.letters("k")

    assert [letter["letter"] for letter in strip if letter["url"]] == ["K", "T"]
    assert [letter["letter"] for letter in strip if letter["current"]] == ["K"]
    assert len(strip) == 26


def test_0_9_stands_in_the_strip_only_if_used(client):
    ConceptFactory(label="101 calls")

    assert queries.letters()[-1] == {"letter": "0-9", "url": "/a-z/0-9/", "current": False}
    assert "101 calls" in page(client, "0-9")


def test_a_letter_shows_its_own_names_only(client):
    ConceptFactory(label="Customer service centre", also=["Front desk"])
    ConceptFactory(label="Kiosk")

    html = page(client, "f")

    assert "Front desk, see" in html
    assert "Kiosk" not in html
    assert "No terms under this letter" in page(client, "q")


def test_a_capital_letter_leads_to_the_small_one(client):
    response = client.get("/a-z/K/")

    assert (response.status_code, response.headers["Location"]) == (301, "/a-z/k/")


def test_an_empty_a_z_says_so(client):
    assert "No terms yet" in page(client)


def test_reading_the_a_z_costs_the_same_however_long_it_gets(client, assert_constant_queries):
    ConceptFactory(label="Kiosk")

    assert_constant_queries(
        lambda: page(client), grow=lambda: [ConceptFactory(label=f"Kiosk {n}", also=[f"Booth {n}"]) for n in range(5)], most=4
    )


def test_a_very_long_index_leaves_other_names_to_the_letters(client, monkeypatch):
    ConceptFactory(label="Kiosk", also=["Booth"])
    monkeypatch.setattr(queries, "MOST_NAMES", 1)

    html = page(client)

    assert "Kiosk" in html
    assert "Booth" not in html
    assert "Other names for these terms are on the page of each letter." in html
    assert "Booth, see" in page(client, "b")


# --- A term -------------------------------------------------------------------------------------


def test_a_term_shows_its_meaning_other_names_and_neighbours(client):
    contact = ConceptFactory(label="Customer contact")
    kiosk = ConceptFactory(label="Kiosk")
    centre = ConceptFactory(
        label="Contact centre",
        definition="Where calls are answered.",
        also=["call centre"],
        hidden=["call center"],
        broader=[contact],
        related=[kiosk],
    )
    ConceptFactory(label="Call scripting", broader=[centre])

    html = page(client, "contact-centre")

    assert "Where calls are answered." in html
    assert "<dt>Also called</dt> <dd>call centre</dd>" in html
    assert '<dt>Belongs under</dt> <dd><a href="/a-z/customer-contact/">Customer contact</a></dd>' in html
    assert '<dt>Takes in</dt> <dd><a href="/a-z/call-scripting/">Call scripting</a></dd>' in html
    assert '<dt>See also</dt> <dd><a href="/a-z/kiosk/">Kiosk</a></dd>' in html
    assert "call center" not in html
    assert "noindex" not in html


def test_a_related_term_shows_on_both_terms(client):
    kiosk = ConceptFactory(label="Kiosk")
    ConceptFactory(label="Contact centre", related=[kiosk])

    assert "See also" in page(client, "kiosk")
    assert "See also" in page(client, "contact-centre")


@pytest.mark.parametrize("status", [DEPRECATED, CANDIDATE])
def test_neighbours_that_are_not_live_are_not_shown(client, status):
    fax = ConceptFactory(label="Fax", status=status)
    ConceptFactory(label="Contact centre", related=[fax])

    assert "Fax" not in page(client, "contact-centre")


def test_a_candidate_answers_like_a_missing_term(client):
    ConceptFactory(label="Metaverse", status=CANDIDATE)

    candidate, missing = client.get("/a-z/metaverse/"), client.get("/a-z/nothing/")

    assert (candidate.status_code, missing.status_code) == (404, 404)
    assert candidate.content.decode().replace("metaverse", "nothing") == missing.content.decode()


def test_a_candidate_has_no_address_for_an_editor_either(client, editor):
    ConceptFactory(label="Metaverse", status=CANDIDATE)
    client.force_login(editor)

    assert client.get("/a-z/metaverse/").status_code == 404


def test_a_deprecated_term_answers_with_what_replaces_it_and_is_in_no_list(client):
    kiosk = ConceptFactory(label="Kiosk")
    fax = ConceptFactory(label="Fax", also=["telefax"], status=DEPRECATED)
    fax.replaced_by.add(kiosk)

    html = page(client, "fax")

    assert "We no longer use this term." in html
    assert '<a href="/a-z/kiosk/">Kiosk</a>' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "fax" not in page(client).lower()
    assert "fax" not in page(client, "f").lower()


def test_successors_are_followed_to_the_terms_in_use():
    kiosk = ConceptFactory(label="Kiosk")
    booth = ConceptFactory(label="Booth", status=DEPRECATED)
    fax = ConceptFactory(label="Fax", status=DEPRECATED)
    idea = ConceptFactory(label="Idea", status=CANDIDATE)
    fax.replaced_by.add(booth, idea)
    booth.replaced_by.add(kiosk, fax)

    assert queries.successors([fax]) == [kiosk]


def test_a_term_costs_the_same_however_many_neighbours_it_has(client, assert_constant_queries):
    centre = ConceptFactory(label="Contact centre", also=["call centre"])
    ConceptFactory(label="Kiosk", broader=[centre])

    assert_constant_queries(
        lambda: page(client, "contact-centre"),
        grow=lambda: [ConceptFactory(label=f"Term {n}", broader=[centre], related=[]) for n in range(5)],
    )


def test_addresses_answer_head_and_refuse_post(client):
    ConceptFactory(label="Kiosk")

    for address in (reverse("taxonomy:a_z"), reverse("taxonomy:letter", kwargs={"letter": "k"}), "/a-z/kiosk/"):
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405
