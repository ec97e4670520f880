from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from taxonomy import actions
from taxonomy.actions import loading
from taxonomy.models import Concept, ConceptScheme, Label, Relation
from taxonomy.term_list import read
from tests.conftest import NOW
from tests.factories.taxonomy import ConceptFactory

STARTER = Path("taxonomy/starter/council-crm.txt")
FILE = """\
Contact centre
  means: Where calls are answered.
  also: call centre
  broader: Customer contact
  related: Kiosk

Customer contact
  means: All of it.

Kiosk
  means: A screen in a public place.
  hidden: kioske
"""

pytestmark = pytest.mark.django_db


def load(text: str, **kwargs):
    return actions.load_scheme(slug="council-crm", title="CRM practice", parsed=read(text).terms, by=None, now=NOW, **kwargs)


def stored():
    """Everything the A-Z holds, keys included."""
    return [list(model.objects.order_by("pk").values()) for model in (ConceptScheme, Concept, Label, Relation)]


def test_loading_writes_terms_names_and_relations():
    changes = load(FILE)

    centre = Concept.objects.get(slug="contact-centre")
    assert (changes.added, changes.changed, changes.unchanged) == (3, 0, 0)
    assert (centre.label, centre.definition, centre.status) == ("Contact centre", "Where calls are answered.", "published")
    assert {(row.kind, row.text, row.letter, row.sort_key) for row in centre.labels.all()} == {
        ("preferred", "Contact centre", "c", "contact centre"),
        ("alternative", "call centre", "c", "call centre"),
    }
    assert {(str(row.source), row.kind, str(row.target)) for row in Relation.objects.all()} == {
        ("Contact centre", "broader", "Customer contact"),
        ("Contact centre", "related", "Kiosk"),
    }


def test_loading_twice_changes_nothing():
    load(FILE)
    before = stored()

    changes = load(FILE)

    assert (changes.added, changes.changed, changes.unchanged) == (0, 0, 3)
    assert stored() == before
    assert ModelLogEntry.objects.count() == 1


def test_the_whole_starter_file_loads_and_loads_again(django_assert_max_num_queries):
    terms = read(STARTER.read_text(encoding="utf-8")).terms

    with django_assert_max_num_queries(25):
        first = actions.load_scheme(slug="council-crm", title="CRM practice", parsed=terms, by=None, now=NOW)
    second = actions.load_scheme(slug="council-crm", title="CRM practice", parsed=terms, by=None, now=NOW)

    assert (first.added, second.unchanged, second.changed) == (169, 169, 0)
    assert Label.objects.filter(kind=Label.Kind.PREFERRED).count() == 169
    assert Relation.objects.count() == sum(len(term.broader) for term in terms) + len(
        {frozenset((term.label, other)) for term in terms for other in term.related}
    )


def test_a_term_becomes_what_the_file_says_and_keeps_its_address():
    load(FILE)
    kiosk = Concept.objects.get(slug="kiosk")

    changes = load(
        FILE.replace("A screen in", "A booth in")
        .replace("hidden: kioske", "also: booth")
        .replace("also: call centre\n  ", "")
        .replace("  related: Kiosk\n", "")
    )

    kiosk.refresh_from_db()
    assert (changes.added, changes.changed, changes.unchanged) == (0, 2, 1)
    assert kiosk.definition == "A booth in a public place."
    assert kiosk.modified_at == NOW
    assert sorted(kiosk.labels.values_list("text", flat=True)) == ["Kiosk", "booth"]
    assert list(Relation.objects.values_list("kind", flat=True)) == ["broader"]
    assert "Kiosk: new meaning; names gone: kioske; new names: booth; broader or related terms" in changes.lines


def test_a_name_moves_to_the_term_that_now_has_it():
    load(FILE)

    load(FILE.replace("  also: call centre\n", "").replace("hidden: kioske", "also: call centre"))

    assert Label.objects.get(text="call centre").concept.label == "Kiosk"


def test_a_corrected_label_keeps_term_and_address():
    load(FILE)
    before = Concept.objects.get(slug="contact-centre")

    load(FILE.replace("Contact centre", "Contact-Centre"))

    after = Concept.objects.get(slug="contact-centre")
    assert (after.pk, after.public_id, after.label) == (before.pk, before.public_id, "Contact-Centre")
    assert after.labels.get(kind="preferred").text == "Contact-Centre"


def test_what_the_file_does_not_name_stays_as_it_is():
    load(FILE)
    booth = ConceptFactory(label="Booth", also=["stall"], related=[Concept.objects.get(slug="kiosk")])

    changes = load(FILE)

    assert changes.changed == 0
    assert booth.labels.count() == 2
    assert Relation.objects.filter(kind="related").count() == 2


def test_a_deprecated_term_stays_deprecated():
    load(FILE)
    Concept.objects.filter(slug="kiosk").update(status=Concept.Status.DEPRECATED)

    load(FILE)

    assert Concept.objects.get(slug="kiosk").status == Concept.Status.DEPRECATED


def test_a_name_of_a_term_outside_the_file_is_refused_with_its_line():
    ConceptFactory(label="Booth", also=["Kioske"])
    before = stored()

    with pytest.raises(actions.NamesTaken) as refusal:
        load(FILE)

    assert [str(problem) for problem in refusal.value.problems] == [
        "line 10: “kioske” is already a name of “Booth”, a term this list does not have."
    ]
    assert stored() == before


def test_changed_terms_are_handed_to_the_search_index(handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        load(FILE)

    assert sorted(handed_over) == sorted(str(pk) for pk in Concept.objects.values_list("pk", flat=True))


@pytest.fixture
def handed_over(monkeypatch):
    """The keys that were handed over."""
    handed: list[str] = []

    class Task:
        @staticmethod
        def enqueue(app: str, model: str, pk: str) -> None:
            assert (app, model) == ("taxonomy", "concept")
            handed.append(pk)

    monkeypatch.setattr(loading, "insert_or_update_object_task", Task)
    return handed


# --- The command --------------------------------------------------------------------------------


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_scheme", str(path), "--slug", "council-crm", "--title", "CRM practice", *options, stdout=out)
    return out.getvalue()


def test_the_command_says_what_changed(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_text(FILE, encoding="utf-8")

    assert run(path).splitlines() == [
        "Contact centre: added",
        "Customer contact: added",
        "Kiosk: added",
        "3 added, 0 changed, 0 unchanged.",
    ]
    assert run(path).splitlines() == ["0 added, 0 changed, 3 unchanged."]


def test_the_command_tells_problems_with_their_lines_and_writes_nothing(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_text(
        FILE.replace("broader: Customer contact", "broader: Contacts").replace("  means: All of it.\n", ""), encoding="utf-8"
    )

    with pytest.raises(CommandError) as refusal:
        run(path)

    assert str(refusal.value).splitlines() == [
        "line 4: there is no term “Contacts”. Did you mean “Contact centre”?",
        "line 7: “Customer contact” has no “means:”.",
        "Nothing was loaded.",
    ]
    assert refusal.value.returncode == 1
    assert not ConceptScheme.objects.exists()


def test_a_dry_run_tells_and_writes_nothing(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_text(FILE, encoding="utf-8")

    assert "3 added" in run(path, "--dry-run")
    assert not Concept.objects.exists()


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_bytes(b"Caf\xe9")

    with pytest.raises(CommandError, match="not UTF-8"):
        run(path)


def test_a_list_that_does_not_fit_what_editors_made_of_the_hierarchy_loads_nothing(db):
    load("Top\n  means: A.\n\nLow\n  means: B.\n")
    top, low = Concept.objects.get(label="Top"), Concept.objects.get(label="Low")
    between = ConceptFactory(label="Between", broader=[low])
    Relation.objects.create(source=top, target=between, kind="broader")

    with pytest.raises(actions.HierarchyTaken):
        load("Top\n  means: New.\n\nLow\n  means: B.\n  broader: Top\n")
    top.refresh_from_db()
    assert top.definition == "A."
