from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.wording import pieces
from tests.own_time import least_spent

TEXT = st.text(alphabet="ab \n.", max_size=60)


@settings(max_examples=50, deadline=None)
@given(before=TEXT, after=TEXT)
def test_both_wordings_can_be_read_from_the_pieces(before, after):
    found = pieces(before, after)

    assert "".join(piece.text for piece in found if piece.kind != "added") == before
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after


def test_one_word_that_changed_is_told_by_itself():
    told = [(piece.kind, piece.text) for piece in pieces("The light at number nine is out.", "The light at number ten is out.")]

    assert told == [("same", "The light at number "), ("removed", "nine"), ("added", "ten"), ("same", " is out.")]


@pytest.mark.parametrize("unit", ["a\n", "ab\nba\n", "a b ", "\n", "aabb\n" + "ab\n" * 3])
def test_the_longest_texts_are_compared_in_no_time(unit):
    text = unit * (30_000 // len(unit))

    assert least_spent(lambda: pieces(text, text[::-1]), below=2) < 2
