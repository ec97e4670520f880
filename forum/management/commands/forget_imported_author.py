"""`manage.py forget_imported_author EMAIL`: for somebody who never joined and wants their name off what was brought in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from forum import actions


class Command(BaseCommand):
    help = "Take the name off every imported post written under an address that nobody has claimed. The posts stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        number = actions.forget_imported_author(addresses=[options["email"]])
        self.stdout.write(f"{number} posts have lost their name." if number else "No imported post waits for that address.")
