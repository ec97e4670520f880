"""`manage.py import_scheme taxonomy/starter/council-crm.txt --slug council-crm --title "CRM practice"`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from taxonomy import actions
from taxonomy.actions import importing
from taxonomy.skos.formats import decoded, unpacked
from taxonomy.skos.parsing import Unreadable
from taxonomy.skos.plan import Plan, Wanted
from taxonomy.skos.vocabulary import Problem as Fault
from taxonomy.term_list import Problem, Reading, is_term_list, read


class Command(BaseCommand):
    help = (
        "Load terms into the A-Z: the hub's own text format, or SKOS in Turtle, RDF/XML, JSON-LD or N-Triples, CSV, XLSX,"
        " indented text. A term the file names becomes what the file says; others stay, none is deleted."
        " With a problem in the file, prints each with its place and writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what it is written in is seen from what is in it")
        parser.add_argument("--slug", "--scheme", required=True, help="the scheme's short name, such as council-crm")
        parser.add_argument("--title", default="", help="the scheme's title, such as “CRM practice”; a new one may take the file's")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
        parser.add_argument("--base", default="", help="what relative addresses in the file are relative to")
        parser.add_argument("--replace", action="store_true", help="also take away what the file no longer says of its terms")
        parser.add_argument("--as-candidates", action="store_true", help="new terms wait to be published one by one")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"Could not read {options['file']}: {error}") from error
        try:
            data = unpacked(data)
            text = "" if data.startswith(b"PK") else decoded(data)
        except Unreadable as error:
            raise CommandError(f"Could not read {options['file']}: {error}") from error
        if is_term_list(text):
            self._load_list(read(text), options)
        else:
            self._import(data, options)

    def _load_list(self, reading: Reading, options: dict[str, Any]) -> None:
        if not options["title"]:
            raise CommandError("Say what the scheme is called: --title “CRM practice”.")
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
        except actions.HierarchyTaken as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        for line in changes.lines:
            self.stdout.write(line)
        self.stdout.write(f"{changes.added} added, {changes.changed} changed, {changes.unchanged} unchanged.")

    def _import(self, data: bytes, options: dict[str, Any]) -> None:
        wanted = Wanted(options["slug"], options["title"], options["replace"], options["as_candidates"])
        try:
            plan = importing.import_file(
                data=data,
                name=options["file"].name,
                wanted=wanted,
                by=None,
                now=timezone.now(),
                base=options["base"],
                dry_run=options["dry_run"],
            )
        except (Unreadable, actions.Refused) as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        if plan.refused:
            raise CommandError(_told([fault for fault in plan.vocabulary.problems if fault.stops]))
        self._tell(plan)

    def _tell(self, plan: Plan) -> None:
        for fault in plan.vocabulary.problems:
            self.stdout.write(f"Note: {fault}")
        for uri, concept in plan.new.items():
            self.stdout.write(f"{concept.label}: added ({uri})")
        for uri, lines in plan.changes.items():
            self.stdout.write(f"{plan.kept[uri].label}: {'; '.join(lines)}")
        for line in (*plan.group_lines, *plan.moves):
            self.stdout.write(str(line))
        for uri, count in plan.vocabulary.not_carried.most_common():
            self.stdout.write(f"Not carried: {count} statement{'s' if count > 1 else ''} of {uri}")
        self.stdout.write(f"{len(plan.new)} added, {len(plan.changes)} changed, {plan.unchanged} unchanged.")


def _told(problems: list[Problem] | list[Fault]) -> str:
    return "\n".join([*map(str, problems), "Nothing was loaded."])
