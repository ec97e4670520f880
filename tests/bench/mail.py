"""How fast the ledger hands over, beside a client in C and beside a plain loop: `python -m tests.bench.mail`.

All in one run over the loopback, in turn, the medians printed: Postfix's `smtp-source` keeping one connection open (the
ceiling); the full ledger over one connection, two and four; the same where commits need not wait for the disk, which no hub does;
a loop that opens a connection and renders the bulletin's own templates for each mail. All carry the same issue, written as
`hub.bulletin` writes it. Every one sends to a `smtp-sink`, which throws away what it gets; install Debian's `postfix` for the two,
or name the folder that holds them in POSTFIX_BIN. DATABASE_URL chooses the database; without it SQLite. `--profile` says where the
time of the ledger goes.

`--memory` lets one process freeze and send to 500 and then to 50,000, and prints the most memory it held each time; `--locks` what one
transaction of a bulletin to 50,000 takes at most: on SQLite nobody else writes meanwhile, and under five seconds are wanted.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import get_runner  # noqa: E402
from django.utils import timezone  # noqa: E402

from hub.bulletin import writing  # noqa: E402
from hub.bulletin.models import ALL_SECTIONS, BulletinIssue  # noqa: E402
from hub.core.markdown import render  # noqa: E402
from hub.mail import actions, kinds, queries, sender  # noqa: E402
from hub.mail.models import Lane, Message  # noqa: E402
from hub.mail.recipients import Recipient  # noqa: E402
from hub.mail.transports import Accepted, SMTPTransport  # noqa: E402

LONGEST_LOCK = 5.0  # seconds
SHARE_OF_CEILING, TIMES_THE_LOOP = 0.20, 7
CEILING, LOOP = "C client, one connection", "loop with a connection and a rendering each"
NO_DISK = "ledger, 1 connection, commits not waited for"
STREAM = "bench"
ITEMS = 20  # a full fortnight
OPENING = "Hello, all.\n\nWhat other councils found out when they replaced their customer records, mistakes included.\n\nLynn"
FIELDS = ("preferences_url", "unsubscribe_url")
_runs = count()


def binary(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("POSTFIX_BIN", ""), os.environ["PATH"], "/usr/sbin"]))
    if found is None:
        sys.exit(f"There is no {name}: install Debian's postfix, or say where it is in POSTFIX_BIN.")
    return found


@contextmanager
def sink() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["-u", "root"] if os.geteuid() == 0 else []
    process = subprocess.Popen([binary("smtp-sink"), *user, f"127.0.0.1:{port}", "100"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def issue() -> writing.Mail:
    """Rendered anew each time, by the bulletin's own templates."""
    entries = [
        writing.Entry(
            public_id=str(place),
            section=ALL_SECTIONS[place % len(ALL_SECTIONS)],
            title=f"Item {place}: what a district council learned when it let people report a missed bin by themselves",
            url=f"/case-studies/item-{place}-what-a-district-council-learned/",
            kicker="Case study · Ambleford District Council, revised 4 May 2026",
            summary="Eleven systems became two, and the contact centre could see less than before for 51 weeks. " * 2,
            note="The part where it went badly is the part to read.",
        )
        for place in range(ITEMS)
    ]
    return writing.write(BulletinIssue(number=7, title="STEP bulletin 7", opening_html=render(OPENING)), writing.parts(entries))


def recipients(number: int) -> Iterator[Recipient]:
    for place in range(number):
        yield Recipient(
            f"reader{place}@council.example", {name: f"https://hub.example/bulletin/{name}/{place:020}/" for name in FIELDS}
        )


def prepared(number: int, *, freeze: bool = True, ramp: int | None = None) -> Message:
    mail = issue()
    message = actions.post_from_source(
        key=f"bench:{next(_runs)}:{number}",
        stream=STREAM,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        names=FIELDS,
        ramp=ramp,
        now=timezone.now(),
    )
    kinds.register(STREAM, recipients=lambda message: recipients(number))
    if freeze:
        actions.freeze(message=message, now=timezone.now())
    return message


def by_the_c_client(port: int, number: int) -> float:
    size = len(one_mail())
    started = time.perf_counter()
    command = [binary("smtp-source"), "-d", "-s", "1", "-m", str(number), "-l", str(size)]
    subprocess.run([*command, "-f", "hub@hub.example", "-t", "reader@council.example", f"127.0.0.1:{port}"], check=True)
    return number / (time.perf_counter() - started)


def one_mail() -> bytes:
    message = prepared(1)
    template = sender.mime.Template(data=bytes(message.template), subject=message.subject)
    (recipient,) = recipients(1)
    data = template.splice(to=recipient.address, message_id="a.b@hub.example", date=timezone.now(), fields=recipient.fields)
    actions.cancel(message, None, timezone.now())
    return data


def by_the_ledger(port: int, number: int, connections: int = 1, *, profile: bool = False) -> float:
    message = prepared(number)
    profiler = cProfile.Profile()

    def send() -> None:
        transport = SMTPTransport(host="127.0.0.1", port=port)
        sender.drain(Lane.BULK, transport, timezone.now())
        transport.close()
        if threading.current_thread() is not threading.main_thread():
            connection.close()

    started = time.perf_counter()
    if connections == 1:
        if profile:
            profiler.enable()
        send()
        profiler.disable()
    else:
        threads = [threading.Thread(target=send) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rate = number / (time.perf_counter() - started)
    assert queries.progress(message).accepted == number
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(14)
    return rate


def by_a_plain_loop(port: int, number: int) -> float:
    """As people write it first: for each one the mail is rendered, a connection opened, and nothing is written down."""
    started = time.perf_counter()
    for recipient in recipients(number):
        written = issue()
        text, html = (_filled(body, recipient) for body in (written.text, written.html))
        mail = EmailMultiAlternatives(written.subject, text, None, [recipient.address])
        mail.attach_alternative(html, "text/html")
        mail.connection = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port)
        mail.send()
    return number / (time.perf_counter() - started)


def _filled(body: str, recipient: Recipient) -> str:
    for name, value in recipient.fields.items():
        body = body.replace(f"[[{name}]]", value)
    return body


@contextmanager
def disk_that_takes_no_time() -> Iterator[None]:
    """What is left of a mail when its commits need not wait: where to look for what could be quicker. No hub runs like that."""
    off, on = (
        ("SET synchronous_commit = off", "SET synchronous_commit = on")
        if connection.vendor == "postgresql"
        else ("PRAGMA synchronous = OFF", "PRAGMA synchronous = FULL")
    )
    usual = sender._let_commits_last
    sender._let_commits_last = lambda: None
    try:
        with connection.cursor() as cursor:
            cursor.execute(off)
        yield
    finally:
        sender._let_commits_last = usual
        with connection.cursor() as cursor:
            cursor.execute(on)


def by_commits_alone(number: int) -> float:
    """What one commit a mail would allow if everything else took no time."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_commit (number integer)")
        started = time.perf_counter()
        for place in range(number):
            cursor.execute("INSERT INTO bench_commit VALUES (%s)", [place])
        rate = number / (time.perf_counter() - started)
        cursor.execute("DROP TABLE bench_commit")
    return rate


class FromTheModels:
    """Tables straight from the models, as the tests have them: migrating takes longer than measuring."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


class Swallow:
    """A server that takes no time."""

    def hand_over(self, envelope: object) -> Accepted:
        return Accepted(250, "OK")

    def is_resting(self) -> bool:
        return False

    def close(self) -> None: ...

    def close_if_idle(self) -> None: ...


def memory(numbers: list[int]) -> None:
    for number in numbers:
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark starts anew
        started = time.perf_counter()
        message = prepared(number)
        frozen = time.perf_counter()
        sender.drain(Lane.BULK, Swallow(), timezone.now())
        assert queries.progress(message).is_finished
        seconds = time.perf_counter() - frozen
        status = Path("/proc/self/status").read_text()
        most = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
        print(
            f"{number:>7} recipients: {most:6.0f} MB at most, frozen in {frozen - started:5.1f} s, handed over in {seconds:5.1f} s"
        )


@contextmanager
def timed_transactions() -> Iterator[list[tuple[float, float]]]:
    """Of each the seconds from its begin, which on SQLite takes the write lock, to its end; by the clock, and of our work."""
    found: list[tuple[float, float]] = []
    begun = [(0.0, 0.0)]
    real = connection.set_autocommit

    def set_autocommit(autocommit: bool, *args: object, **kwargs: object) -> None:
        real(autocommit, *args, **kwargs)
        if autocommit:
            found.append((time.perf_counter() - begun[0][0], time.process_time() - begun[0][1]))
        else:
            begun[0] = time.perf_counter(), time.process_time()

    connection.set_autocommit = set_autocommit  # type: ignore[method-assign]
    try:
        yield found
    finally:
        del connection.set_autocommit


def locks(number: int) -> None:
    message = prepared(number, freeze=False, ramp=25)
    now = timezone.now()
    steps: dict[str, Callable[[], object]] = {
        "freeze": lambda: actions.freeze(message=message, now=now),
        "pause in the ramp": lambda: actions.pause(message, None, now),
        "resume in the ramp": lambda: actions.resume(message, None, now),
        "let the others go": lambda: actions.release(message, None, now),
        "pause": lambda: actions.pause(message, None, now),
        "resume": lambda: actions.resume(message, None, now),
        "cancel": lambda: actions.cancel(message, None, now),
    }
    for name, step in steps.items():
        with timed_transactions() as found:
            step()
        longest, work = max(found)
        print(f"{name:<20}{len(found):>4} transactions, the longest {longest:5.2f} s ({work:.2f} s of work)")
        if connection.vendor == "sqlite" and longest > LONGEST_LOCK:
            print(f"{'':<20}over the {LONGEST_LOCK} s that others may wait")


def compare(number: int, rounds: int, connections: list[int]) -> None:
    rates: dict[str, list[float]] = {}
    with sink() as port:
        for _ in range(rounds):
            rates.setdefault(CEILING, []).append(by_the_c_client(port, number))
            for several in connections:
                rates.setdefault(ledger_over(several), []).append(by_the_ledger(port, number, several))
            with disk_that_takes_no_time():
                rates.setdefault(NO_DISK, []).append(by_the_ledger(port, number))
            rates.setdefault(LOOP, []).append(by_a_plain_loop(port, number // 8))
            rates.setdefault("commits alone, one connection", []).append(by_commits_alone(number))
    print(f"{'':<44}{'a second':>10}{'of the ceiling':>16}{'x the loop':>12}")
    for name, found in rates.items():
        print(f"{name:<44}{statistics.median(found):>10.0f}{ratio(found, rates[CEILING]):>16.2f}{ratio(found, rates[LOOP]):>12.1f}")
    share = ratio(rates[ledger_over(1)], rates[CEILING])
    print(f"\nAims: over one connection {SHARE_OF_CEILING} of the ceiling: {'reached' if share >= SHARE_OF_CEILING else 'missed'}.")
    print(f"{TIMES_THE_LOOP} times the loop: ", end="")
    enough = [several for several in connections if ratio(rates[ledger_over(several)], rates[LOOP]) >= TIMES_THE_LOOP]
    print(f"reached over {enough[0]} connection{'s' if enough[0] > 1 else ''}." if enough else "missed.")


def ledger_over(connections: int) -> str:
    return f"ledger, {connections} connection{'s' if connections > 1 else ''}"


def ratio(rates: list[float], yardstick: list[float]) -> float:
    """The median of the rounds: within a round a busy neighbour slows both."""
    return statistics.median(rate / beside for rate, beside in zip(rates, yardstick, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--memory", nargs="*", type=int, metavar="RECIPIENTS")
    parser.add_argument("--locks", type=int, nargs="?", const=50_000, metavar="RECIPIENTS")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="hub-bench-")
    if connection.vendor == "sqlite":
        # A file, as a hub has: in memory a commit costs nothing.
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/bench.sqlite3"
    settings.MIGRATION_MODULES = FromTheModels()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        size = len(one_mail())
        print(
            f"{connection.display_name}, {timezone.localdate():%d %B %Y}, {size / 1000:.1f} kB a mail, {options.messages} mails a round"
        )
        if options.memory is not None:
            memory(options.memory or [500, 50_000])
        elif options.locks is not None:
            locks(options.locks)
        elif options.profile:
            with sink() as port:
                by_the_ledger(port, options.messages, profile=True)
        else:
            compare(options.messages, options.rounds, [1, 2, 4] if connection.vendor == "postgresql" else [1])
    finally:
        runner.teardown_databases(databases)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
