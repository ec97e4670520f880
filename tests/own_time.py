"""How long something takes, on machines that others use too: a neighbour slows a process twofold, and never speeds it up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

PATIENCE = 60.0  # seconds of the clock after which what takes too long is what it seems
PAUSE = 0.2  # seconds between rounds that were disturbed


def spent(work: Callable[[], object]) -> float:
    """Seconds of this process's own time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def least_spent(work: Callable[[], object], below: float) -> float:
    """The least that it took in any round, the first that takes less than `below` seconds being the last."""
    return least_of_each([work], lambda least: least[0] < below)[0]


def least_of_each(works: Sequence[Callable[[], object]], holds: Callable[[list[float]], bool]) -> list[float]:
    """The least seconds of each, measured in turns until what is expected of them holds."""
    least = [float("inf")] * len(works)
    given_up = time.monotonic() + PATIENCE
    while True:
        least = [min(before, spent(work)) for before, work in zip(least, works, strict=True)]
        if holds(least) or time.monotonic() > given_up:
            return least
        time.sleep(PAUSE)


def grows_at_most(times: float, least: Sequence[float], too_short_to_compare: float) -> bool:
    """Each takes at most so many times as long as the one before it; below `too_short_to_compare` the clock is what is measured."""
    seconds = [max(one, too_short_to_compare) for one in least]
    return all(longer <= times * shorter for shorter, longer in pairwise(seconds))
