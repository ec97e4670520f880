"""`python -m tests.bench.data_rights`: one person with 5,000 posts in a hub with 10,000 open sessions has a copy and leaves.

Budgets: the copy within 60 seconds, and SQLite's write lock held for less than 5 seconds when the account is closed. Machines are
shared: the work that the process itself does is told beside the clock.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="hub-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
os.environ.update(DATA_DIR=str(FOLDER), DEBUG="false", LOG_LEVEL="ERROR")

import django  # noqa: E402 - the settings come first

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from forum.models import Answer, Question  # noqa: E402
from hub.accounts.models import User  # noqa: E402
from hub.mail.models import Delivery, Lane, Message  # noqa: E402
from hub.mail.recipients import address_hash  # noqa: E402
from hub.members import actions  # noqa: E402
from hub.members.data_copy import write_copy  # noqa: E402

POSTS, SESSIONS, MAILS, NOTICES = 5000, 10_000, 2000, 5000
NOW = timezone.now()
WORDS = "We counted contact for six weeks and the figures did not agree with the switchboard. " * 12  # about 1,000 characters
MOST_SECONDS, MOST_LOCKED = 60, 5


def fill() -> User:
    ida, other = (
        User.objects.create_user(f"{name}@ambleford.example", first_name=name, last_name="Bell") for name in ("ida", "jo")
    )
    post = {"body": WORDS, "body_html": f"<p>{WORDS}</p>", "author": ida}
    times = {"asked_at": NOW, "last_activity_at": NOW}
    Question.objects.bulk_create([Question(title=f"Number {n}", audience="public", **post, **times) for n in range(POSTS // 5)])
    asked = Question.objects.first()
    Answer.objects.bulk_create([Answer(question=asked, answered_at=NOW, **post) for _ in range(POSTS - POSTS // 5)])
    _mail(ida, MAILS, "to ida")
    _mail(other, NOTICES, "to jo")
    store = SessionStore()
    Session.objects.bulk_create(
        [
            Session(
                session_key=f"{n:032d}",
                session_data=store.encode({"_auth_user_id": str(other.pk), "_auth_user_hash": "x" * 64}),
                expire_date=NOW + dt.timedelta(days=14),
            )
            for n in range(SESSIONS)
        ]
    )
    return ida


def _mail(to: User, number: int, key: str) -> None:
    template = b"Content-Type: text/plain\r\n\r\n" + WORDS.encode()
    given = {"stream": "notices", "lane": Lane.NOTICE, "subject": "Somebody answered", "template": template, "created_at": NOW}
    messages = Message.objects.bulk_create([Message(key=f"{key} {n}", recipient_count=1, **given) for n in range(number)])
    sent = {"state": Delivery.State.ACCEPTED, "settled_at": NOW, "created_at": NOW, "lane": Lane.NOTICE}
    Delivery.objects.bulk_create(
        [Delivery(message=message, address=to.email, address_hash=address_hash(to.email), **sent) for message in messages]
    )


def _memory() -> int:
    """The most this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    call_command("migrate", verbosity=0)
    ida = fill()
    before, begun, work = _memory(), time.perf_counter(), time.process_time()
    with tempfile.TemporaryFile() as copy:
        write_copy(ida, copy, NOW)
        size = copy.tell()
    took, worked, grown = time.perf_counter() - begun, time.process_time() - work, _memory() - before
    begun, work = time.perf_counter(), time.process_time()
    actions.close_account(user=ida, by=ida, now=NOW)
    locked, locked_work = time.perf_counter() - begun, time.process_time() - work
    print(f"{POSTS} posts of 1,000 characters, {MAILS} mails, {SESSIONS} sessions and {NOTICES} notices of others")
    print(f"a copy: {took:.1f} s ({worked:.1f} s of work), {size / 1e6:.1f} MB zipped, memory grew by {grown / 1e6:.0f} MB")
    print(f"closing: {locked:.2f} s ({locked_work:.2f} s of work), all of it under the write lock")
    if took > MOST_SECONDS or locked > MOST_LOCKED:
        sys.exit("Over budget.")


try:
    main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
