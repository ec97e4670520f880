"""`manage.py grant_role EMAIL administrator`: how a new hub gets its first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.accounts.models import User, normalise_email
from hub.members import actions
from hub.members.models import Office, Role
from hub.members.refusals import Refusal


class Command(BaseCommand):
    help = "Make somebody who has an account an editor, facilitator or administrator, or end it with --end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=[role.value for role in Office.OFFICES])
        parser.add_argument("--end", action="store_true", help="end the role instead")

    def handle(self, *args: Any, **options: Any) -> None:
        email, role = normalise_email(options["email"]), Role(options["role"])
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}. Let them sign up first.")
        if options["end"]:
            try:
                actions.end_office(user=user, role=role, now=timezone.now())
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"{email} is no longer {role.label.lower()}.")
        else:
            actions.grant_office(user=user, role=role, by=None, now=timezone.now())
            self.stdout.write(f"{email} is now {role.label.lower()}.")
