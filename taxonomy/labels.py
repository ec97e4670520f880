"""What follows from a label's text: where it stands, what it equals, which address it gets."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Container
from itertools import count

from django.utils.text import slugify

DIGITS = "0-9"
MAX_LENGTH = 120
# Addresses below /a-z/ that are no term's.
RESERVED_SLUGS = frozenset(
    {
        *string.ascii_lowercase,
        DIGITS,
        "tree",
        "proposals",
        "all",
        "changes",
        "feedback",
        "propose",
        "suggest",
        "following",
        "data",
        "download",
        "releases",
        "rest",
    }
)
_ARTICLE = re.compile(r"^[^a-z0-9]*(the|an|a)\s+(?=\S)")


def sort_key(text: str) -> str:
    """Where a label stands in the A-Z: without accents, case, punctuation or a leading article."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    # Before hyphens go: "A-Z" begins with no article.
    words = re.sub("['\u2019.]", "", _ARTICLE.sub("", plain, count=1))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", words).split())[:200].strip()


def letter_of(text: str) -> str:
    """The A-Z letter a label stands under; everything that begins with no letter is under 0-9."""
    key = sort_key(text)
    return key[0] if key and key[0].isalpha() else DIGITS


def name_key(text: str) -> str:
    """Two names with the same key are one name: capitals and doubled spaces make no difference, hyphens do."""
    return " ".join(text.casefold().split())


def slug_for(label: str, taken: Container[str]) -> str:
    """A free address made from a label; one that the A-Z needs itself gets a word more."""
    base = slugify(label)[:110].strip("-") or "term"
    base = f"{base}-term" if base in RESERVED_SLUGS else base
    return base if base not in taken else next(slug for n in count(2) if (slug := f"{base}-{n}") not in taken)
