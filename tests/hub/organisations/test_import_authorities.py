from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models.signals import post_save

from hub.organisations.models import AlternativeName, ChangeEvent, Identifier, Organisation
from hub.organisations.queries import predecessors_of, successors_of
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.hub.organisations.register_rows import register

REGISTER = os.environ.get("HUB_REGISTER", "")
pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, capsys):
    """Import these bytes and return what was printed."""

    def import_(content: bytes, *options: str) -> str:
        file = tmp_path / "register.csv"
        file.write_bytes(content)
        call_command("import_authorities", str(file), *options)
        return capsys.readouterr().out

    return import_


def coded(code: str) -> Organisation:
    return Organisation.objects.get(identifiers__scheme="la-code", identifiers__value=code)


def snapshot() -> list[object]:
    return [
        list(Organisation.objects.order_by("pk").values()),
        list(Identifier.objects.order_by("pk").values()),
        list(AlternativeName.objects.order_by("pk").values()),
        list(ChangeEvent.objects.order_by("pk").values()),
        list(ChangeEvent.predecessors.through.objects.order_by("pk").values()),
        list(ChangeEvent.successors.through.objects.order_by("pk").values()),
    ]


def test_the_first_import_adds_every_row(run):
    printed = run(register())

    assert Organisation.objects.count() == 10
    assert "10 added, 0 changed, 0 unchanged; 3 changes of councils to record." in printed
    assert "The register has 10 rows: 4 current, 6 abolished." in printed
    assert "Written." in printed


def test_a_second_import_changes_nothing(run):
    run(register())
    before = snapshot()

    printed = run(register())

    assert snapshot() == before
    assert "0 added, 0 changed, 10 unchanged; 0 changes of councils to record." in printed
    assert "Nothing to change." in printed


def test_a_dry_run_says_the_same_and_writes_nothing(run):
    printed = run(register(), "--dry-run")

    assert "10 added" in printed
    assert "Dry run: nothing was written." in printed
    assert not Organisation.objects.exists()


def test_counties_and_combined_authorities_are_linked_though_they_come_later_in_the_file(run):
    run(register())

    assert coded("EAH").county == coded("NMC")
    assert coded("NME").combined_authority == coded("MCA")


def test_codes_are_kept_by_scheme_and_the_wrong_ones_are_not_read(run):
    run(register())

    codes = set(coded("NME").identifiers.values_list("scheme", "value"))
    assert codes == {
        ("la-code", "NME"),
        ("gss", "E06900001"),
        ("former-gss", "E06900008"),
        ("former-gss", "E06900009"),
        ("ecode", "E9901"),
    }


def test_todays_body_gets_the_plain_address_and_its_predecessor_the_long_one(run):
    run(register())

    assert coded("NME").slug == "northmere"
    assert coded("NMC").slug == "northmere-county-council"  # though the register gives "northmere" to the county


def test_an_address_that_somebody_else_has_is_not_taken(run):
    SupplierFactory(slug="southmere")

    run(register())

    assert coded("SME").slug == "southmere-council"


def test_a_change_is_shown_field_by_field_and_written(run):
    run(register())

    printed = run(
        register({"local-authority-code": "SME", "official-name": "City of Southmere Council", "pop-2020": "", "county-la": "NMC"})
    )

    southmere = coded("SME")
    assert (southmere.name, southmere.population, southmere.county) == ("City of Southmere Council", None, coded("NMC"))
    assert "    name: Southmere Council -> City of Southmere Council" in printed
    assert "    population: 101000 -> nothing" in printed
    assert "    county: nothing -> NMC" in printed
    assert "0 added, 1 changed, 9 unchanged" in printed


def test_a_renamed_council_keeps_its_address_and_is_found_by_its_old_name(run):
    run(register())
    slug = coded("SME").slug

    run(register({"local-authority-code": "SME", "official-name": "City of Southmere Council"}))

    assert coded("SME").slug == slug
    assert list(Organisation.objects.named_like("southmere council").filter(name="City of Southmere Council"))


def test_a_row_that_leaves_the_file_stays_on_record(run):
    run(register())

    run(register(without="BAY"))

    assert coded("BAY").name == "Ballydoon City, Glenarm and Moyle Borough Council"


def test_what_people_wrote_about_a_council_survives(run):
    run(register())
    Organisation.objects.filter(pk=coded("SME").pk).update(
        about="Runs a shared contact centre.", website="https://southmere.example"
    )

    run(register({"local-authority-code": "SME", "pop-2020": "99.0"}))

    assert (coded("SME").about, coded("SME").website) == ("Runs a shared contact centre.", "https://southmere.example")


def test_a_malformed_file_writes_nothing_and_says_where(run):
    with pytest.raises(CommandError) as caught:
        run(register({"local-authority-code": "SME", "start-date": "soon"}))

    assert caught.value.returncode == 1
    assert "line 8, column start-date: “soon” is not a date like 2023-04-01" in str(caught.value)
    assert not Organisation.objects.exists()


def test_a_file_that_is_not_there_is_said_in_words():
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_authorities", "/nowhere/register.csv")


def test_an_import_that_fails_half_way_leaves_nothing(run, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("hub.organisations.actions._record_succession", fail)

    with pytest.raises(RuntimeError):
        run(register())

    assert not Organisation.objects.exists()


def test_bulk_writes_are_announced_to_the_search_index(run, django_capture_on_commit_callbacks):
    heard: list[str] = []

    def hear(instance: Organisation, **kwargs: object) -> None:
        heard.append(instance.name)

    post_save.connect(hear, sender=Organisation)
    with django_capture_on_commit_callbacks(execute=True):
        run(register())
    with django_capture_on_commit_callbacks(execute=True):
        run(register({"local-authority-code": "SME", "pop-2020": "1.0"}))
    post_save.disconnect(hear, sender=Organisation)

    assert len(heard) == 11


# --- Succession --------------------------------------------------------------------------------------------------------------


def test_councils_that_ended_together_in_the_same_successors_are_one_event(run):
    run(register())

    event = ChangeEvent.objects.get(successors=coded("HWK"))
    assert set(event.predecessors.all()) == {coded("EAH"), coded("FEN")}
    assert (event.kind, event.effective_on, event.source) == ("merge", dt.date(2019, 4, 1), "register")


def test_a_county_that_became_two_is_a_split(run):
    run(register())

    event = ChangeEvent.objects.get(predecessors=coded("NMC"))
    assert set(event.successors.all()) == {coded("NME"), coded("SME")}
    assert event.kind == "split"


def test_a_council_absorbed_by_an_older_one_is_taken_over(run):
    run(
        register(
            {"local-authority-code": "NME", "start-date": "1998-04-01"}, {"local-authority-code": "HWK", "end-date": "2022-04-01"}
        )
    )

    assert ChangeEvent.objects.get(predecessors=coded("HWK")).kind == "takeover"


def test_chains_are_walked_to_the_bodies_of_the_day(run):
    run(register())

    assert successors_of(coded("EAH"), dt.date(2026, 5, 5)) == [coded("NME")]
    assert successors_of(coded("EAH"), dt.date(2020, 5, 5)) == [coded("HWK")]
    assert successors_of(coded("EAH"), dt.date(2019, 3, 31)) == [coded("EAH")]
    assert successors_of(coded("NMC"), dt.date(2026, 5, 5)) == [coded("NME"), coded("SME")]


def test_a_predecessor_without_successor_leads_nowhere(run):
    run(register())

    assert successors_of(coded("NIR-A"), dt.date(2026, 5, 5)) == []


def test_everything_a_council_inherited_is_found(run):
    run(register())

    assert [body.short_name for body in predecessors_of(coded("NME"))] == [
        "Eastholme",
        "Fenwick",
        "Holmwick",
        "Lowdale",
        "Northmere",
    ]


def test_councils_that_became_each_other_end_the_walk(run):
    run(register())
    event = ChangeEvent.objects.create(kind="takeover", effective_on=dt.date(2024, 1, 1))
    event.predecessors.add(coded("NME"))
    event.successors.add(coded("EAH"))
    Organisation.objects.filter(pk=coded("NME").pk).update(abolished_on=dt.date(2024, 1, 1))

    assert successors_of(coded("EAH"), dt.date(2026, 5, 5)) == []
    assert coded("NME") in predecessors_of(coded("EAH"))


def test_a_corrected_day_moves_the_event_and_makes_no_second(run):
    run(register())

    run(register(*({"local-authority-code": code, "end-date": "2019-05-01"} for code in ("EAH", "FEN"))))

    assert ChangeEvent.objects.get(successors=coded("HWK")).effective_on == dt.date(2019, 5, 1)


def test_a_corrected_successor_takes_the_predecessor_out_of_the_old_event(run):
    run(register())

    printed = run(register({"local-authority-code": "LOW", "replaced-by": "SME"}))

    assert ChangeEvent.objects.get(predecessors=coded("LOW")).successors.get() == coded("SME")
    assert "LOW no longer belongs to: Merger on 1 April 2023" in printed
    before = snapshot()
    run(register({"local-authority-code": "LOW", "replaced-by": "SME"}))
    assert snapshot() == before


def test_an_event_that_somebody_recorded_by_hand_is_completed_and_not_doubled(run):
    run(
        register(
            {"local-authority-code": "EAH", "replaced-by": "", "end-date": ""},
            {"local-authority-code": "FEN", "replaced-by": "", "end-date": ""},
        )
    )
    event = ChangeEvent.objects.create(kind="merge", effective_on=dt.date(2019, 4, 1), note="By order.")
    event.predecessors.add(coded("EAH"))
    event.successors.add(coded("HWK"))

    run(register())

    event.refresh_from_db()
    assert ChangeEvent.objects.get(successors=coded("HWK")) == event
    assert (event.note, event.source, event.predecessors.count()) == ("By order.", "editor", 2)


def test_an_import_costs_the_same_number_of_queries_whatever_stands_beside(run, assert_constant_queries):
    run(register())

    assert_constant_queries(lambda: run(register()), grow=lambda: CouncilFactory.create_batch(5))


# --- The real register, where HUB_REGISTER names it --------------------------------------------------------------------------


@pytest.mark.real_register
@pytest.mark.skipif(not REGISTER, reason="HUB_REGISTER is not set")
class TestRealRegister:
    @pytest.fixture
    def content(self) -> bytes:
        return Path(REGISTER).read_bytes()

    def test_all_470_rows_come_in_and_the_second_run_changes_nothing(self, run, content):
        printed = run(content)
        before = snapshot()

        again = run(content)

        assert "470 added, 0 changed, 0 unchanged; 14 changes of councils to record." in printed
        assert "The register has 470 rows: 397 current, 73 abolished." in printed
        assert "0 added, 0 changed, 470 unchanged; 0 changes of councils to record." in again
        assert snapshot() == before

    def test_the_bodies_are_of_the_kinds_the_register_has(self, run, content):
        run(content)

        today = dt.date(2025, 7, 31)
        current = Organisation.objects.current(today)
        assert current.filter(kind="combined-authority").count() == 15
        assert current.filter(tier="county").count() == 21
        assert current.filter(kind="council").count() == 382

    def test_chains_and_splits_lead_to_the_bodies_of_today(self, run, content):
        run(content)

        today = dt.date(2025, 7, 31)
        assert [body.name for body in successors_of(coded("TAU"), today)] == ["Somerset Council"]
        assert successors_of(coded("CMA"), today) == [coded("CBD"), coded("WAF")]
        assert successors_of(coded("NIR-A"), today) == []
        assert len(predecessors_of(coded("SMT"))) == 7

    def test_two_councils_share_a_wrong_code_and_stay_two(self, run, content):
        run(content)

        assert coded("WND").short_name == "Wandsworth"
        assert coded("WNM").short_name == "Windsor and Maidenhead"

    def test_todays_councils_have_the_plain_addresses(self, run, content):
        run(content)

        assert coded("BUC").slug == "buckinghamshire"
        assert coded("BKM").slug == "buckinghamshire-county-council"
