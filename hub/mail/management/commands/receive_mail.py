"""`manage.py receive_mail ADDRESS < mail`: what a mail server pipes in. It is kept by the server until we say 0."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from hub.mail import inbound

TRY_AGAIN_LATER = 75  # EX_TEMPFAIL: Postfix and its kin keep the mail and come back
LARGEST = 30_000_000


class Command(BaseCommand):
    help = "Read one mail from standard input that came for ADDRESS, such as a delivery report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the address it was delivered to, with the part after the +")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST)
        try:
            outcome = inbound.receive(raw, options["address"], timezone.now())
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer: {error}")
            sys.exit(TRY_AGAIN_LATER)
        self.stdout.write(outcome)
