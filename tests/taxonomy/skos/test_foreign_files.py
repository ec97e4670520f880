"""Vocabularies as others publish them: taken in, or refused with a reason, and never by half."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from taxonomy.actions import importing
from taxonomy.models import Collection, Concept, ConceptScheme, Label, Mapping, Note, Relation
from taxonomy.skos.formats import read_file
from taxonomy.skos.parsing import Unreadable
from taxonomy.skos.plan import Plan, Wanted
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://example.org/voc#> .
"""


def taken(text: str | bytes, name: str = "voc.ttl", **wanted: object) -> Plan:
    data = text.encode() if isinstance(text, str) else text
    return importing.import_file(data=data, name=name, wanted=Wanted("voc", **wanted), by=None, now=NOW)


def turtle(body: str, **wanted: object) -> Plan:
    return taken(HEAD + body, **wanted)


def told(plan: Plan) -> list[str]:
    return [str(problem) for problem in plan.vocabulary.problems]


def term(end: str) -> Concept:
    return Concept.objects.get(source_uri=f"http://example.org/voc#{end}")


def nothing_written() -> bool:
    return not (Concept.objects.exists() or Label.objects.exists() or ConceptScheme.objects.exists())


# --- Taken in -----------------------------------------------------------------------------------


def test_names_in_many_languages_notes_and_codes():
    turtle(
        ':a a skos:Concept ; skos:prefLabel "Benefit"@en, "Budd"@cy, "\u798f\u5229"@zh-Hant ; skos:altLabel "Welfare"@en ;'
        ' skos:notation "12"^^<http://example.org/type> ; skos:definition "Money."@en, "Arian."@cy ;'
        ' skos:scopeNote [ rdf:value "Not pensions."@en ] .'
    )

    found = term("a")
    assert (found.label, found.definition, found.notation, found.status) == ("Benefit", "Money.", "12", "published")
    assert {(row.kind, row.language) for row in found.labels.all()} == {
        ("preferred", "en"),
        ("preferred", "cy"),
        ("preferred", "zh-Hant"),
        ("alternative", "en"),
    }
    assert {(note.kind, note.language, note.text) for note in Note.objects.all()} == {
        ("definition", "cy", "Arian."),
        ("scope", "en", "Not pensions."),
    }


def test_names_as_skos_xl():
    turtle(':a a skos:Concept ; skosxl:prefLabel :l . :l a skosxl:Label ; skosxl:literalForm "Benefit"@en .')

    assert term("a").label == "Benefit"
    assert Concept.objects.count() == 1


def test_a_hierarchy_said_from_above_only():
    plan = turtle(
        ':s a skos:ConceptScheme ; skos:hasTopConcept :a . :a skos:prefLabel "A"@en ; skos:narrower :b . :b skos:prefLabel "B"@en .'
    )

    assert told(plan) == []
    assert Relation.objects.get().source == term("b")
    assert ConceptScheme.objects.get().source_uri == "http://example.org/voc#s"


def test_related_said_once_or_twice_is_one_relation():
    turtle(
        ':a a skos:Concept ; skos:prefLabel "A"@en ; skos:related :b, :c . :b a skos:Concept ; skos:prefLabel "B"@en ; skos:related :a .'
        ' :c a skos:Concept ; skos:prefLabel "C"@en .'
    )

    assert Relation.objects.filter(kind="related").count() == 2


def test_names_without_a_language_are_taken_for_english_and_it_is_said():
    plan = turtle(':a a skos:Concept ; skos:prefLabel "Plain", "Other"@en . :b a skos:Concept ; skos:prefLabel "Bare" .')

    assert term("a").label == "Other"
    assert term("b").labels.get().language == "en"
    assert any("taken for English" in line for line in told(plan))


def test_a_vocabulary_without_english_goes_by_the_names_it_has():
    plan = turtle(':a a skos:Concept ; skos:prefLabel "Bijstand"@nl . :b a skos:Concept ; skos:prefLabel "Colour"@en-GB .')

    assert (term("a").label, term("b").label) == ("Bijstand", "Colour")
    assert term("b").labels.get().language == "en"
    assert any("no English name" in line and "voc#a" in line for line in told(plan))


def test_deprecated_terms_keep_their_successors():
    turtle(
        ':a a skos:Concept ; skos:prefLabel "Old"@en ; owl:deprecated true ; dcterms:isReplacedBy :b . :b a skos:Concept ; skos:prefLabel "New"@en .'
    )

    assert term("a").status == "deprecated"
    assert list(term("a").replaced_by.all()) == [term("b")]


def test_collections_ordered_and_not():
    turtle(
        ':a a skos:Concept ; skos:prefLabel "A"@en . :b a skos:Concept ; skos:prefLabel "B"@en .'
        ' :o a skos:OrderedCollection ; skos:prefLabel "In order"@en ; skos:memberList ( :b :a ) .'
        ' :c a skos:Collection ; skos:prefLabel "Some"@en ; skos:member :a, :unknown .'
    )

    ordered = Collection.objects.get(title="In order")
    assert [row.concept.label for row in ordered.members.order_by("sort_order")] == ["B", "A"]
    assert Collection.objects.get(title="Some").members.count() == 1


def test_what_is_odd_is_told_with_its_place_and_left_out():
    plan = turtle(
        ':a a skos:Concept ; skos:prefLabel "A"@en ; skos:altLabel "A"@en, ""@en ; skos:broader :gone, :a ; dcterms:created "last spring" ;'
        ' skos:related :b ; skos:exactMatch <http://x.example/1> ; skos:closeMatch <http://x.example/1> ; <http://x.example/odd> "?" .'
        ' :b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader :a . [] a skos:Concept ; skos:prefLabel "Nameless"@en .'
        " :stub a skos:Concept ."
    )

    lines = "\n".join(told(plan))
    for part in (
        "This is no date that can be read; today's is kept. (http://example.org/voc#a: “last spring”)",
        "it is left out. (http://example.org/voc#a: http://example.org/voc#gone)",
        "itself; that is left out",
        "A name is empty",
        "it is kept once",
        "in several ways",
        "related to one above or below",
        "without an address is left out. (Nameless)",
        "without a preferred name is left out. (http://example.org/voc#stub)",
    ):
        assert part in lines
    assert plan.vocabulary.not_carried == {"http://x.example/odd": 1}
    assert Mapping.objects.get().kind == "exact"
    assert Concept.objects.count() == 2


def test_what_is_said_from_above_of_terms_that_are_not_in_the_file_is_told():
    turtle(':b a skos:Concept ; skos:prefLabel "B"@en .')

    plan = turtle(
        ':s a skos:ConceptScheme ; skos:hasTopConcept :a, :yy . :a a skos:Concept ; skos:prefLabel "A"@en ; skos:narrower :zz, :b .'
        " :c a skos:Collection ; skos:prefLabel 'C'@en ; skos:member :a, :xx ."
    )

    voc = "http://example.org/voc#"
    assert sorted(told(plan)) == [
        f"A narrower term is not in this file, so its link is left out. Add that term to the file. ({voc}a: {voc}b, {voc}a: {voc}zz)",
        f"A top term of the scheme is not in this file. ({voc}s: {voc}yy)",
        f"Members of a collection that are no terms of this file are left out. ({voc}c: {voc}xx)",
    ]


def test_a_hierarchy_of_ancestors_alone_is_not_lost_without_a_word():
    terms = ':a a skos:Concept ; skos:prefLabel "A"@en . :b a skos:Concept ; skos:prefLabel "B"@en ; skos:broaderTransitive :a '

    beside = turtle(f"{terms}; skos:broader :a .")
    alone = turtle(f"{terms}.")

    assert (told(beside), dict(beside.vocabulary.not_carried)) == ([], {})
    assert any("No hierarchy is taken" in line and "voc#b: http://example.org/voc#a" in line for line in told(alone))
    assert alone.vocabulary.not_carried == {"http://www.w3.org/2004/02/skos/core#broaderTransitive": 1}


def test_a_date_that_is_yet_to_come_is_told_and_todays_is_kept():
    plan = turtle(
        ':a a skos:Concept ; skos:prefLabel "A"@en ; dcterms:modified "2062-01-01"^^xsd:date ; dcterms:created "2061-01-01"^^xsd:date .'
        ' :b a skos:Concept ; skos:prefLabel "B"@en ; dcterms:modified "2020-01-01"^^xsd:date .'
    )

    assert (term("a").created_at, term("a").modified_at, term("b").modified_at.year) == (NOW, NOW, 2020)
    assert told(plan) == [
        "A date is yet to come; today's is kept. (http://example.org/voc#a: “2061-01-01”, http://example.org/voc#a: “2062-01-01”)"
    ]


def test_two_terms_of_one_name_are_told_and_both_kept():
    plan = turtle(':a a skos:Concept ; skos:prefLabel "Same"@en . :b a skos:Concept ; skos:prefLabel "same"@en .')

    assert told(plan)[0].startswith("Terms of the file share a preferred name. (http://example.org/voc#a: “Same”, ")
    assert sorted(Concept.objects.values_list("slug", flat=True)) == ["same", "same-2"]


def test_html_and_long_texts_are_kept_as_text():
    turtle(f':a a skos:Concept ; skos:prefLabel "{"long " * 60}"@en ; skos:scopeNote "<b>x</b>{"y" * 60000}"@en .')

    assert len(term("a").label) == 299
    assert Note.objects.get().text.startswith("<b>x</b>y")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_whatever_the_encoding(encoding):
    taken((HEAD + ':a a skos:Concept ; skos:prefLabel "Caf\u00e9"@en .').encode(encoding))

    assert term("a").label == "Caf\u00e9"


def test_rdf_xml_with_entities_for_namespaces():
    taken(
        """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE rdf:RDF [ <!ENTITY skos "http://www.w3.org/2004/02/skos/core#"> <!ENTITY voc "http://example.org/voc#"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="&skos;">
  <skos:Concept rdf:about="&voc;a"><skos:prefLabel xml:lang="en">Caf\u00e9 &amp; bar</skos:prefLabel></skos:Concept>
</rdf:RDF>""".encode("iso-8859-1"),
        "wrong.csv",
    )

    assert term("a").label == "Caf\u00e9 & bar"


RDF_XML = (
    '<?xml version="1.0" encoding="{encoding}"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#">\n<skos:Concept rdf:about="http://example.org/voc#a">'
    '<skos:prefLabel xml:lang="{language}">Caf\u00e9</skos:prefLabel></skos:Concept>\n</rdf:RDF>'
)


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-16LE", "utf_32"])
def test_xml_that_says_utf_16_and_is_utf_8_is_read(encoding):
    taken(RDF_XML.format(encoding=encoding, language="en").encode(), "x.rdf")

    assert [concept.label for concept in Concept.objects.all()] == ["Caf\u00e9"]


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "hex"])
def test_xml_in_what_is_no_encoding_of_text_is_refused_in_words(encoding):
    with pytest.raises(Unreadable, match=r"Save (it|the file) as UTF-8"):
        taken(RDF_XML.format(encoding=encoding, language="en").replace("\u00e9", "e").encode(), "x.rdf")


def test_a_language_written_with_an_underscore_is_read():
    taken(RDF_XML.format(encoding="utf-8", language="cy_GB"), "x.rdf")
    skos = "http://www.w3.org/2004/02/skos/core#"
    context = {"skos": skos, "alt": {"@id": f"{skos}altLabel", "@container": "@language"}}
    node = {
        "@id": "http://example.org/voc#a",
        "alt": {"en_GB": "Coffee house"},
        "skos:hiddenLabel": {"@value": "Kaff", "@language": "de_AT"},
    }
    taken(json.dumps({"@context": context, "@graph": [{"@type": "skos:Concept", "skos:prefLabel": "A", **node}]}), "x.jsonld")

    assert dict(term("a").labels.values_list("language", "text")) == {
        "cy-GB": "Caf\u00e9",
        "en": "A",
        "en-GB": "Coffee house",
        "de-AT": "Kaff",
    }


def test_a_language_that_is_none_is_told_with_its_line():
    with pytest.raises(Unreadable, match="Line 3 names a language “en GB”, which is none"):
        taken(RDF_XML.format(encoding="utf-8", language="en GB"), "x.rdf")


def test_n_triples_and_named_graphs():
    line = '<http://example.org/voc#a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A"@en {}.\n'
    assert read_file(line.format("").encode() * 2)[0] == "N-Triples"
    assert read_file(line.format("<http://g.example/> ").encode())[0] == "N-Quads"

    taken(line.format("<http://g.example/> "), "x")

    assert term("a").label == "A"


def test_a_sheet_as_people_write_it():
    plan = taken(
        "Term;Definition;Synonyms;Parent;Colour\nContact;All of it.;;;red\nPhone;;telephone | voice;contact;\n", "terms.csv"
    )

    assert told(plan) == ["A column is not known, and is left out. (Colour)"]
    phone = Concept.objects.get(label="Phone")
    assert {row.text for row in phone.labels.all()} == {"Phone", "telephone", "voice"}
    assert Relation.objects.get().target.label == "Contact"
    again = taken("Term;Definition\nphone;Talking.\n", "terms.csv")
    assert (len(again.new), Concept.objects.count()) == (0, 2)


def test_indented_text():
    taken("Contact\n  = contact with residents\n  : All of it.\n  Phone\n\tKiosk\n  Web\n    Phone\n", "terms.txt")

    contact = Concept.objects.get(label="Contact")
    assert contact.definition == "All of it."
    assert {row.text for row in contact.labels.all()} == {"Contact", "contact with residents"}
    assert {(str(row.source), str(row.target)) for row in Relation.objects.all()} == {
        ("Phone", "Contact"),
        ("Kiosk", "Phone"),
        ("Web", "Contact"),
        ("Phone", "Web"),
    }


def test_json_ld_with_its_own_context():
    taken(
        '{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "voc": "http://example.org/voc#"},'
        ' "@id": "voc:a", "@type": "skos:Concept", "skos:prefLabel": {"@value": "A", "@language": "en"}}'
    )

    assert term("a").label == "A"


# --- Refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            ':a a skos:Concept ; skos:prefLabel "One"@en, "Two"@en .',
            "several preferred names in one language. (http://example.org/voc#a (en): “One” and “Two”)",
        ),
        (
            ':a skos:prefLabel "A"@en ; skos:broader :b . :b skos:prefLabel "B"@en ; skos:broader :c . :c skos:prefLabel "C"@en ; skos:broader :a .',
            "circle: A → B → C → A. (http://example.org/voc#a)",
        ),
        ('<rel> a skos:Concept ; skos:prefLabel "A"@en .', "relative address, and the file names no base"),
        (f':a a skos:Concept ; skos:prefLabel "{"x" * 401}"@en .', "longer than 400 characters"),
        ('<http://example.org/x> <http://example.org/y> "z" .', "There is no term in this file"),
    ],
)
def test_a_fault_stops_the_file_and_nothing_is_written(body, reason):
    good = ':good a skos:Concept ; skos:prefLabel "Good"@en . ' if "http://example.org/x" not in body else ""
    plan = turtle(good + body)

    assert plan.refused
    assert reason in told(plan)[0]
    assert nothing_written()


ZIP_BOMB = io.BytesIO()
with zipfile.ZipFile(ZIP_BOMB, "w", zipfile.ZIP_DEFLATED) as packed:
    packed.writestr("xl/workbook.xml", b"0" * (201 * 1024 * 1024))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        ((HEAD + ":a a skos:Concept ;\n skos:prefLabel A@en .").encode(), "not Turtle from line 9"),
        (
            b"<http://a.example/> <http://b.example/> <http://c.example/> .\n<http://a.example/> oops .\n",
            "Line 2 is no N-Triples statement",
        ),
        (b"<?xml version='1.0'?>\n<a>\n<b></a>", "not XML from line 3"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>', "more than short addresses"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "more than short addresses"),
        (b'{"@context": "https://schema.org/", "@id": "x"}', "does not fetch"),
        (b'{"@context": {"@import": "https://evil.example/"}, "@id": "x"}', "does not fetch"),
        (b'{"@context": [{"a": {"@id": "b:", "@context": ["http://x.example/"]}}], "@id": "x"}', "does not fetch"),
        (b"<!DOCTYPE html><html><body>hello</body></html>", "web page"),
        (b"Caf\xe9", "Line 1 holds a character that is not UTF-8"),
        (b"PK\x03\x04 broken", "cannot be opened"),
        (ZIP_BOMB.getvalue(), "larger than 200 MB"),
        (b"%PDF-1.4 binary", "no text"),
        (b"\x1f\x8b\xff", "gzip file is damaged"),
        (gzip.compress(HEAD.encode())[:-9], "gzip file is damaged"),
        (gzip.compress(b" " * 31 * 1024 * 1024), "larger than 30 MB"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_a_reason(data, reason):
    with pytest.raises(Unreadable, match=reason):
        taken(data, "file")
    assert nothing_written()


def test_a_sheet_with_faults_names_their_cells():
    book = Workbook()
    for row in (["uri", "prefLabel@en", "status"], ["http://x.example/1", "One", "done"], ["no address", "=A1", ""]):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)

    plan = taken(written.getvalue(), "terms.xlsx")

    lines = told(plan)
    assert any("“done” is no status" in line and "(C2)" in line for line in lines)
    assert any("is no URI" in line and "(A3)" in line for line in lines)
    assert any("holds a formula" in line and "(B3)" in line for line in lines)
    assert nothing_written()


def test_a_sheet_of_comma_separated_values_names_rows_as_a_spreadsheet_counts_them():
    plan = taken('prefLabel,definition,created\nOne,"First,\nin two lines.",\nTwo,Second.,soon\n', "terms.csv")

    assert told(plan) == ["This is no date that can be read; today's is kept. (row 3, column “created”: “soon”)"]


def test_a_match_of_a_sheet_that_is_no_address_is_told_and_left_out():
    plan = taken("prefLabel,exactMatch\nOne,urn:x:1 | the other list\n", "terms.csv")

    assert told(plan) == [
        "A match leads to no address that can be kept, and is left out. (row 2, column “exactMatch”: “the other list”)"
    ]
    assert [mapping.target_uri for mapping in Mapping.objects.all()] == ["urn:x:1"]


def test_a_fault_between_the_commas_is_told_with_its_line():
    with pytest.raises(Unreadable, match="from line 3 on"):
        taken('prefLabel,definition\nOne,First.\nTwo,"Second"x\n', "terms.csv")


def workbook(*rows: list[str], **others: list[str]) -> bytes:
    """With another sheet for each of `others`, of one row."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title, row in others.items():
        book.create_sheet(title).append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def damaged(data: bytes, find: bytes, put: bytes) -> bytes:
    """The same workbook with the XML of its first sheet changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(changed, "w") as anew:
        for part in packed.namelist():
            content = packed.read(part)
            if part == "xl/worksheets/sheet1.xml":
                assert find in content
                content = content.replace(find, put)
            anew.writestr(part, content)
    return changed.getvalue()


def test_a_workbook_is_read_whole_whatever_it_says_of_its_extent():
    data = workbook(["prefLabel", "definition"], ["One", "First."], ["Two", "Second."])

    taken(damaged(data, b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"'), "terms.xlsx")

    assert dict(Concept.objects.values_list("label", "definition")) == {"One": "First.", "Two": "Second."}


def test_a_workbook_says_which_of_its_sheets_are_not_read():
    plan = taken(workbook(["prefLabel"], ["One"], More=["Two"], Blank=[]), "terms.xlsx")

    assert told(plan) == ["Only the first sheet, “Sheet”, is read. Another has content, and is left out. (“More”)"]
    assert Concept.objects.count() == 1


def test_an_error_of_the_spreadsheet_is_no_name():
    plan = taken(workbook(["prefLabel", "definition"], ["One", "#N/A"], ["#REF!", ""]), "terms.xlsx")

    assert told(plan) == ["A cell holds an error of the spreadsheet. Put the text itself there. (B2, A3)"]
    assert nothing_written()


def test_a_workbook_with_a_damaged_sheet_is_refused_in_words():
    with pytest.raises(Unreadable, match="cannot be opened"):
        taken(damaged(workbook(["prefLabel"], ["One"]), b"</sheetData>", b"</sheet"), "terms.xlsx")


# --- Again --------------------------------------------------------------------------------------

FIRST = (
    ':a a skos:Concept ; skos:prefLabel "A"@en ; skos:altLabel "Aye"@en ; skos:definition "First."@en .'
    ' :b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader :a . :c a skos:Concept ; skos:prefLabel "C"@en .'
)
SECOND = ':a a skos:Concept ; skos:prefLabel "Anew"@en ; skos:altLabel "Eh"@en . :b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader :d . :d a skos:Concept ; skos:prefLabel "D"@en .'


def test_a_second_file_adds_and_changes_and_takes_nothing_away():
    turtle(FIRST)

    plan = turtle(SECOND)

    assert {row.text: row.kind for row in term("a").labels.all()} == {
        "Anew": "preferred",
        "A": "alternative",
        "Aye": "alternative",
        "Eh": "alternative",
    }
    assert (term("a").label, term("a").definition, term("a").slug) == ("Anew", "First.", "a-term")
    assert {str(row.target) for row in Relation.objects.filter(source=term("b"))} == {"Anew", "D"}
    assert term("c").status == "published"
    assert plan.report()["counts"] == {"new": 1, "changed": 2, "unchanged": 0, "others": 1}
    assert plan.changes[term("a").source_uri] == ["new names: Anew, Eh", "“A” becomes another name"]


def test_replacing_also_takes_away_what_the_file_no_longer_says_of_its_terms():
    turtle(FIRST.replace(":c a skos:Concept", ':c a skos:Concept ; skos:altLabel "See"@en'))

    plan = turtle(SECOND + ' :a skos:narrower :x . :x a skos:Concept ; skos:prefLabel "X"@en .', replaces=True)

    assert {row.text for row in term("a").labels.all()} == {"Anew", "Eh"}
    assert term("a").definition == "First."  # the file has no definition anywhere, so it says nothing of them
    assert {row.text for row in term("c").labels.all()} == {"C", "See"}
    assert {str(row.target) for row in Relation.objects.filter(source=term("b"))} == {"D"}
    assert "no longer under “Anew”" in plan.changes[term("b").source_uri]


def test_what_the_hub_has_beside_the_file_can_stand_against_it():
    turtle(FIRST)

    plan = turtle(':a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader :b .')

    assert plan.refused
    assert "circle" in told(plan)[0]
    assert Relation.objects.count() == 1


def test_a_dry_run_writes_nothing():
    plan = importing.import_file(data=(HEAD + FIRST).encode(), name="x.ttl", wanted=Wanted("voc"), by=None, now=NOW, dry_run=True)

    assert len(plan.new) == 3
    assert nothing_written()


def test_nothing_is_half_written_when_the_database_refuses(monkeypatch):
    monkeypatch.setattr(importing, "_write_groups", lambda plan: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        turtle(FIRST)
    assert nothing_written()


def test_new_terms_can_wait_as_candidates():
    turtle(FIRST, as_candidates=True)

    assert set(Concept.objects.values_list("status", flat=True)) == {"candidate"}


def test_a_file_does_not_take_back_a_term_that_is_public():
    turtle(FIRST)

    plan = taken("uri,prefLabel,status\nhttp://example.org/voc#a,A,candidate\n", "voc.csv")

    assert term("a").status == "published"
    assert any("stays as it is" in line and "row 2" in line for line in told(plan))


def test_a_term_of_another_scheme_stays_there():
    turtle(FIRST)
    plan = importing.import_file(data=(HEAD + FIRST).encode(), name="x.ttl", wanted=Wanted("other"), by=None, now=NOW)

    assert Concept.objects.count() == 3
    assert any("is here already, in the scheme" in line for line in told(plan))
