"""Whether people can ask without their name."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from forum import sealing


@register()
def seal_keys_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not sealing.is_on():
        return [
            Warning(
                "HUB_SEAL_KEYS is empty, so nobody can ask or answer without their name.",
                hint="`python manage.py make_seal_key` prints a key. Keep it apart from the backups of the database.",
                id="forum.W001",
            )
        ]
    return [
        Error(f"Key {number} of HUB_SEAL_KEYS is no key.", hint="`python manage.py make_seal_key` prints one.", id="forum.E001")
        for number, key in enumerate(settings.HUB_SEAL_KEYS, start=1)
        if not _is_key(key)
    ]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
