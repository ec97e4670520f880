"""How publishers write SKOS: each file is taken in, or refused with a reason, and never by half.

`HUB_SCHEME_FUZZ` asks for many damaged files (`make proofs-taxonomy`).
"""

from __future__ import annotations

import gzip
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taxonomy.models import Collection, Concept, Label, Relation
from taxonomy.skos.formats import read_file
from taxonomy.skos.parsing import Unreadable
from tests.taxonomy.skos.test_foreign_files import HEAD, nothing_written, taken, term, told, turtle

pytestmark = pytest.mark.django_db
FUZZ = int(os.environ.get("HUB_SCHEME_FUZZ", "20"))
XML = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#" {attributes}>{body}</rdf:RDF>'
)


def test_several_schemes_top_concepts_without_a_scheme_and_labels_of_their_own():
    plan = turtle(
        ":s a skos:ConceptScheme ; skos:hasTopConcept :a . :t a skos:ConceptScheme ; dcterms:title 'Other'@en ."
        ' :a a skos:Concept ; skosxl:prefLabel [ a skosxl:Label ; skosxl:literalForm "Contact"@en ] ; skosxl:altLabel :l .'
        ' :l a skosxl:Label ; skosxl:literalForm "Kontakt"@de . :b a skos:Concept ; skos:inScheme :t ; skos:prefLabel "Phone"@en-US .'
    )

    assert not plan.refused
    assert any("2 schemes" in line for line in told(plan))
    assert {label.text for label in Label.objects.all()} == {"Contact", "Kontakt", "Phone"}


def test_a_term_with_two_parents_and_what_only_reasoning_would_say():
    plan = turtle(
        ' :a skos:prefLabel "A"@en ; a skos:Concept . :b skos:prefLabel "B"@en ; a skos:Concept ; skos:broader :a .'
        ' :c skos:prefLabel "C"@en ; a skos:Concept ; skos:broader :a, :b ; skos:broaderTransitive :a ;'
        " skos:semanticRelation :a ; skos:mappingRelation <http://x.example/1> ."
    )

    assert not plan.refused
    assert Relation.objects.filter(source=term("c"), kind="broader").count() == 2


def test_what_a_publisher_calls_by_names_of_its_own_is_read_as_what_it_stands_for():
    plan = turtle(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . :Descriptor rdfs:subClassOf :Thing . :Thing rdfs:subClassOf skos:Concept ."
        " :heading rdfs:subPropertyOf skos:prefLabel . :partOf rdfs:subPropertyOf :under . :under rdfs:subPropertyOf :partOf, skos:broader ."
        ' skos:broader rdfs:subPropertyOf skos:semanticRelation . :a a :Descriptor ; :heading "A"@en .'
        ' :b a :Thing ; skos:prefLabel "B"@en ; :partOf :a . :c a skos:Concept ; skos:prefLabel "C"@en ; skos:broader :b .'
    )

    assert not plan.refused
    assert Relation.objects.filter(source=term("b"), target=term("a"), kind="broader").exists()
    assert Relation.objects.filter(source=term("c"), target=term("b"), kind="broader").exists()
    assert not plan.vocabulary.not_carried


def test_a_label_stands_in_for_a_name_and_a_description_for_a_definition_where_there_is_none():
    plan = turtle(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        ' :a a skos:Concept ; rdfs:label "A"@en, "Ah"@de ; rdfs:comment "The first."@en .'
        ' :b a skos:Concept ; skos:prefLabel "B"@en ; rdfs:label "Not this"@en ; skos:definition "The second."@en ;'
        ' dcterms:description "Not this."@en .'
    )

    assert not plan.refused
    assert {(term(end).label, term(end).definition) for end in "ab"} == {("A", "The first."), ("B", "The second.")}
    assert {label.text for label in Label.objects.filter(kind="preferred")} == {"A", "Ah", "B"}
    assert any("the label is taken for it" in line and "voc#a" in line for line in told(plan))
    assert plan.vocabulary.not_carried == {"http://purl.org/dc/terms/description": 1}


def test_arrays_of_a_thesaurus_are_collections_and_its_kinds_of_broader_are_kept():
    plan = turtle(
        '@prefix iso: <http://purl.org/iso25964/skos-thes#> . :a a skos:Concept ; skos:prefLabel "Vehicles"@en .'
        ' :b a skos:Concept ; skos:prefLabel "Cars"@en ; skos:broader :a ; iso:broaderGeneric :a .'
        ' :by-use a iso:ThesaurusArray ; skos:prefLabel "By use"@en ; iso:superOrdinate :a ; skos:member :b .'
        ' :empty a iso:ConceptGroup ; skos:prefLabel "Empty"@en .'
    )

    assert not plan.refused
    assert Relation.objects.get().broader_kind == "generic"
    assert {group.title: group.members.count() for group in Collection.objects.all()} == {"By use": 1, "Empty": 0}
    assert Concept.objects.count() == 2


def test_a_packed_file_is_unpacked_and_each_kind_of_remark_is_made_once():
    body = "".join(f':t{at} a skos:Concept ; skos:prefLabel "Term {at // 2}"@en ; skos:broader :gone{at} . ' for at in range(60))
    plan = taken(gzip.compress((HEAD + body).encode()), "voc.ttl.gz")

    assert Concept.objects.count() == 60
    assert [(problem.count, len(problem.places)) for problem in plan.vocabulary.problems] == [(60, 50), (60, 50)]


def test_collections_inside_collections_are_told_and_what_is_there_is_kept():
    plan = turtle(
        ':a a skos:Concept ; skos:prefLabel "A"@en . :inner a skos:Collection ; skos:prefLabel "Inner"@en ; skos:member :a .'
        ' :outer a skos:Collection ; skos:prefLabel "Outer"@en ; skos:member :inner, :outer, :a .'
    )

    assert not plan.refused
    assert Collection.objects.get(title="Outer").members.count() == 1
    assert any("no terms of this file" in line and "voc#outer" in line for line in told(plan))


@pytest.mark.parametrize(
    "date", ['"2020-13-45"^^xsd:date', '"soon"', '"0000"', '""', '"99999-01-01"^^xsd:date', "true", "<http://x/>"]
)
def test_a_bad_date_never_stops_a_file(date):
    plan = turtle(f':a a skos:Concept ; skos:prefLabel "A"@en ; dcterms:modified {date} ; dcterms:created {date} .')

    assert not plan.refused
    assert any("no date" in line and "voc#a" in line for line in told(plan))


def test_json_ld_graphs_are_read_and_nothing_is_fetched(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *args: pytest.fail("an import asked the network"))
    inline = {"skos": "http://www.w3.org/2004/02/skos/core#", "label": {"@id": "skos:prefLabel", "@language": "en"}}
    graph = [{"@id": "http://example.org/voc#a", "@type": "skos:Concept", "label": "A"}]
    taken(json.dumps({"@context": inline, "@graph": graph}))
    assert term("a").label == "A"

    with pytest.raises(Unreadable, match="does not fetch"):
        taken(json.dumps({"@context": ["https://x.example/context.jsonld", inline], "@graph": graph}))


def test_rdf_xml_by_ids_and_base_and_by_types_as_statements():
    body = (
        '<rdf:Description rdf:ID="a"><rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>'
        '<skos:prefLabel xml:lang="en">A</skos:prefLabel><skos:narrower><skos:Concept rdf:about="#b">'
        '<skos:prefLabel xml:lang="en">B</skos:prefLabel></skos:Concept></skos:narrower></rdf:Description>'
    )
    taken(XML.format(attributes='xml:base="http://example.org/voc"', body=body), "x.rdf")

    assert Relation.objects.get().source == term("b")
    assert taken(XML.format(attributes="", body=body), "x.rdf").refused


def test_an_entity_bomb_is_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">' + "".join(
        f'<!ENTITY {one} "&{other};&{other};&{other};">' for one, other in zip("bcdefgh", "abcdefg", strict=True)
    )
    with pytest.raises(Unreadable, match="more than short addresses"):
        taken(f"{bomb}]><r>&h;</r>", "x.rdf")
    assert nothing_written()


def test_addresses_of_every_kind_are_kept():
    plan = turtle(
        '<urn:uuid:1> a skos:Concept ; skos:prefLabel "One"@en . <http://x.example/a/?id=1&b=2#c> a skos:Concept ; skos:prefLabel "Two"@en .'
        ' <http://x.example/caf\u00e9> a skos:Concept ; skos:prefLabel "Three"@en ; skos:exactMatch <info:lc/x> .'
    )

    assert not plan.refused
    assert Concept.objects.count() == 3


def test_languages_nobody_has_heard_of_and_names_in_no_script():
    plan = turtle(
        ':a a skos:Concept ; skos:prefLabel "X"@x-private, "Y"@EN-us, "\u200b"@fr, "\U0001f600"@zxx ; skos:altLabel "***"@en, "   "@en .'
    )

    assert not plan.refused


def test_a_sheet_of_headings_alone_is_refused():
    plan = taken("uri,prefLabel@en,definition@en\n", "terms.csv")

    assert told(plan) == ["There is no term in this file."]
    assert nothing_written()


DAMAGED = st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=12))
SAMPLES = [
    (
        HEAD + ':a a skos:Concept ; skos:prefLabel "A"@en, "B"@cy ; skos:broader :b ; dcterms:created "2020-01-01"^^xsd:date .'
        ' :b skos:prefLabel """long\ntext""" ; skos:notation "1" . :c a skos:OrderedCollection ; skos:memberList ( :a :b ) .'
    ).encode(),
    XML.format(
        attributes='xml:base="http://x.example/"',
        body='<skos:Concept rdf:about="a"><skos:prefLabel xml:lang="en">A</skos:prefLabel><skos:broader rdf:resource="b"/></skos:Concept>',
    ).encode(),
    b'{"@context": {"s": "http://www.w3.org/2004/02/skos/core#"}, "@graph": [{"@id": "http://x.example/a", "@type": "s:Concept",'
    b' "s:prefLabel": [{"@value": "A", "@language": "en"}], "s:broader": {"@id": "http://x.example/b"}}]}',
    b"uri,prefLabel@en,altLabel@en,broader,notation,created\nhttp://x.example/a,A,one | two,,1,2020-01-01\n,B,,A,2,soon\n",
    b"Contact\n  = contacts\n  : All of it.\n  Phone\n    Mobile\n  ~ Web\n",
    b'<http://x.example/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A"@en .\n' * 3,
]


@settings(max_examples=FUZZ, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sample=st.sampled_from(SAMPLES), damage=st.lists(DAMAGED, max_size=4))
def test_a_damaged_file_is_read_or_refused_in_words(sample, damage):
    for place, length, instead in damage:
        at = place % (len(sample) + 1)
        sample = sample[:at] + instead + sample[at + length :]
    try:
        found = read_file(sample, "x")[1]
    except Unreadable:
        return
    assert found.entries or found.problems.stop_it


@settings(max_examples=FUZZ, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from(["broader", "narrower", "related"]), st.integers(0, 6)), max_size=12
    )
)
def test_whatever_stands_above_and_beside_what_the_rules_hold_or_nothing_is_written(pairs):
    Concept.objects.all().delete()
    body = "".join(f':n{n} a skos:Concept ; skos:prefLabel "N {n}"@en . ' for n in range(7))
    plan = turtle(body + "".join(f":n{one} skos:{how} :n{other} . " for one, how, other in pairs))

    assert plan.refused == (Concept.objects.count() == 0)
    if plan.refused:
        assert "circle" in told(plan)[0]
