"""Deterministic words: titles and paragraphs from the vocabulary of our own starter scheme."""

from __future__ import annotations

import random
import re
from pathlib import Path

_SOURCE = Path(__file__).resolve().parents[3] / "taxonomy" / "starter" / "council-crm.txt"
_WORDS = sorted(set(re.findall(r"[a-z]{3,}", _SOURCE.read_text("utf-8").lower())))


class Words:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def some(self, number: int) -> str:
        # Few words are common and many are rare, as in real text.
        return " ".join(_WORDS[int(len(_WORDS) * self.chance.random() ** 2.2)] for _ in range(number))

    def title(self) -> str:
        return self.some(self.chance.randint(4, 9)).capitalize()

    def paragraphs(self, number: int) -> str:
        return "\n\n".join(f"{self.some(60).capitalize()}." for _ in range(number))
