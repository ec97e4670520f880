"""`manage.py mail_stops ADDRESS [--lift]`: why nothing goes to an address, and let it go again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hub.mail import actions, queries
from hub.mail.models import Suppression
from hub.mail.recipients import mailbox

# What only they themselves take back, by signing up again.
THEIRS = (Suppression.Reason.COMPLAINT, Suppression.Reason.ERASURE, Suppression.Reason.ASKED)


class Command(BaseCommand):
    help = "Say why mail to an address is stopped; with --lift let it go again, once the mailbox is known to be there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("--lift", action="store_true", help="write to it again")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        if mailbox(address) is None:
            raise CommandError(f"{address} is no email address.")
        stopped = queries.suppression_of(address)
        if stopped is None:
            self.stdout.write(f"Mail to {address} is not stopped.")
        else:
            self.stdout.write(
                f"Mail to {address} has been stopped since {_day(stopped.created_at)}: {stopped.get_reason_display()}."
            )
        for left in queries.streams_left_by(address):
            said = f"{left.get_cause_display()}, {_day(left.created_at)}"
            self.stdout.write(f"Nothing of “{left.stream}” goes there ({said}). They take that back themselves.")
        if stopped is not None and options["lift"]:
            self._lift(address, stopped)

    def _lift(self, address: str, stopped: Suppression) -> None:
        if stopped.reason in THEIRS:
            raise CommandError("That was their own wish: they take it back themselves, by signing up again.")
        actions.lift_suppression(address)
        self.stdout.write("Lifted: we write to it again. Whoever was taken off the bulletin signs up anew.")


def _day(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"
