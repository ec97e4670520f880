from __future__ import annotations

from urllib.parse import quote

import pytest

from taxonomy.models import Collection, CollectionMember, Mapping
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db
ROOT = "/a-z/rest/v1"


@pytest.fixture
def terms():
    contact = ConceptFactory(label="Customer contact")
    centre = ConceptFactory(label="Contact centre", also=["Call centre"], hidden=["callcenter"], broader=[contact])
    wallboard = ConceptFactory(label="Wallboard", broader=[centre], related=[])
    ConceptFactory(label="Kiosk", related=[centre])
    ConceptFactory(label="Metaverse", status="candidate", broader=[centre], related=[wallboard])
    return contact, centre, wallboard


def uri(concept) -> str:
    return f"http://testserver/id/council-crm/{concept.public_id}"


def ask(client, path: str, concept=None):
    query = f"?uri={quote(uri(concept))}" if concept else ""
    response = client.get(f"{ROOT}/{path}{query}")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()


def named(found) -> list[str]:
    return [each["prefLabel"] for each in found]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("contact*", ["Contact centre"]),
        ("*contact*", ["Contact centre", "Customer contact"]),
        ("CALL CENTRE", ["Contact centre"]),
        ("callcenter", ["Contact centre"]),
        ("contact", []),
        ("meta*", []),
    ],
)
def test_search(client, terms, query, hits):
    for path in (f"council-crm/search?query={query}", f"search?query={query}"):
        assert sorted(named(ask(client, path)["results"])) == hits


def test_a_hit_says_by_which_name(client, terms):
    (hit,) = ask(client, "council-crm/search?query=call*&lang=en")["results"][:1]

    assert hit["altLabel"] == "Call centre" or hit["hiddenLabel"] == "callcenter"
    assert (hit["uri"], hit["vocab"], hit["type"]) == (uri(terms[1]), "council-crm", ["skos:Concept"])


def test_the_hierarchy(client, terms):
    contact, centre, wallboard = terms

    assert named(ask(client, "council-crm/broader", centre)["broader"]) == ["Customer contact"]
    assert named(ask(client, "council-crm/narrower", centre)["narrower"]) == ["Wallboard"]
    assert named(ask(client, "council-crm/related", centre)["related"]) == ["Kiosk"]
    assert ask(client, "council-crm/children", contact)["narrower"][0]["hasChildren"] is True
    over = ask(client, "council-crm/broaderTransitive", wallboard)["broaderTransitive"]
    assert over[uri(wallboard)]["direct"] == [uri(centre)]
    assert set(over) == {uri(each) for each in terms}
    under = ask(client, "council-crm/narrowerTransitive", contact)["narrowerTransitive"]
    assert under[uri(contact)]["direct"] == [uri(centre)]
    way = ask(client, "council-crm/hierarchy", wallboard)["broaderTransitive"]
    assert way[uri(contact)]["top"] == "http://testserver/id/council-crm/"
    assert named(ask(client, "council-crm/topConcepts")["topconcepts"]) == ["Customer contact", "Kiosk"]


def test_lists_and_letters(client, terms):
    _, centre, _ = terms
    group = Collection.objects.create(scheme=centre.scheme, slug="places", title="Places")
    CollectionMember.objects.create(collection=group, concept=centre)
    Mapping.objects.create(concept=centre, target_uri="http://id.esd.org.uk/service/1", kind="close")

    assert ask(client, "vocabularies")["vocabularies"][0]["id"] == "council-crm"
    assert ask(client, "council-crm/")["title"] == "CRM practice"
    assert ask(client, "council-crm/vocabularyStatistics")["concepts"]["count"] == 4
    assert ask(client, "council-crm/index")["indexLetters"] == ["C", "K", "W"]
    assert [each.get("altLabel", each["prefLabel"]) for each in ask(client, "council-crm/index/C")["indexConcepts"]] == [
        "Call centre",
        "Contact centre",
        "Customer contact",
    ]
    assert len(ask(client, "council-crm/new")["changeList"]) == len(ask(client, "council-crm/modified")["changeList"]) == 4
    assert ask(client, "council-crm/mappings", centre)["mappings"][0]["type"] == ["skos:closeMatch"]
    assert ask(client, "council-crm/label", centre)["altLabel"] == ["Call centre"]
    assert named(ask(client, "council-crm/groups")["groups"]) == ["Places"]
    members = client.get(f"{ROOT}/council-crm/groupMembers?uri=http://testserver/id/council-crm/{group.public_id}").json()
    assert named(members["members"]) == ["Contact centre"]
    assert named(ask(client, "council-crm/lookup?label=call centre")["result"]) == ["Contact centre"]


def test_data_is_where_linked_data_is(client, terms):
    found = client.get(f"{ROOT}/council-crm/data?uri={quote(uri(terms[1]))}&format=application/rdf%2Bxml")

    assert found["Location"] == f"/a-z/data/council-crm/{terms[1].public_id}.rdf"
    assert client.get(f"{ROOT}/council-crm/data")["Location"] == "/a-z/download/council-crm.ttl"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing/index", 404),
        ("council-crm/broader?uri=http://nowhere.example/", 404),
        ("council-crm/lookup?label=nothing", 404),
        ("council-crm/search", 400),
        ("council-crm/lookup", 400),
    ],
)
def test_what_is_not_there_or_not_asked(client, terms, path, status):
    assert client.get(f"{ROOT}/{path}").status_code == status
