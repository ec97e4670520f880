"""How big a full hub is (DESIGN section 9), and the same at some per cent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    members: int = 5_000
    councils: int = 400
    products: int = 300
    installations: int = 6_000
    projects: int = 800
    pages: int = 2_000
    questions: int = 20_000
    answers: int = 60_000
    concepts: int = 5_000

    def at(self, per_cent: float) -> Size:
        return Size(**{name: max(3, round(number * per_cent / 100)) for name, number in vars(self).items()})
