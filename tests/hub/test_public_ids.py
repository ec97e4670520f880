from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from hub.public_ids import ALPHABET, LENGTH, drawn_from, new_public_id


def test_ids_are_of_one_length_and_of_letters_that_can_be_read_out():
    assert all(len(new_public_id()) == LENGTH and set(new_public_id()) <= set(ALPHABET) for _ in range(100))


@given(st.integers())
def test_the_same_source_draws_the_same_ids(seed):
    def draw():
        with drawn_from(random.Random(seed).choice):
            return [new_public_id() for _ in range(3)]

    assert draw() == draw()


def test_the_source_is_put_back():
    with drawn_from(lambda alphabet: "2"):
        assert new_public_id() == "2" * LENGTH

    assert new_public_id() != "2" * LENGTH
