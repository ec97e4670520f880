"""The words people agree to when they join. A change of words is a new version at the end; the old ones stay, to show who agreed to what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    version: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the exact text, in hexadecimal: kept with each consent, so that nobody need trust the version's name."""
        return hashlib.sha256(self.text.encode()).hexdigest()


WORDINGS = (
    Wording(
        "2026-05",
        "When you press the button you agree to the community rules. The privacy page says what we keep about you, for how long, "
        "and what you can ask of us.",
    ),
)
CURRENT = WORDINGS[-1]


def wording_of(version: str) -> Wording | None:
    return next((wording for wording in WORDINGS if wording.version == version), None)
