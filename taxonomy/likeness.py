"""How alike two names are: for showing somebody who proposes a term the ones we may have already."""

from __future__ import annotations

from functools import lru_cache

from whoosh.lang.porter import stem

from taxonomy.labels import sort_key

ENOUGH = 0.45  # "customer portal" and "customers' portals" have 1, "case management" and "case manager" 0.5
_SAME_WORDS = 0.95


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(stem(word))


def _words(key: str) -> frozenset[str]:
    return frozenset(map(_stem, key.split()))


def _trigrams(key: str) -> frozenset[str]:
    padded = f"  {key} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


class Likeness:
    """To one text. Made once, asked of each of thousands of names."""

    def __init__(self, text: str) -> None:
        self._key = sort_key(text)
        self._words = _words(self._key)
        self._trigrams = _trigrams(self._key)

    def to(self, key: str) -> float:
        """Of a name's sort key; 1 is the same but for capitals, accents and punctuation, 0.95 the same but for endings and
        order, less is the share of trigrams they have in common, or of words where one holds the other whole."""
        if not self._key or not key:
            return 0.0
        if key == self._key:
            return 1.0
        # Cheap first: most names have hardly a trigram in common.
        padded = f"  {key} "
        common = sum(trigram in padded for trigram in self._trigrams)
        if common * 5 < len(self._trigrams):
            return 0.0
        words = _words(key)
        if words == self._words:
            return _SAME_WORDS
        shared = len(words & self._words) / len(words | self._words)
        return max(common / (len(self._trigrams) + len(padded) - 2 - common), shared * 0.9)
