"""Short random ids that may leave the database; autoincrement keys may not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models

# No vowels, so no words; no l, 0 or 1, so that an id can be read out over the phone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH = 10

Source = Callable[[str], str]
_choose: Source = secrets.choice


def new_public_id() -> str:
    """Ten characters of a 28-letter alphabet: 48 bits, unguessable at our sizes."""
    return "".join(_choose(ALPHABET) for _ in range(LENGTH))


@contextmanager
def drawn_from(choose: Source) -> Iterator[None]:
    """Draw ids from `choose` meanwhile, so that seeds and tests are repeatable."""
    global _choose
    before, _choose = _choose, choose
    try:
        yield
    finally:
        _choose = before


class PublicIdField(models.CharField):
    """The id that addresses, forms and feeds carry instead of the primary key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults = {"max_length": LENGTH, "unique": True, "default": new_public_id, "editable": False}
        super().__init__(*args, **{**defaults, **kwargs})
