"""Any text of the longest length renders within a second, and twice as much hostile text takes at most three times as long."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from hub.core.markdown import MAX_LENGTH, render
from tests.hub.core.hostile_markdown import FAMILIES, MIXTURES, text

MOST_SECONDS = 1.0
MOST_GROWTH = 3.0
TOO_SHORT_TO_COMPARE = 0.010  # seconds: below this the clock and the garbage collector are what is measured
MOST_OUTPUT = 40  # characters of HTML for one of Markdown
MOST_ROUNDS = 8
PATIENCE = (
    60.0  # seconds of the clock: a neighbour on a shared machine slows a text twofold for as long as it works, never speeds one up
)
PAUSE = 0.2  # seconds between rounds that were disturbed


@pytest.fixture(autouse=True)
def nothing_of_others_is_collected() -> Iterator[None]:
    """What hundreds of tests have left in memory is no part of a text's cost, and going through it takes 0.1 s."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def spent(source: str) -> float:
    """Seconds of this process's own time."""
    begun = time.process_time()
    render(source)
    return time.process_time() - begun


def least_spent(sources: list[str]) -> list[float]:
    """The least that each of the texts took, each twice as long as the one before: measured until the rule holds or patience ends."""
    least = [float("inf")] * len(sources)
    given_up = time.monotonic() + PATIENCE
    while True:
        least = [min(before, max(spent(source), TOO_SHORT_TO_COMPARE)) for before, source in zip(least, sources, strict=True)]
        if least[-1] < MOST_SECONDS and all(longer <= MOST_GROWTH * shorter for shorter, longer in pairwise(least)):
            return least
        if time.monotonic() > given_up:
            return least
        time.sleep(PAUSE)


def test_there_are_enough_of_them():
    assert len(FAMILIES) >= 100
    assert all(len(text(family, MAX_LENGTH)) > MAX_LENGTH * 0.7 for family in FAMILIES)


def test_a_tenth_of_the_length_is_done_in_a_fraction_of_the_time():
    def takes_long(family: str) -> bool:
        source = text(family, MAX_LENGTH // 10)
        return all(spent(source) > MOST_SECONDS / 3 for _ in range(MOST_ROUNDS))  # the best of a busy machine

    assert not [family for family in FAMILIES if takes_long(family)]


@pytest.mark.skipif(not os.environ.get("HUB_PROOFS"), reason="takes a minute of work: make proofs-markdown")
@pytest.mark.parametrize("family", FAMILIES)
def test_the_longest_hostile_text_is_done_within_a_second_and_doubling_it_at_most_trebles_the_time(family):
    sources = [text(family, MAX_LENGTH // part) for part in (4, 2, 1)]

    quarter, half, whole = least_spent(sources)

    assert whole < MOST_SECONDS
    assert half <= MOST_GROWTH * quarter
    assert whole <= MOST_GROWTH * half
    assert len(render(sources[-1])) < MOST_OUTPUT * MAX_LENGTH


@pytest.mark.skipif(not os.environ.get("HUB_PROOFS"), reason="takes a minute of work: make proofs-markdown")
@pytest.mark.parametrize("family", [*FAMILIES, *MIXTURES])
def test_what_is_written_twice_takes_at_most_three_times_as_long_and_no_longer_than_a_second(family):
    once = text(family, MAX_LENGTH // 2)

    half, whole = least_spent([once, once * 2])

    assert whole < MOST_SECONDS
    assert whole <= MOST_GROWTH * half
