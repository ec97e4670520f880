"""A sender to be killed: `python -m tests.hub.mail.drainer`, with its own database, told what to do on standard input.

`prepare N` lays the tables and posts to N people; `drain ISO-TIME CONNECTIONS` forks a child that drains at that time and says
its number; `states` says how far everybody has got. Forking spares each round the start of Django; the parent keeps no
database connection.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import threading

import django

INTERRUPTS = {signal.SIGINT, signal.SIGTERM}


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


def drain(moment: dt.datetime, connections: int) -> None:
    from hub.mail import sender, transports
    from hub.mail.models import Lane

    def send() -> None:
        sender.drain(Lane.BULK, transports.from_settings(), moment)

    threads = [threading.Thread(target=send) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def states() -> dict[str, str]:
    from django.db import connection

    from hub.mail import queries
    from hub.mail.models import Delivery, Message

    assert queries.is_balanced(Message.objects.get())
    found = dict(Delivery.objects.values_list("address", "state"))
    connection.close()
    return found


def fork(moment: str, connections: str) -> None:
    # An interrupt in the middle of what Python does after a fork is swallowed there, with the lock of all logging held for good.
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    child = os.fork()
    if not child:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)
            drain(dt.datetime.fromisoformat(moment), int(connections))
        finally:
            os._exit(0)  # an interrupt ends it at once: no thread goes on, nothing is tidied up
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)
    print(child, flush=True)  # noqa: T201 - the test reads it
    os.waitpid(child, 0)
    print("ended", flush=True)  # noqa: T201


def main() -> None:
    django.setup()
    for line in sys.stdin:
        verb, *arguments = line.split()
        if verb == "prepare":
            prepare(int(arguments[0]))
            print("ready", flush=True)  # noqa: T201
        elif verb == "states":
            print(json.dumps(states()), flush=True)  # noqa: T201
        else:
            fork(*arguments)


if __name__ == "__main__":
    main()
