"""`manage.py close_account EMAIL`: for somebody who asked to be forgotten and cannot sign in to do it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.accounts.models import User
from hub.core import personal_data
from hub.members import actions
from hub.members.actions.privacy import LastAdministrator


class Command(BaseCommand):
    help = "Close somebody's account for good: their name and addresses go, what they wrote stays. Make sure first who is asking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="do it; without this, only say what goes and what stays")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"Nobody has the address {options['email']}.") from None
        if not options["yes"]:
            for holding in personal_data.holdings(user):
                self.stdout.write(f"{holding.what}: {holding.afterwards}")
            self.stdout.write("Nothing has been closed. To close it for good, add --yes.")
            return
        try:
            actions.close_account(user=user, by=None, now=timezone.now())
        except LastAdministrator:
            raise CommandError("This is the only administrator. Make somebody else one first: manage.py grant_role.") from None
        self.stdout.write("Closed. One last mail tells them.")
