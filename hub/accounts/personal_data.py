"""What an account holds about its person."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {
    "accounts.User": {
        "id": "not",
        "password": "personal",
        "last_login": "personal",
        "is_superuser": "not",
        "public_id": "personal",
        "email": "personal",
        "first_name": "personal",
        "last_name": "personal",
        "is_active": "personal",
        "joined_at": "personal",
    },
}


def export(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "joined_at": user.joined_at.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
    }


def erase(user: User) -> None:
    """The row stays, so that what was written stays; nothing in it leads to the person."""
    user.email = f"erased-{user.public_id}@erased.localhost"
    user.first_name, user.last_name = "", ""
    user.is_active = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
