"""The demo has no table of its own."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS: dict[str, dict[str, str]] = {}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing to erase."""
