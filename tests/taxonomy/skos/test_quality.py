from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from taxonomy import duties
from taxonomy.models import Concept, Mapping
from taxonomy.skos import handing_out, quality
from taxonomy.skos.vocabulary import Entry, Text, Vocabulary
from tests.conftest import NOW
from tests.factories.taxonomy import ConceptFactory


def entry(uri: str, name: str = "", **told) -> Entry:
    names = {Text("preferred", "en", name or uri.upper())} | {Text("alternative", "en", text) for text in told.pop("also", [])}
    notes = {Text("definition", "en", "Meant.")} if told.pop("meant", True) else set()
    return Entry(uri, status=told.pop("status", "published"), names=names, notes=notes, **told)


def found(*entries: Entry, **kwargs) -> dict[str, list[tuple[str, str]]]:
    findings = quality.check(Vocabulary(entries={each.uri: each for each in entries}), NOW, **kwargs)
    return {finding.code: finding.places for finding in findings if finding.places}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("a", broader={"b": ""}), entry("b", broader={"a": ""})], {"cycle": [("a", "A → B → A")]}),
        (
            [entry("a", broader={"b": ""}, related={"b"}), entry("b", related={"a"})],
            {"related-broader": [("a", "related to “B”, which stands above it")]},
        ),
        (
            [entry("a", broader={"b": "", "c": ""}), entry("b", broader={"c": ""}), entry("c")],
            {"redundant-broader": [("a", "under “C” by way of “B” already")]},
        ),
        (
            [entry("a", "Same", related={"b"}), entry("b", "same", related={"a"})],
            {"same-preferred": [("a", "the preferred name of 2 terms (en)"), ("b", "the preferred name of 2 terms (en)")]},
        ),
        ([entry("a", related={"b"}), entry("b", also=["a"], related={"a"})], {"overlap": [("b", "“a” also leads to “A”")]}),
        ([entry("a"), entry("b", broader={"c": ""}), entry("c")], {"orphan": [("a", "")]}),
        ([entry("a", meant=False, related={"b"}), entry("b", related={"a"})], {"no-definition": [("a", "")]}),
        ([entry("a", related={"b"}), entry("b", related={"a"}), entry("c", status="deprecated")], {"no-successor": [("c", "")]}),
        (
            [
                entry("a", status="deprecated", replaced_by={"b"}),
                entry("b", status="deprecated", replaced_by={"c"}),
                entry("c", broader={"d": ""}),
                entry("d"),
            ],
            {"dead-successor": [("a", "replaced by “B”")]},
        ),
        (
            [entry("t"), *(entry(f"n{n}", broader={"t": ""}) for n in range(41))],
            {"siblings": [("t", "41 terms directly under it")]},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_fault_is_found_where_it_is_and_nowhere_else(entries, expected):
    assert found(*entries) == expected


def test_mappings_go_stale_after_a_year():
    one, two = entry("a", related={"b"}, mappings={"x": "exact", "y": "close", "z": "broad"}), entry("b", related={"a"})
    checked = {("a", "x"): NOW.date(), ("a", "y"): NOW.date() - dt.timedelta(days=400), ("a", "z"): None}

    told = found(one, two, checked_on=checked)

    assert [place for _, place in told["stale-mapping"]] == ["y, last checked 2025-03-31", "z, never checked"]
    assert found(one, two) == {}


@pytest.mark.django_db
def test_editors_see_the_report_and_others_do_not(client, editor, member):
    term = ConceptFactory(label="Alone")
    Mapping.objects.create(concept=term, target_uri="http://x.example/")
    client.force_login(member)
    assert client.get("/admin/a-z/quality/").status_code == 302
    client.force_login(editor)
    assert "Nobody has looked through it yet" in client.get("/admin/a-z/quality/").content.decode()

    duties.check_quality()
    page = client.get("/admin/a-z/quality/").content.decode()

    assert "Terms on their own: 1" in page
    assert '<a href="/a-z/alone/">Alone</a>' in page
    assert "never checked" in page


@pytest.mark.django_db
def test_the_report_is_kept_until_a_term_changes_or_somebody_asks(client, editor, member, monkeypatch):
    term = ConceptFactory(label="Alone", modified_at=NOW)
    looked: list[str] = []
    real = handing_out.quality_of
    monkeypatch.setattr(handing_out, "quality_of", lambda scheme, now: looked.append(scheme.slug) or real(scheme, now))
    for _ in range(2):
        duties.check_quality()
    client.force_login(editor)
    client.get("/admin/a-z/quality/")
    assert len(looked) == 1

    client.force_login(member)
    assert client.post("/admin/a-z/quality/again/").status_code == 302
    duties.check_quality()
    assert len(looked) == 1
    client.force_login(editor)
    assert "being looked through" in client.post("/admin/a-z/quality/again/", follow=True).content.decode()
    assert "A new look is under way" in client.get("/admin/a-z/quality/").content.decode()
    duties.check_quality()
    assert len(looked) == 2

    Concept.objects.filter(pk=term.pk).update(modified_at=timezone.now())
    duties.check_quality()
    assert len(looked) == 3


@pytest.mark.django_db
def test_the_command_lists_everything():
    ConceptFactory(label="Alone")
    out = StringIO()

    call_command("taxonomy_quality", "council-crm", stdout=out)

    assert "Terms on their own: 1\n  Alone\n" in out.getvalue()
    with pytest.raises(CommandError, match="There are: council-crm"):
        call_command("taxonomy_quality", "nothing")
