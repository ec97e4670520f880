from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from hub.organisations.models import Identifier, MailDomain
from tests.factories.organisations import CouncilFactory, MailDomainFactory, SupplierFactory

pytestmark = pytest.mark.django_db
HEAD = "domain,local-authority-code,name\n"


@pytest.fixture(autouse=True)
def councils():
    found = {}
    for code in ("ADU", "WOT"):
        found[code] = CouncilFactory(name=f"{code} Council")
        Identifier.objects.create(organisation=found[code], scheme=Identifier.Scheme.LOCAL_AUTHORITY, value=code)
    return found


@pytest.fixture
def run(tmp_path, capsys):
    """Import these lines and return what was printed."""

    def import_(content: str | bytes, *options: str) -> str:
        file = tmp_path / "domains.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("import_domains", str(file), *options)
        return capsys.readouterr().out

    return import_


def pairs() -> set[tuple[str, str]]:
    return set(MailDomain.objects.values_list("domain", "organisation__name"))


def test_each_row_is_added_and_a_second_run_changes_nothing(run):
    rows = HEAD + "shared.gov.uk,ADU,Adur\nshared.gov.uk,WOT,Worthing\nadur.gov.uk,ADU,Adur\n"

    printed = run(rows)

    assert pairs() == {("shared.gov.uk", "ADU Council"), ("shared.gov.uk", "WOT Council"), ("adur.gov.uk", "ADU Council")}
    assert "3 added, 0 unchanged, 0 not in the file." in printed
    assert "0 added, 3 unchanged" in (again := run(rows))
    assert "Nothing to change." in again


def test_a_dry_run_says_the_same_and_writes_nothing(run):
    printed = run(HEAD + "adur.gov.uk,ADU,Adur\n", "--dry-run")

    assert "+ adur.gov.uk ADU" in printed
    assert "Dry run: nothing was written." in printed
    assert not MailDomain.objects.exists()


def test_what_the_file_lacks_is_reported_and_goes_only_when_asked(run, councils):
    MailDomainFactory(domain="old.gov.uk", organisation=councils["ADU"])
    rows = HEAD + "adur.gov.uk,ADU,Adur\n"

    printed = run(rows)
    assert "? old.gov.uk ADU Council is not in the file" in printed
    assert ("old.gov.uk", "ADU Council") in pairs()

    assert "- old.gov.uk" in run(rows, "--remove-missing")
    assert pairs() == {("adur.gov.uk", "ADU Council")}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("adur.gov.uk,XXX,Adur\n", "line 2, column local-authority-code: no council on record has the code “XXX”"),
        ("adur.gov.uk,,Adur\n", "line 2, column local-authority-code: is empty"),
        ("Adur.gov.uk,ADU,Adur\n", "line 2, column domain: “Adur.gov.uk” is not a domain"),
        ("@adur.gov.uk,ADU,Adur\n", "line 2, column domain"),
        ("adur,ADU,Adur\n", "line 2, column domain"),
        ("\u0430dur.gov.uk,ADU,Adur\n", "line 2, column domain"),
        ("a.gov.uk,ADU,A\na.gov.uk,ADU,A\n", "line 3, column domain: “a.gov.uk” with “ADU” stands on line 2 already"),
        ("adur.gov.uk,ADU\n", "line 2, column name: the row has 2 cells, the header 3"),
        ('adur.gov.uk,"ADU,Adur\n', "line 2, column domain: the line cannot be read"),
        ("", "line 1, column domain: the file has no rows"),
    ],
)
def test_a_mistake_is_named_by_line_and_column_and_nothing_is_written(run, rows, problem):
    with pytest.raises(CommandError, match="nothing was written") as caught:
        run(HEAD + rows)

    assert problem in str(caught.value)
    assert not MailDomain.objects.exists()


def test_every_mistake_is_told_at_once(run):
    with pytest.raises(CommandError) as caught:
        run(HEAD + "A.gov.uk,ADU,A\nb,WOT,B\ngood.gov.uk,WOT,G\n")

    assert "line 2" in str(caught.value)
    assert "line 3" in str(caught.value)
    assert not MailDomain.objects.exists()


def test_missing_columns_other_encodings_and_missing_files_are_refused(run, tmp_path):
    with pytest.raises(CommandError, match="column local-authority-code: the column is missing"):
        run("domain,name\nadur.gov.uk,Adur\n")
    with pytest.raises(CommandError, match="line 2, column domain: not readable as UTF-8"):
        run(HEAD.encode() + b"\xff.gov.uk,ADU,Adur\n")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_domains", str(tmp_path / "nothing.csv"))


def test_a_suppliers_code_is_no_councils(run):
    Identifier.objects.create(organisation=SupplierFactory(), scheme=Identifier.Scheme.LOCAL_AUTHORITY, value="SUP")

    with pytest.raises(CommandError, match="no council on record has the code “SUP”"):
        run(HEAD + "acme.example,SUP,Acme\n")


@pytest.mark.parametrize(
    "domain", ["Adur.gov.uk", "\u0430dur.gov.uk", "adur", "adur.gov.uk\n", "a@adur.gov.uk", "adur.gov.uk.", ""]
)
def test_the_database_refuses_what_is_no_domain(domain, councils):
    with pytest.raises(IntegrityError), transaction.atomic():
        MailDomain.objects.create(domain=domain, organisation=councils["ADU"])


def test_the_database_refuses_the_same_pair_twice(councils):
    MailDomainFactory(domain="adur.gov.uk", organisation=councils["ADU"])

    with pytest.raises(IntegrityError), transaction.atomic():
        MailDomainFactory(domain="adur.gov.uk", organisation=councils["ADU"])
