"""The front page and the information pages hold nothing about anybody."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {"home.HomePage": {"summary": "not"}, "home.InformationPage": dict.fromkeys(["summary", "body"], "not")}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing here is about a person."""
