from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.organisations.register import RegisterProblems, first_day_without, other_names, parse
from tests.hub.organisations.register_rows import HEADER, register


def problems_of(content: bytes) -> list[str]:
    with pytest.raises(RegisterProblems) as caught:
        parse(content)
    return [str(problem) for problem in caught.value.problems]


def by_code(content: bytes):
    return {authority.code: authority for authority in parse(content)}


def test_a_row_becomes_an_authority():
    northmere = by_code(register())["NME"]

    assert northmere.name == "Northmere Council"
    assert northmere.population == 217232
    assert northmere.former_gss == ("E06900008", "E06900009")
    assert northmere.combined_authority == "MCA"
    assert (northmere.kind, northmere.tier) == ("council", "unitary")


def test_replaced_by_is_a_list():
    assert by_code(register())["NMC"].replaced_by == ("NME", "SME")


def test_an_end_date_may_be_the_last_day_or_the_day_the_successor_takes_over():
    authorities = by_code(register())

    assert authorities["EAH"].abolished_on == dt.date(2019, 4, 1)
    assert authorities["HWK"].abolished_on == dt.date(2023, 4, 1)
    assert first_day_without(None) is None


def test_commas_inside_other_names_do_not_split_them():
    assert by_code(register())["BAY"].alternative_names == ("ballydoon", "Balydoon, Glenarm and Moyle")


def test_other_names_stand_once_and_never_repeat_the_name():
    assert other_names("Reading,Reading UA,reading,READING UA", besides=("Reading Borough Council", "Reading")) == ("Reading UA",)


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert by_code(b"\xef\xbb\xbf" + register())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"end-date": "31/03/2023"}, "line 6, column end-date: “31/03/2023” is not a date like 2023-04-01"),
        ({"end-date": "2023-02-30"}, "line 6, column end-date: “2023-02-30” is not a date like 2023-04-01"),
        ({"end-date": ""}, "line 6, column end-date: is empty, though the row names what replaced it"),
        ({"start-date": "2024-01-01"}, "line 6, column end-date: is before the start-date"),
        ({"local-authority-type": "XYZ"}, "line 6, column local-authority-type: “XYZ” is not a type we know"),
        ({"nation": "Mercia"}, "line 6, column nation: “Mercia” is not a nation we know"),
        ({"replaced-by": "NME,ZZZ"}, "line 6, column replaced-by: no other row has the code “ZZZ”"),
        ({"replaced-by": "NMC"}, "line 6, column replaced-by: no other row has the code “NMC”"),
        ({"county-la": "ZZZ"}, "line 6, column county-la: no other row has the code “ZZZ”"),
        ({"county-la": "NME,SME"}, "line 6, column county-la: names more than one body"),
        ({"combined-authority": "ZZZ"}, "line 6, column combined-authority: no other row has the code “ZZZ”"),
        ({"pop-2020": "many"}, "line 6, column pop-2020: “many” is not a whole number"),
        ({"official-name": ""}, "line 6, column official-name: is empty"),
        ({"region": "x" * 81}, "line 6, column region: longer than 80 characters"),
    ],
)
def test_a_cell_that_does_not_hold_what_it_should_is_named(change, problem):
    assert problems_of(register({"local-authority-code": "NMC", **change})) == [problem]


def test_a_duplicate_code_is_named():
    content = register() + register().splitlines(keepends=True)[2]

    assert problems_of(content) == ["line 12, column local-authority-code: “FEN” stands on line 3 already"]


def test_a_row_without_a_code_is_named():
    content = register().replace(b"\nMCA,", b"\n,")

    assert "line 9, column local-authority-code: is empty" in problems_of(content)


def test_a_missing_column_is_named():
    content = register(header=[column for column in HEADER if column != "replaced-by"])

    assert problems_of(content) == ["line 1, column replaced-by: the column is missing"]


def test_a_short_row_is_named_by_the_first_cell_it_lacks():
    content = register() + b"ABC,Short Council,Short\n"

    assert problems_of(content) == ["line 12, column gss-code: the row ends after 3 of 29 cells"]


def test_a_row_with_too_many_cells_is_named():
    content = register() + b"," * 40 + b"\n"

    assert problems_of(content) == ["line 12, column lower-or-unitary: the row has 41 cells, the header 29"]


def test_another_encoding_is_named_where_it_shows():
    content = register().replace(b"Lowdale District", b"L\xf6wdale District")

    assert problems_of(content) == ["line 5, column official-name: not readable as UTF-8"]


def test_a_quotation_mark_that_never_closes_is_named():
    content = register() + b'ABC,"Open Council\n'

    assert problems_of(content)[0].startswith("line 12, column local-authority-code: the line cannot be read")


def test_an_empty_file_lacks_every_column():
    assert problems_of(b"")[0] == "line 1, column local-authority-code: the column is missing"


def test_a_file_without_rows_is_refused():
    assert problems_of(",".join(HEADER).encode()) == ["line 1, column local-authority-code: the file has no rows"]


def test_every_problem_is_named_at_once_in_the_order_of_lines():
    content = register(
        {"local-authority-code": "EAH", "pop-2020": "x"}, {"local-authority-code": "SME", "nation": "x", "start-date": "x"}
    )

    assert [problem.split(":")[0] for problem in problems_of(content)] == [
        "line 2, column pop-2020",
        "line 8, column start-date",
        "line 8, column nation",
    ]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_the_answer_is_authorities_or_named_problems(tail):
    try:
        outcome = list(parse(register() + tail))
    except RegisterProblems as refusal:
        outcome = [problem for problem in refusal.problems if problem.line >= 1 and problem.column]

    assert outcome
