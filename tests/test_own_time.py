"""The measure itself: what it must call slow, it calls slow."""

from __future__ import annotations

from functools import partial

import pytest

from tests import own_time
from tests.own_time import grows_at_most, least_of_each, least_spent


@pytest.fixture
def quick(monkeypatch):
    """A machine on which a step takes exactly a second, and nobody waits."""
    clock = [0.0]
    monkeypatch.setattr(own_time.time, "process_time", lambda: clock[0])
    monkeypatch.setattr(own_time.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(own_time.time, "sleep", lambda seconds: None)
    return lambda steps: clock.__setitem__(0, clock[0] + steps)


def test_what_is_always_slow_is_slow(quick):
    assert least_spent(partial(quick, 5), below=4) == 5


def test_what_is_slow_beside_a_neighbour_is_measured_again(quick):
    rounds = iter([9, 7, 3, 1])

    assert least_spent(lambda: quick(next(rounds)), below=4) == 3


def test_what_takes_four_times_as_long_when_doubled_never_passes(quick):
    def holds(least):
        return grows_at_most(3, least, too_short_to_compare=0.01)

    assert least_of_each([partial(quick, 1), partial(quick, 2), partial(quick, 4)], holds) == [1, 2, 4]
    assert not grows_at_most(3, least_of_each([partial(quick, 1), partial(quick, 2), partial(quick, 8)], holds), 0.01)
