"""`manage.py mail_test ADDRESS`: does our mail arrive?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hub.mail import actions, sender, transports
from hub.mail.models import Delivery, Lane
from hub.mail.recipients import Recipient
from hub.public_ids import new_public_id


class Command(BaseCommand):
    help = "Send one mail through the ledger and say what the mail server answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        message = actions.post(
            key=f"mail-test:{new_public_id()}",
            stream="mail-test",
            lane=Lane.SIGN_IN,
            subject=f"A test from {settings.WAGTAIL_SITE_NAME}",
            text=f"This mail was sent from {settings.SITE_URL} to see whether it arrives.\n",
            recipients=[Recipient(options["address"])],
            now=now,
        )
        transport = transports.from_settings()
        try:
            sender.drain(Lane.SIGN_IN, transport, now)
        finally:
            transport.close()
        delivery = message.deliveries.get()
        answer = f"{delivery.get_state_display()}. {delivery.smtp_code or ''} {delivery.smtp_text}".strip()
        if delivery.state != Delivery.State.ACCEPTED:
            raise CommandError(answer)
        self.stdout.write(answer)
