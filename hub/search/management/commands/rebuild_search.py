"""`manage.py rebuild_search`: after an upgrade, a restored backup, or anything written past the models."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.search.engines.whoosh_store import Busy
from hub.search.rebuild import rebuild_all


class Command(BaseCommand):
    help = "Rebuild all search indexes beside those in use, and put them in their place."

    def handle(self, *args: Any, **options: Any) -> None:
        def report(audience: str, kind: str, number: int) -> None:
            if options["verbosity"]:
                self.stdout.write(f"{audience}: {number} {kind}")

        try:
            totals = rebuild_all(report)
        except Busy as busy:
            raise CommandError(f"The index “{busy}” is being written by another rebuild. Wait for it to end.") from busy
        if options["verbosity"]:
            counts = ", ".join(f"{audience} {total}" for audience, total in totals.items())
            self.stdout.write(self.style.SUCCESS(f"Rebuilt: {counts}"))
