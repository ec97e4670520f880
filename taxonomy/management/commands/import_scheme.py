"""`manage.py import_scheme taxonomy/starter/council-crm.txt --slug council-crm --title "CRM practice"`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from taxonomy import actions
from taxonomy.term_list import Problem, read


class Command(BaseCommand):
    help = (
        "Load a text file of terms into the A-Z. A term the file names becomes what the file says; others stay, none is deleted."
        " With a problem in the file, prints each with its line and writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="UTF-8 text; taxonomy/starter/council-crm.txt explains the format")
        parser.add_argument("--slug", required=True, help="the scheme's short name, such as council-crm")
        parser.add_argument("--title", required=True, help="the scheme's title, such as “CRM practice”")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Could not read {options['file']} as UTF-8 text: {error}") from error
        reading = read(text)
        if reading.problems:
            raise CommandError(_told(reading.problems))
        try:
            changes = actions.load_scheme(
                slug=options["slug"],
                title=options["title"],
                parsed=reading.terms,
                by=None,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except actions.NamesTaken as error:
            raise CommandError(_told(error.problems)) from error
        for line in changes.lines:
            self.stdout.write(line)
        self.stdout.write(f"{changes.added} added, {changes.changed} changed, {changes.unchanged} unchanged.")


def _told(problems: list[Problem]) -> str:
    return "\n".join([*map(str, problems), "Nothing was loaded."])
