"""`manage.py import_authorities FILE`: the public register of councils, read again as often as it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hub.organisations import actions
from hub.organisations.comparison import Comparison, Difference, compare
from hub.organisations.register import Authority, RegisterProblems, parse


class Command(BaseCommand):
    help = "Read the public register of local authorities (CSV) and add or change what differs. Nothing is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="uk_local_authorities.csv; docs/how-to says where to get it")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        authorities = self._read(options["file"])
        comparison = compare(authorities)
        self._show(comparison)
        if comparison.is_change and not options["dry_run"]:
            actions.import_register(comparison=comparison, by=None, now=now)
        today = timezone.localdate(now)
        current = sum(authority.abolished_on is None or authority.abolished_on > today for authority in authorities)
        self.stdout.write(f"The register has {len(authorities)} rows: {current} current, {len(authorities) - current} abolished.")
        self.stdout.write(_outcome(comparison, dry_run=options["dry_run"]))

    def _read(self, file: Path) -> list[Authority]:
        try:
            return parse(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except RegisterProblems as problems:
            raise CommandError(f"{file} cannot be imported; nothing was written.\n{problems}") from problems

    def _show(self, comparison: Comparison) -> None:
        for difference in comparison.added:
            self.stdout.write(f"+ {difference.authority.code} {difference.authority.name}")
        for difference in comparison.changed:
            self._show_difference(difference)
        for succession in comparison.successions:
            sign = "~" if succession.event else "+"
            became = ", ".join(sorted(succession.successors))
            self.stdout.write(
                f"{sign} {succession.kind.label} on {succession.effective_on}: {', '.join(sorted(succession.predecessors))} became {became}"
            )
        for event, codes in comparison.withdrawn:
            self.stdout.write(f"- {', '.join(sorted(codes))} no longer belongs to: {event}")
        self.stdout.write(
            f"{len(comparison.added)} added, {len(comparison.changed)} changed, {comparison.unchanged_count} unchanged; "
            f"{len(comparison.successions)} changes of councils to record."
        )

    def _show_difference(self, difference: Difference) -> None:
        self.stdout.write(f"~ {difference.authority.code} {difference.authority.name}")
        for change in difference.fields:
            self.stdout.write(f"    {change.field}: {_shown(change.before)} -> {_shown(change.after)}")
        for name in difference.names:
            self.stdout.write(f"    also called: {name}")
        for scheme, value in difference.codes:
            self.stdout.write(f"    {scheme}: {value}")


def _shown(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)


def _outcome(comparison: Comparison, *, dry_run: bool) -> str:
    if not comparison.is_change:
        return "Nothing to change."
    return "Dry run: nothing was written." if dry_run else "Written."
