"""`manage.py import_questions FILE`: what was asked and answered elsewhere, with its dates and its authors."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from forum import actions
from forum.import_file import ANSWER, COMMENT, QUESTION, ImportProblems, quoted, read
from forum.import_plan import Plan, plan


class Command(BaseCommand):
    help = "Bring in questions, answers and comments from a CSV file (docs/how-to/import-questions.md). A second run adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
        parser.add_argument("--update", action="store_true", help="also change what the file says otherwise than last time")
        parser.add_argument("--source", default="import", help="where it comes from, if from several places (default: import)")

    def handle(self, *args: Any, **options: Any) -> None:
        file, now = options["file"], timezone.now()
        if not 0 < len(options["source"]) <= 40:
            raise CommandError("Name the source in 1 to 40 characters.")
        try:
            planned = plan(read(file.read_bytes(), now), options["source"])
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except ImportProblems as problems:
            raise CommandError(f"{file} cannot be imported; nothing was written.\n{problems}") from problems
        self._show(planned, update=options["update"])
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
            return
        try:
            actions.bring_in(plan=planned, update=options["update"], by=None, now=now)
        except actions.Overtaken:
            raise CommandError("Something changed on the hub meanwhile, so nothing was written. Run it again.") from None
        self.stdout.write("Written." if planned.new or (planned.changed and options["update"]) else "Nothing to write.")

    def _show(self, planned: Plan, *, update: bool) -> None:
        for changed, _ in planned.changed:
            words = changed.row.title or changed.row.body
            self.stdout.write(f"~ line {changed.row.line}, {changed.row.kind} {quoted(changed.row.key)}: {quoted(words)}")
        new = ", ".join(f"{planned.counted(kind)} {kind}s" for kind in (QUESTION, ANSWER, COMMENT))
        self.stdout.write(f"New: {new}. As they were: {planned.unchanged}. Changed in the file: {len(planned.changed)}.")
        if planned.changed and not update:
            self.stdout.write("What has changed in the file is left as it is on the hub; --update changes it.")
        members = sum(one.author is not None for one in planned.new)
        self.stdout.write(f"Of the new ones, {members} are by members, and {planned.claimable} can be claimed by their address.")
