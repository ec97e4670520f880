from __future__ import annotations

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from taxonomy.actions import Refused, importing, merge, retire, undo
from taxonomy.models import Collection, CollectionMember, Concept, ConceptChange, Label, SchemeImport
from taxonomy.skos.plan import Wanted
from tests.conftest import NOW
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db(transaction=False)
FILE = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://example.org/a> a skos:Concept ; skos:prefLabel "Benefit"@en ; skos:definition "Money."@en .
<http://example.org/b> a skos:Concept ; skos:prefLabel "Pension"@en ; skos:broader <http://example.org/a> .
"""


def upload(client, data: bytes = FILE, name: str = "voc.ttl", **form) -> SchemeImport:
    response = client.post("/admin/a-z/import/", {"file": SimpleUploadedFile(name, data), **form})
    assert response.status_code == 302, response.content.decode()
    return SchemeImport.objects.get(public_id=response["Location"].rstrip("/").rpartition("/")[2])


@pytest.fixture
def as_editor(client, editor, django_capture_on_commit_callbacks):
    """A browser whose tasks run at once, as each request ends."""
    client.force_login(editor)
    real = client.post

    def post(*args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return real(*args, **kwargs)

    client.post = post
    return client


def test_a_file_of_short_addresses_is_taken_in_once_an_editor_says_what_they_begin_with(as_editor):
    short = FILE.replace(b"http://example.org/", b"#") + b'<> a skos:ConceptScheme ; skos:prefLabel "Money words"@en .'
    refused = upload(as_editor, short)
    assert "the file names no base" in as_editor.get(f"/admin/a-z/import/{refused.public_id}/").content.decode()

    started = upload(as_editor, short, base="https://example.org/money")

    assert "Into <strong>Money words</strong>: 2 new" in as_editor.get(f"/admin/a-z/import/{started.public_id}/").content.decode()
    as_editor.post(f"/admin/a-z/import/{started.public_id}/confirm/")
    assert Concept.objects.filter(source_uri="https://example.org/money#a", label="Benefit").exists()


def test_an_editor_sees_what_a_file_would_do_and_says_yes(as_editor):
    started = upload(as_editor, title="Money")
    page = as_editor.get(f"/admin/a-z/import/{started.public_id}/").content.decode()
    assert started.state == "checked"
    assert "2 new, 0 changed, 0 unchanged" in page
    assert not Concept.objects.exists()

    as_editor.post(f"/admin/a-z/import/{started.public_id}/confirm/")

    started.refresh_from_db()
    assert (started.state, started.data, started.scheme.slug) == ("applied", None, "money")
    assert Concept.objects.count() == 2
    change = ConceptChange.objects.get()
    assert (change.kind, change.concepts.count(), change.made_by) == ("import", 2, started.started_by)
    assert change.summary == "Imported “voc.ttl” into “Money”: 2 new, 0 changed"
    assert ModelLogEntry.objects.filter(action="wagtail.edit").count() == 2  # the confirming, the scheme
    assert "Taken in on" in as_editor.get(f"/admin/a-z/import/{started.public_id}/").content.decode()


def test_a_faulty_file_says_why_and_cannot_be_confirmed(as_editor):
    started = upload(as_editor, b"oops <", "voc.ttl")

    page = as_editor.get(f"/admin/a-z/import/{started.public_id}/").content.decode()
    as_editor.post(f"/admin/a-z/import/{started.public_id}/confirm/")

    assert "This is not Turtle from line 1 on" in page
    started.refresh_from_db()
    assert started.state == "refused"
    assert not Concept.objects.exists()


def test_what_changed_meanwhile_is_shown_before_anything_is_taken_in(as_editor, client):
    with_a = upload(as_editor, title="Money")
    as_editor.post(f"/admin/a-z/import/{with_a.public_id}/confirm/")
    again = upload(as_editor, FILE.replace(b"Money.", b"Cash."), scheme="money")
    assert again.report["counts"]["changed"] == 1
    Label.objects.create(concept=Concept.objects.get(label="Pension"), kind="alternative", text="Annuity")
    Concept.objects.filter(label="Benefit").update(definition="Cash.")

    as_editor.post(f"/admin/a-z/import/{again.public_id}/confirm/")

    again.refresh_from_db()
    assert (again.state, again.has_moved_on, again.report["counts"]["changed"]) == ("checked", True, 0)
    assert "Somebody changed terms since you looked" in as_editor.get(f"/admin/a-z/import/{again.public_id}/").content.decode()


def test_a_change_between_planning_and_writing_is_noticed(monkeypatch):
    plan = importing.make_plan(importing.read_file(FILE)[1], Wanted("voc"), NOW)
    ConceptFactory(label="Late")

    with pytest.raises(importing.MovedOn):
        importing.write_plan(plan=plan, by=None, now=NOW, source="x")
    assert Concept.objects.count() == 1


def test_a_collection_changed_between_planning_and_writing_is_noticed():
    concept = ConceptFactory(label="Early")
    collection = Collection.objects.create(scheme=concept.scheme, slug="some", title="Some")
    member = CollectionMember.objects.create(collection=collection, concept=concept)

    for change in (
        lambda: CollectionMember.objects.filter(pk=member.pk).update(sort_order=7),
        lambda: Collection.objects.update(is_ordered=True),
    ):
        plan = importing.make_plan(importing.read_file(FILE)[1], Wanted("voc"), NOW)
        change()
        with pytest.raises(importing.MovedOn):
            importing.write_plan(plan=plan, by=None, now=NOW, source="x")


def test_an_import_put_aside_forgets_its_file(as_editor):
    started = upload(as_editor)

    as_editor.post(f"/admin/a-z/import/{started.public_id}/discard/")

    started.refresh_from_db()
    assert (started.state, started.data) == ("discarded", None)
    assert "Put aside" in as_editor.get("/admin/a-z/import/").content.decode()


def test_a_break_leaves_nothing_written_and_says_so(as_editor, monkeypatch):
    started = upload(as_editor)
    monkeypatch.setattr(importing, "_write_links", lambda plan: 1 / 0)

    as_editor.post(f"/admin/a-z/import/{started.public_id}/confirm/")

    started.refresh_from_db()
    assert started.state == "refused"
    assert "nothing was written" in started.report["problems"][0]["text"]
    assert not Concept.objects.exists()


def test_members_are_led_to_the_door(client, member):
    client.force_login(member)

    assert client.get("/admin/a-z/import/").status_code == 302


def test_an_import_is_not_undone_as_a_whole(editor):
    importing.import_file(data=FILE, name="x", wanted=Wanted("voc"), by=editor, now=NOW)

    with pytest.raises(Refused, match="not undone as a whole"):
        undo(change=ConceptChange.objects.get(), by=editor, now=NOW)


# --- What carries the terms ---------------------------------------------------------------------

RETIRED = FILE.replace(
    b'skos:definition "Money."@en',
    b"<http://www.w3.org/2002/07/owl#deprecated> true ; <http://purl.org/dc/terms/isReplacedBy> <http://example.org/b>",
).replace(b" ; skos:broader <http://example.org/a>", b"")


def import_(data: bytes, **options):
    return importing.import_file(data=data, name="voc.ttl", wanted=Wanted("voc"), by=None, now=NOW, **options)


def carried_by(thing) -> set[str]:
    return set(thing.concept_tags.values_list("concept__label", flat=True))


def test_what_carries_a_term_that_a_file_retires_carries_what_replaces_it(tmp_path):
    import_(FILE)
    product = ProductFactory(concepts=Concept.objects.filter(label="Benefit"))

    foretold = import_(RETIRED, dry_run=True)
    assert carried_by(product) == {"Benefit"}
    import_(RETIRED)

    assert foretold.report()["moves"] == ["“Benefit”: 1 thing carries “Pension” instead"]
    assert carried_by(product) == {"Pension"}
    assert [len(change.tags) for change in ConceptChange.objects.order_by("pk")] == [0, 1]
    assert import_(RETIRED).moves == []


def test_what_an_earlier_file_left_behind_moves_when_a_later_one_says_what_replaces_it():
    import_(FILE)
    product = ProductFactory(concepts=Concept.objects.filter(label="Benefit"))
    warned = import_(RETIRED.replace(b"<http://purl.org/dc/terms/isReplacedBy> <http://example.org/b>", b"a skos:Concept"))
    assert carried_by(product) == {"Benefit"}

    import_(RETIRED)

    assert any("no term in use replaces it" in str(problem) for problem in warned.vocabulary.problems)
    assert carried_by(product) == {"Pension"}


def test_the_screen_says_what_content_moves(as_editor):
    import_(FILE)
    ProductFactory(concepts=Concept.objects.filter(label="Benefit"))

    started = upload(as_editor, RETIRED, scheme="voc")

    assert (
        "“Benefit”: 1 thing carries “Pension” instead" in as_editor.get(f"/admin/a-z/import/{started.public_id}/").content.decode()
    )


def test_an_import_stands_in_the_way_of_undoing_only_where_it_moved_the_same_content(editor):
    more = b'<http://example.org/c> a skos:Concept ; skos:prefLabel "Loan"@en .'
    import_(FILE + more)
    loan, benefit = (Concept.objects.get(label=label) for label in ("Loan", "Benefit"))
    lent, paid = ProductFactory(concepts=[loan]), ProductFactory(concepts=[ConceptFactory(label="Dole")])
    of_loan = retire(concept=loan, replaced_by=[ConceptFactory(label="Credit")], by=editor, now=NOW)
    of_dole = merge(concepts=Concept.objects.filter(label="Dole"), into=benefit, by=editor, now=NOW)
    import_(RETIRED + more.replace(b'"Loan"@en', b'"Loan"@en ; skos:altLabel "Lending"@en'))

    undo(change=of_loan, by=editor, now=NOW)
    with pytest.raises(Refused, match="An import has moved what carries these terms since"):
        undo(change=of_dole, by=editor, now=NOW)

    assert (carried_by(lent), carried_by(paid)) == ({"Loan"}, {"Pension"})


# --- The command --------------------------------------------------------------------------------


def run(tmp_path, data: bytes, *options: str) -> str:
    path, out = tmp_path / "voc", StringIO()
    path.write_bytes(data)
    call_command("import_scheme", str(path), "--slug", "voc", *options, stdout=out)
    return out.getvalue()


def test_the_command_takes_in_any_format(tmp_path):
    assert "2 added, 0 changed, 0 unchanged." in run(tmp_path, FILE, "--dry-run")
    assert not Concept.objects.exists()

    out = run(tmp_path, FILE.replace(b" .\n<http://example.org/b>", b" ; <http://x.example/odd> 1 .\n<http://example.org/b>"))

    assert "Benefit: added (http://example.org/a)" in out
    assert "Not carried: 1 statement of http://x.example/odd" in out
    assert "0 added, 0 changed, 2 unchanged." in run(tmp_path, FILE)


def test_the_command_names_every_fault_and_writes_nothing(tmp_path):
    bad = FILE.replace(b'"Benefit"@en', b'"Benefit"@en, "Grant"@en')

    with pytest.raises(CommandError, match=r"several preferred names.*example.org/a.*\nNothing was loaded"):
        run(tmp_path, bad)
    with pytest.raises(CommandError, match="not Turtle from line 2"):
        run(tmp_path, b"@prefix a: <b:> .\noops")
    assert not Concept.objects.exists()
