"""`manage.py checkmail [--received FILE.eml]`: is everything outside the hub as mail needs it?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hub.mail import set_up


class Command(BaseCommand):
    help = "Look at SPF, DMARC, the way back of reports, the rate and what waits; with a received copy at DKIM, Return-Path and the clock too."
    requires_system_checks = ()
    resolve: set_up.Resolver = staticmethod(set_up.from_dns)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--received", type=Path, help="a mail of the hub as it arrived somewhere else, saved with all its headers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(set_up.of_setup(self.resolve))
        lines += set_up.of_ledger(timezone.now())
        if options["received"]:
            try:
                raw = options["received"].read_bytes()
            except OSError as error:
                raise CommandError(f"{options['received']} cannot be read: {error}") from error
            lines += set_up.of_copy(raw, self.resolve)
        for line in lines:
            self.stdout.write(f"{'MEND' if line.mend else 'good'}  {line.what}: {line.found}")
            if line.mend:
                self.stdout.write(f"      {line.mend}")
        if any(line.mend for line in lines):
            raise CommandError("Something is to be mended.")
