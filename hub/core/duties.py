"""What the worker does over and over: each app registers its duties in its AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    """`run` does what is due and returns how much it did; it is called again at once while that is not nothing."""

    name: str
    every: float  # seconds between two looks when there is nothing to do
    run: Callable[[], int]


_duties: dict[str, Duty] = {}


def register(name: str, *, every: float, run: Callable[[], int]) -> None:
    if name in _duties and _duties[name].run is not run:
        raise ValueError(f"Two duties are called {name!r}.")
    _duties[name] = Duty(name, every, run)


def all_duties() -> list[Duty]:
    return list(_duties.values())
