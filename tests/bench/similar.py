"""How long "has it been asked before?" takes with a full hub's questions: `python -m tests.bench.similar`.

20,000 questions are written straight into the database and the indexes, in several segments as a hub's own grow; then 100 titles are
typed, each as a member who reads everything and as one whose membership still waits, who reads what is public. A hello-world view is timed in the same
run. The budget is held against the process's own time, which a busy neighbour does not lengthen.
"""

from __future__ import annotations

import argparse
import bisect
import datetime as dt
import gc
import itertools
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="hub-similar-"))
(FOLDER / "static").mkdir()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
os.environ.update(DATA_DIR=str(FOLDER), DEBUG="false", LOG_LEVEL="ERROR", ALLOWED_HOSTS="testserver,localhost")

import django  # noqa: E402 - the settings come first

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from modelsearch.backends import get_search_backend  # noqa: E402

from forum.models import Question  # noqa: E402
from hub import urls  # noqa: E402
from hub.accounts.models import User  # noqa: E402
from hub.core.audience import Audience  # noqa: E402
from hub.search.documents import Document, documents  # noqa: E402
from hub.search.engines import whoosh_store  # noqa: E402
from tests.factories.accounts import UserFactory  # noqa: E402
from tests.factories.members import MembershipFactory  # noqa: E402

NOW = timezone.now()
HELLO, DOOR = "/-/hello/", "/search/similar/"
MOST_MILLISECONDS = 150  # DESIGN section 9
SEGMENTS, TYPED, WARMING = 5, 100, 5
KNOWN_WORDS = 12_000


class Zipf:
    """The n-th commonest word stands as often as 1/n, as in real text; words that nobody has are made of syllables."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "ul", "ar", "en", "is")]
        self.words = list(dict.fromkeys("".join(self.chance.choices(syllables, k=3)) for _ in range(KNOWN_WORDS * 2)))[:KNOWN_WORDS]
        self.until = list(itertools.accumulate(1 / (place + 1) for place in range(len(self.words))))

    def some(self, number: int) -> str:
        drawn = (self.chance.random() * self.until[-1] for _ in range(number))
        return " ".join(self.words[bisect.bisect(self.until, at)] for at in drawn)

    def title(self) -> str:
        return f"{self.some(self.chance.randint(4, 10)).capitalize()}?"[:140]

    def body(self) -> str:
        return self.some(self.chance.randint(40, 120))


def fill(number: int, words: Zipf) -> None:
    author = UserFactory()
    questions = Question.objects.bulk_create(
        [
            Question(
                title=words.title(),
                body=(body := words.body()),
                body_html=f"<p>{body}</p>",
                author=author,
                # Every sixth is for members: the two indexes differ.
                audience=Audience.MEMBERS if n % 6 == 5 else Audience.PUBLIC,
                asked_at=(asked := NOW - dt.timedelta(minutes=20 * n)),
                last_activity_at=asked,
            )
            for n in range(number)
        ],
        batch_size=1000,
    )
    written = list(documents(Question, questions))
    public = [document for document, question in zip(written, questions, strict=True) if question.audience == Audience.PUBLIC]
    _index(Audience.PUBLIC, public)
    _index(Audience.MEMBERS, written)


def _index(audience: Audience, written: list[Document]) -> None:
    """One writer, and as many segments as a hub has that grew: each commit but the first leaves those before it."""
    store = get_search_backend(audience.value).store
    with store.rebuilding():
        pass
    size = -(-len(written) // SEGMENTS)
    for start in range(0, len(written), size):
        writer = whoosh_store.index.open_dir(store.link.resolve()).writer(limitmb=256)
        for document in written[start : start + size]:
            whoosh_store.add(writer, document)
        writer.commit(merge=False)


def typed(number: int, words: Zipf) -> Iterator[dict[str, str]]:
    """Titles as new as the questions; half of them with a body, the other half while only the title stands."""
    for n in range(number):
        yield {"title": words.title(), **({"body": words.body()} if n % 2 else {})}


def times(ask: Callable[[dict[str, str]], object], forms: list[dict[str, str]]) -> tuple[list[float], list[float]]:
    """Milliseconds on the clock, and of this process."""
    for form in forms[:WARMING]:
        ask(form)
    clock, work = [], []
    for form in forms:
        begun, begun_work = time.perf_counter(), time.process_time()
        ask(form)
        clock.append((time.perf_counter() - begun) * 1000)
        work.append((time.process_time() - begun_work) * 1000)
    return clock, work


def p95(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[18]


def asking(person: User) -> Callable[[dict[str, str]], None]:
    client = Client()
    client.force_login(person, backend="hub.members.backends.SignInBackend")

    def ask(form: dict[str, str]) -> None:
        answer = client.post(DOOR, form, headers={"HX-Request": "true"})
        if answer.status_code != 200 or b"Questions" not in answer.content:
            sys.exit(f"{form} was answered with {answer.status_code} and without a question")

    return ask


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20_000)
    number = parser.parse_args().questions
    settings.HUB_LIMITS["enforced"] = False  # nobody types as fast as a bench
    settings.TASKS["default"]["BACKEND"] = "django_tasks.backends.dummy.DummyBackend"
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)  # the tables as they are: their history is not what is timed
    words, begun = Zipf(seed=2006), time.perf_counter()
    fill(number, words)
    print(f"{number} questions written and indexed in {time.perf_counter() - begun:.0f} s, in {SEGMENTS} segments")
    urls.urlpatterns.insert(0, path(HELLO.lstrip("/"), lambda request: HttpResponse("Hello, world")))
    visitor, forms = Client(), list(typed(TYPED, words))
    hello = statistics.median(times(lambda form: visitor.get(HELLO), forms * 3)[1])
    gc.collect()
    gc.freeze()  # as every worker does (hub/deploy/gunicorn.conf.py)
    print(f"hello world: {hello:.2f} ms of work\n")
    print(f"{'who types':<22}{'p50 ms':>9}{'p95 ms':>9}{'work p50':>10}{'work p95':>10}{'most':>8}{'x hello':>9}")
    over = 0
    for who, person in {"a member": MembershipFactory().user, "reads what is public": UserFactory()}.items():
        clock, work = times(asking(person), forms)
        print(
            f"{who:<22}{statistics.median(clock):>9.1f}{p95(clock):>9.1f}{statistics.median(work):>10.1f}{p95(work):>10.1f}"
            f"{max(work):>8.1f}{statistics.median(work) / hello:>9.1f}"
        )
        over += p95(work) > MOST_MILLISECONDS
    print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return over


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
