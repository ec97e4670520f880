"""Any text of the longest length renders within a second, and twice as much hostile text takes at most three times as long."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import partial

import pytest

from hub.core.markdown import MAX_LENGTH, render
from tests.hub.core.hostile_markdown import FAMILIES, MIXTURES, text
from tests.own_time import grows_at_most, least_of_each, least_spent

MOST_SECONDS = 1.0
MOST_GROWTH = 3.0
TOO_SHORT_TO_COMPARE = 0.010  # seconds: below this the clock and the garbage collector are what is measured
MOST_OUTPUT = 40  # characters of HTML for one of Markdown


@pytest.fixture(autouse=True)
def nothing_of_others_is_collected() -> Iterator[None]:
    """What hundreds of tests have left in memory is no part of a text's cost, and going through it takes 0.1 s."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def rendering(sources: list[str]) -> list[float]:
    """The least seconds each of them takes, each being twice as long as the one before."""

    def holds(least: list[float]) -> bool:
        return least[-1] < MOST_SECONDS and grows_at_most(MOST_GROWTH, least, TOO_SHORT_TO_COMPARE)

    return least_of_each([partial(render, source) for source in sources], holds)


def test_there_are_enough_of_them():
    assert len(FAMILIES) >= 100
    assert all(len(text(family, MAX_LENGTH)) > MAX_LENGTH * 0.7 for family in FAMILIES)


def test_a_tenth_of_the_length_is_done_in_a_fraction_of_the_time():
    enough = MOST_SECONDS / 3
    tenths = {family: partial(render, text(family, MAX_LENGTH // 10)) for family in FAMILIES}

    assert not [family for family, work in tenths.items() if least_spent(work, below=enough) > enough]


@pytest.mark.skipif(not os.environ.get("HUB_PROOFS"), reason="takes a minute of work: make proofs-markdown")
@pytest.mark.parametrize("family", FAMILIES)
def test_the_longest_hostile_text_is_done_within_a_second_and_doubling_it_at_most_trebles_the_time(family):
    sources = [text(family, MAX_LENGTH // part) for part in (4, 2, 1)]

    least = rendering(sources)

    assert least[-1] < MOST_SECONDS
    assert grows_at_most(MOST_GROWTH, least, TOO_SHORT_TO_COMPARE), least
    assert len(render(sources[-1])) < MOST_OUTPUT * MAX_LENGTH


@pytest.mark.skipif(not os.environ.get("HUB_PROOFS"), reason="takes a minute of work: make proofs-markdown")
@pytest.mark.parametrize("family", [*FAMILIES, *MIXTURES])
def test_what_is_written_twice_takes_at_most_three_times_as_long_and_no_longer_than_a_second(family):
    once = text(family, MAX_LENGTH // 2)

    least = rendering([once, once * 2])

    assert least[-1] < MOST_SECONDS
    assert grows_at_most(MOST_GROWTH, least, TOO_SHORT_TO_COMPARE), least
