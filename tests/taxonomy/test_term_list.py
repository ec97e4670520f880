from __future__ import annotations

from pathlib import Path

import pytest

from taxonomy.hierarchy import ancestors, loop_through
from taxonomy.term_list import read

STARTER = Path("taxonomy/starter/council-crm.txt")

GOOD = """\
# A comment

Contact centre
  means: Where calls are answered.
  also: call centre; Contact hub
  hidden: contact center
  broader: customer contact
  related: Kiosk

Customer contact
  means: All of it.

Kiosk
  means: A screen in a public place.
"""


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


def test_the_starter_file_has_no_problem():
    reading = read(STARTER.read_text(encoding="utf-8"))

    assert reading.problems == []
    assert len(reading.terms) == 169


def test_a_term_is_read_with_its_names_and_its_references_as_the_terms_write_them():
    term = read(GOOD).terms[0]

    assert (term.label, term.line, term.means) == ("Contact centre", 3, "Where calls are answered.")
    assert (term.also, term.hidden) == (["call centre", "Contact hub"], ["contact center"])
    assert (term.broader, term.related) == (["Customer contact"], ["Kiosk"])


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference():
    assert read("\ufeff" + GOOD.replace("\n", "\r\n")) == read(GOOD)


@pytest.mark.parametrize(
    ("line", "instead", "problem"),
    [
        (4, "  means: x\n  means: y", "line 5: “means” stands twice"),
        (4, "# nothing", "line 3: “Contact centre” has no “means:”."),
        (4, "  means:", "line 4: “means” is empty."),
        (4, "\tmeans: A tab.", "line 4: there is a tab"),
        (4, "   means: Three spaces.", "line 4: a field is two spaces"),
        (4, "means: No indent.", "line 4: “means: No indent.” follows a term directly."),
        (4, "  meaning: A wrong word.", "line 4: “meaning” is no field."),
        (5, "  also: Kiosk", "line 5: “Kiosk” is the label of the term in line 13"),
        (5, "  also: booth; Booth", "line 5: “Booth” stands twice"),
        (5, "  also: Contact Centre", "line 5: “Contact Centre” is the label of the term in line 3"),
        (7, "  broader: Contacts", "line 7: there is no term “Contacts”."),
        (7, "  broader: Customer contacts", "line 7: there is no term “Customer contacts”. Did you mean “Customer contact”?"),
        (7, "  broader: call centre", "line 7: there is no term “call centre”. It is another name of “Contact centre”"),
        (7, "  broader: Contact centre", "line 7: “Contact centre” names itself."),
        (8, "  related: Kiosk; kiosk", "line 8: “kiosk” stands twice."),
        (8, "  related: Customer contact", "line 8: “Contact centre” already belongs under “Customer contact”"),
        (10, "contact  CENTRE", "line 10: “contact CENTRE” is already the term in line 3."),
        (
            11,
            "  means: All of it.\n  broader: Kiosk; Contact centre",
            "circle: Contact centre → Customer contact → Contact centre.",
        ),
        (13, " Kiosk", "line 13: a term begins at the left edge"),
        (13, "Ki;osk", "line 13: “Ki;osk” has a semicolon"),
        (13, "K" * 121, "longer than 120 characters"),
        (
            14,
            "  means: A screen.\n  hidden: contact hub",
            "line 15: “contact hub” is already another name of “Contact centre” (line 3).",
        ),
    ],
)
def test_every_problem_is_named_with_its_line(line, instead, problem):
    lines = GOOD.splitlines()
    lines[line - 1] = instead

    told = problems("\n".join(lines))

    assert any(problem in text for text in told), told


def test_more_than_two_broader_terms_are_a_problem():
    text = "A1\n  means: x\n\nB1\n  means: x\n\nC1\n  means: x\n\nD1\n  means: x\n  broader: A1; B1; C1\n"

    assert problems(text) == ["line 12: “D1” has 3 broader terms. Two are the most."]


def test_all_problems_are_told_at_once_in_the_order_of_their_lines():
    text = "One\n  also: Two\n\nTwo\n  means: x\n  broader: Three\n"

    assert [problem.line for problem in read(text).problems] == [1, 2, 6]


def test_a_circle_is_told_once():
    text = "A1\n  means: x\n  broader: B1\n\nB1\n  means: x\n  broader: C1\n\nC1\n  means: x\n  broader: A1\n"

    assert problems(text) == ["line 3: broader terms go round in a circle: A1 → B1 → C1 → A1."]


def test_ancestors_are_all_the_way_up():
    broader = {1: [2, 3], 2: [4], 3: [4], 4: [5]}

    assert ancestors(1, broader) == {2, 3, 4, 5}
    assert loop_through(1, broader) == []
    assert loop_through(1, {1: [1]}) == [1, 1]
