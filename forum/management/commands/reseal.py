"""`manage.py reseal`, after a new key has been put in front of HUB_SEAL_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forum import actions, sealing


class Command(BaseCommand):
    help = "Seal every name again with the first of HUB_SEAL_KEYS, so that the others can be taken out."

    def handle(self, *args: Any, **options: Any) -> None:
        if not sealing.is_on():
            raise CommandError("HUB_SEAL_KEYS is empty: there is no key to seal with.")
        try:
            number = actions.reseal()
        except sealing.Unreadable as error:
            raise CommandError(
                f"Post {error} was sealed with a key that is not in HUB_SEAL_KEYS. Nothing was changed: put that key back first."
            ) from error
        self.stdout.write(f"{number} sealed names are under the first key now. The other keys can go.")
