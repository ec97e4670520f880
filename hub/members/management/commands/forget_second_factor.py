"""`manage.py forget_second_factor EMAIL`: for somebody locked out, once you are sure who is asking."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.accounts.models import User, normalise_email
from hub.members import actions


class Command(BaseCommand):
    help = "Remove the passkeys, the authenticator app and the recovery codes of somebody who has lost them, and sign them out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        email = normalise_email(options["email"])
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        if actions.forget_second_factor(user=user, by=None, now=timezone.now()):
            self.stdout.write(
                f"{email} can sign in without a second step now, and has to set up a new one before a role counts again."
            )
        else:
            self.stdout.write(f"{email} had no second step.")
