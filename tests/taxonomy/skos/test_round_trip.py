from __future__ import annotations

import datetime as dt
import os
import warnings

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF

from taxonomy.actions import importing
from taxonomy.models import Concept, ConceptChange, ConceptScheme
from taxonomy.skos import rdf_out, tables
from taxonomy.skos.formats import WRITTEN, read_file
from taxonomy.skos.plan import Wanted
from tests.conftest import NOW
from tests.taxonomy.skos.schemes import carried, forget, generated, starter

pytestmark = pytest.mark.django_db
RDF = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}
SMALL = 60
SIZE = int(os.environ.get("HUB_SCHEME_TERMS", SMALL))


def written(scheme: ConceptScheme, suffix: str) -> bytes:
    pieces = WRITTEN[suffix].write(carried(scheme))
    return b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)


def taken_in(data: bytes, slug: str, name: str = "file"):
    plan = importing.import_file(data=data, name=name, wanted=Wanted(slug), by=None, now=NOW)
    assert not plan.refused, "\n".join(map(str, plan.vocabulary.problems))
    return plan


def graph(data: bytes, suffix: str) -> Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own, when it reads JSON-LD
        return Graph().parse(data=data, format=RDF[suffix])


def each_scheme(*suffixes: str) -> pytest.MarkDecorator:
    """The generated one in every format; the starter scheme too where there is time (the proofs)."""
    of_starter = suffixes if SIZE > SMALL else ()
    cases = [pytest.param(lambda: generated(SIZE), suffix, id=f"generated-{suffix}") for suffix in suffixes]
    return pytest.mark.parametrize(
        ("make", "suffix"), [*cases, *(pytest.param(starter, suffix, id=f"starter-{suffix}") for suffix in of_starter)]
    )


@each_scheme(*RDF)
def test_a_scheme_comes_back_isomorphic_in_every_rdf_format(suffix, make):
    scheme = make()
    slug, before = scheme.slug, written(scheme, suffix)
    forget()

    plan = taken_in(before, slug)

    after = written(ConceptScheme.objects.get(slug=slug), suffix)
    assert list(plan.vocabulary.problems) == []
    assert plan.vocabulary.not_carried == {}
    assert len(plan.new) == Concept.objects.count() >= SMALL
    assert isomorphic(graph(before, suffix), graph(after, suffix))


@each_scheme("csv", "xlsx")
def test_a_scheme_comes_back_equal_from_a_sheet(suffix, make):
    scheme = make()
    slug, before, rows = scheme.slug, written(scheme, suffix), list(tables.rows_of(carried(scheme)))
    forget()

    plan = taken_in(before, slug)

    assert list(plan.vocabulary.problems) == []
    assert list(tables.rows_of(carried(ConceptScheme.objects.get(slug=slug)))) == rows


@pytest.mark.parametrize("suffix", [*RDF, "csv", "xlsx"])
def test_a_scheme_brought_back_to_its_own_hub_changes_nothing(suffix):
    scheme = generated(60)
    data = written(scheme, suffix)

    plan = taken_in(data, scheme.slug)

    assert (len(plan.new), dict(plan.changes), plan.group_lines, plan.unchanged) == (0, {}, [], 60)
    assert not ConceptChange.objects.exists()


def test_the_same_in_every_rdf_format():
    scheme = generated(40)
    first, *others = (graph(written(scheme, suffix), suffix) for suffix in RDF)

    assert all(isomorphic(first, other) for other in others)
    assert isomorphic(first, rdf_out.graph_of(carried(scheme)))


def test_a_scheme_of_another_hub_keeps_its_addresses(settings):
    scheme = generated(30)
    before = written(scheme, "ttl")
    forget()
    settings.SITE_URL = "https://another.example"

    taken_in(before, "from-elsewhere")

    found = ConceptScheme.objects.get(slug="from-elsewhere")
    assert found.source_uri == "http://testserver/id/generated/"
    told, kept = graph(before, "ttl"), graph(written(found, "ttl"), "ttl")
    for each in (told, kept):
        assert len(list(each[: FOAF.page])) == 30
        each.remove((None, FOAF.page, None))
    assert isomorphic(told, kept)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_cell_begins_a_formula(suffix):
    scheme = generated(60)
    rows = list(tables.rows_of(carried(scheme)))

    assert any("SUM(A1" in cell for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t") and cell]
    assert read_file(written(scheme, suffix), "x")[0] in ("CSV", "Excel workbook")


@pytest.mark.parametrize("suffix", [*RDF, "csv", "xlsx", "sharepoint.ttl"])
def test_the_same_terms_make_the_same_bytes_whatever_the_hour(suffix, monkeypatch):
    scheme = generated(30)
    if suffix in ("rdf", "nt"):
        pytest.skip("rdflib numbers its blank nodes by chance")
    first = written(scheme, suffix)
    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", _InTheFuture)

    assert written(scheme, suffix) == first


class _InTheFuture(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime(2030, 1, 1, tzinfo=tz)
