"""`manage.py import_domains FILE`: the councils' mail domains, read again as often as the list changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hub.organisations import actions
from hub.organisations.domain_list import DomainComparison, compare, parse
from hub.organisations.register import RegisterProblems


class Command(BaseCommand):
    help = "Read a list of councils' mail domains (CSV) and add those that are missing. None is removed unless asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="columns domain and local-authority-code; docs/how-to says more")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
        parser.add_argument("--remove-missing", action="store_true", help="remove the domains that the file does not have")

    def handle(self, *args: Any, **options: Any) -> None:
        comparison = self._compare(options["file"])
        remove = options["remove_missing"]
        self._show(comparison, remove=remove)
        is_change = bool(comparison.added or (remove and comparison.unlisted))
        if not is_change:
            self.stdout.write("Nothing to change.")
        elif options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
        else:
            actions.import_mail_domains(comparison=comparison, remove_unlisted=remove, by=None, now=timezone.now())
            self.stdout.write("Written.")

    def _compare(self, file: Path) -> DomainComparison:
        try:
            return compare(parse(file.read_bytes()))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except RegisterProblems as problems:
            raise CommandError(f"{file} cannot be imported; nothing was written.\n{problems}") from problems

    def _show(self, comparison: DomainComparison, *, remove: bool) -> None:
        for domain, code in comparison.added:
            self.stdout.write(f"+ {domain} {code}")
        for row in comparison.unlisted:
            self.stdout.write(f"{'-' if remove else '?'} {row.domain} {row.organisation} is not in the file")
        self.stdout.write(
            f"{len(comparison.added)} added, {comparison.unchanged_count} unchanged, {len(comparison.unlisted)} not in the file"
            f"{'' if remove or not comparison.unlisted else ' (they stay: --remove-missing removes them)'}."
        )
