"""A sender to be killed: `python -m tests.hub.mail.drainer`, with its own database, told what to do on standard input.

`prepare N` lays the tables and posts to N people; `drain ISO-TIME` forks a child that drains at that time and says its
number. Forking spares each round the start of Django; the parent keeps no database connection.
"""

from __future__ import annotations

import datetime as dt
import os
import sys

import django


def prepare(count: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from hub.mail.models import Lane
    from hub.mail.recipients import Recipient
    from tests.factories.mail import post

    call_command("migrate", "mail", verbosity=0)
    recipients = [Recipient(f"reader{number}@council.example") for number in range(count)]
    post(lane=Lane.BULK, recipients=recipients, now=dt.datetime(2026, 5, 5, tzinfo=dt.UTC))
    connection.close()


def drain(moment: dt.datetime) -> None:
    from hub.mail import sender, transports
    from hub.mail.models import Lane

    sender.drain(Lane.BULK, transports.from_settings(), moment)


def main() -> None:
    django.setup()
    for line in sys.stdin:
        verb, argument = line.split()
        if verb == "prepare":
            prepare(int(argument))
            print("ready", flush=True)  # noqa: T201 - the test reads it
            continue
        child = os.fork()
        if not child:
            drain(dt.datetime.fromisoformat(argument))
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
