"""`manage.py copy_data EMAIL FILE`: for somebody who asked for their data and cannot sign in to take it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.accounts.models import User
from hub.members.data_copy import write_copy


class Command(BaseCommand):
    help = "Write everything the hub holds about somebody into a zip file. Make sure first who is asking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"Nobody has the address {options['email']}.") from None
        try:
            with options["file"].open("xb") as file:
                options["file"].chmod(0o600)
                write_copy(user, file, timezone.now())
        except FileExistsError:
            raise CommandError(f"{options['file']} is there already. Name another file.") from None
        self.stdout.write(f"Written to {options['file']}. Send it to the address of the account only, and delete it here.")
