from __future__ import annotations

import json

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, SKOS

from taxonomy.models import Collection, CollectionMember, Concept
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Concept:
    contact = ConceptFactory(label="Customer contact")
    centre = ConceptFactory(label="Contact centre", also=["Call centre"], broader=[contact])
    ConceptFactory(label="Wallboard", broader=[centre])
    return centre


def address(concept: Concept) -> str:
    return f"/id/{concept.scheme.slug}/{concept.public_id}"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
        ("application/json", "json"),
        ("application/n-triples", "nt"),
        ("text/html;q=0.5, text/turtle", "ttl"),
        ("text/turtle;q=0.1, application/ld+json;q=0.9", "jsonld"),
        ("text/html;q=0, application/xhtml+xml;q=0, */*", "ttl"),
        ("text/turtle;charset=utf-8", "ttl"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/*", "rdf"),
        ("text/*;q=0, */*", "rdf"),
        ("*/*;q=0.5, text/turtle;q=0.5", "ttl"),
    ],
)
def test_a_term_leads_a_program_to_data(client, centre, accept, suffix):
    response = client.get(address(centre), headers={"accept": accept})

    assert response.status_code == 303
    assert response["Location"] == f"/a-z/data/council-crm/{centre.public_id}.{suffix}"
    assert "Accept" in response["Vary"]
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    "accept", ["text/html", "*/*", "text/*", "application/xhtml+xml", "text/html,application/xhtml+xml,*/*;q=0.8", None]
)
def test_a_term_leads_people_to_its_page(client, centre, accept):
    response = client.get(address(centre), headers={"accept": accept} if accept else {})

    assert (response.status_code, response["Location"]) == (303, "/a-z/contact-centre/")


def test_format_goes_before_accept(client, centre):
    response = client.get(f"{address(centre)}?format=rdf", headers={"accept": "text/html"})

    assert response["Location"].endswith(".rdf")
    assert client.get(f"{address(centre)}?format=application/rdf+xml")["Location"].endswith(".rdf")
    assert client.get(f"{address(centre)}?format=html")["Location"] == "/a-z/contact-centre/"


@pytest.mark.parametrize(("query", "accept"), [("", "image/png"), ("", "application/xml"), ("?format=doc", "text/html")])
def test_what_cannot_be_had_is_406_and_says_what_can(client, centre, query, accept):
    response = client.get(address(centre) + query, headers={"accept": accept})

    assert response.status_code == 406
    assert "Accept" in response["Vary"]
    assert "text/turtle (?format=ttl)" in response.content.decode()


@pytest.mark.parametrize(("suffix", "read_as"), [("ttl", "turtle"), ("rdf", "xml"), ("nt", "nt")])
def test_a_document_says_what_a_term_is_and_where_it_stands(client, centre, suffix, read_as):
    graph = Graph().parse(data=client.get(f"/a-z/data/council-crm/{centre.public_id}.{suffix}").content, format=read_as)

    term = URIRef(f"http://testserver{address(centre)}")
    assert (term, RDF.type, SKOS.Concept) in graph
    assert {str(name) for name in graph.objects(term, SKOS.prefLabel | SKOS.altLabel)} == {"Contact centre", "Call centre"}
    assert len(list(graph.objects(term, SKOS.broader))) == len(list(graph.objects(term, SKOS.narrower))) == 1
    assert len(set(graph.subjects())) == 1


def test_json_can_be_read_without_knowing_rdf(client, centre):
    told = json.loads(client.get(f"/a-z/data/council-crm/{centre.public_id}.json").content)

    (term,) = told["graph"]
    assert term["uri"] == f"http://testserver{address(centre)}"
    assert term["prefLabel"] == [{"lang": "en", "value": "Contact centre"}]


def test_a_deprecated_term_says_so_and_a_candidate_is_missing(client, centre):
    old = ConceptFactory(label="Fax", status="deprecated")
    old.replaced_by.add(centre)
    new = ConceptFactory(label="Metaverse", status="candidate", related=[centre])

    graph = Graph().parse(data=client.get(f"/a-z/data/council-crm/{old.public_id}.ttl").content, format="turtle")

    assert (URIRef(f"http://testserver{address(old)}"), OWL.deprecated, None) in graph
    assert client.get(address(new)).status_code == 404
    assert client.get(f"/a-z/data/council-crm/{new.public_id}.ttl").status_code == 404
    for path in (f"/a-z/data/council-crm/{centre.public_id}.ttl", "/a-z/download/council-crm.ttl", "/a-z/download/council-crm.csv"):
        assert new.public_id not in client.get(path).content.decode()


def test_editors_get_candidates_too(client, editor):
    new = ConceptFactory(label="Metaverse", status="candidate")
    client.force_login(editor)

    assert b"Metaverse" in client.get("/a-z/download/council-crm.ttl").content
    assert client.get(f"{address(new)}?format=ttl").status_code == 303


def test_a_collection_has_an_address_too(client, centre):
    collection = Collection.objects.create(scheme=centre.scheme, slug="places", title="Places", is_ordered=True)
    CollectionMember.objects.create(collection=collection, concept=centre)

    response = client.get(f"/id/council-crm/{collection.public_id}", headers={"accept": "text/turtle"})

    graph = Graph().parse(data=client.get(response["Location"]).content, format="turtle")
    assert list(graph.objects(None, SKOS.member)) == [URIRef(f"http://testserver{address(centre)}")]


def test_a_scheme_leads_to_its_downloads(client, centre):
    assert client.get("/id/council-crm/")["Location"] == "/a-z/download/"
    assert client.get("/id/council-crm/", headers={"accept": "text/turtle"})["Location"] == "/a-z/download/council-crm.ttl"
    assert client.get("/id/nothing/").status_code == 404


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld", "nt", "csv", "xlsx", "sharepoint.ttl"])
def test_whole_schemes_can_be_taken_away_and_are_sent_once(client, centre, suffix, django_assert_max_num_queries):
    path = f"/a-z/download/council-crm.{suffix}"
    first = client.get(path)

    with django_assert_max_num_queries(16):
        again = client.get(path, headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert path in client.get("/a-z/download/").content.decode()


def test_a_change_changes_the_etag_and_one_to_a_candidate_does_not(client, centre):
    tag = client.get("/a-z/download/council-crm.ttl")["ETag"]

    ConceptFactory(label="Metaverse", status="candidate", related=[centre])
    assert client.get("/a-z/download/council-crm.ttl")["ETag"] == tag

    ConceptFactory(label="Kiosk")
    assert client.get("/a-z/download/council-crm.ttl")["ETag"] != tag


def test_whatever_an_editor_changes_in_a_collection_is_in_the_next_download(client, centre):
    collection = Collection.objects.create(scheme=centre.scheme, slug="places", title="Places")
    kiosk, hidden = ConceptFactory(label="Kiosk"), ConceptFactory(label="Metaverse", status="candidate")
    first, second = (
        CollectionMember.objects.create(collection=collection, concept=concept, sort_order=at)
        for at, concept in enumerate((centre, kiosk))
    )
    tags = [client.get("/a-z/download/council-crm.ttl")["ETag"]]

    def changed() -> bool:
        tags.append(client.get("/a-z/download/council-crm.ttl")["ETag"])
        return tags[-1] != tags[-2]

    CollectionMember.objects.create(collection=collection, concept=hidden, sort_order=1)
    CollectionMember.objects.filter(pk=second.pk).update(sort_order=2)
    assert not changed()
    CollectionMember.objects.filter(pk=first.pk).update(sort_order=3)
    assert changed()
    CollectionMember.objects.filter(pk=first.pk).update(concept=Concept.objects.get(label="Wallboard"))
    assert changed()
    Collection.objects.update(is_ordered=True)
    assert changed()


def test_a_term_store_gets_one_parent_no_relations_and_no_two_of_a_name(client, centre):
    two = ConceptFactory(label="Phones; & more", broader=[centre, ConceptFactory(label="Telephony")], related=[])
    ConceptFactory(label="Same", broader=[two])
    ConceptFactory(label="Same", slug="same-2", broader=[two])
    ConceptFactory(label="Other", related=[two])

    graph = Graph().parse(data=client.get("/a-z/download/council-crm.sharepoint.ttl").content, format="turtle")

    names = [str(name) for name in graph.objects(None, SKOS.prefLabel)]
    assert "Phones, \uff06 more" in names
    assert {"Same", "Same (2)"} <= set(names)
    assert not list(graph.triples((None, SKOS.related, None)))
    for term in graph.subjects(RDF.type, SKOS.Concept):
        assert len(list(graph.objects(term, SKOS.broader | SKOS.topConceptOf))) == 1
