"""An issue becomes mail: once for each choice of topics, never once for each person."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from hub.bulletin.contents import Thing, open_to_everyone, words_for
from hub.bulletin.links import absolute
from hub.bulletin.models import ALL_SECTIONS, STREAM, BulletinEdition, BulletinIssue, BulletinItem, Section
from hub.bulletin.refusals import Refusal
from hub.mail.mime import quoted
from hub.mail.models import Delivery

# Gmail cuts a longer mail off, and with it the way to leave.
LARGEST = 85_000  # bytes of encoded HTML
# The markers that the ledger fills for each person.
PREFERENCES, UNSUBSCRIBE = "[[preferences_url]]", "[[unsubscribe_url]]"


@dataclass(frozen=True)
class Entry:
    """One item as readers meet it."""

    public_id: str
    section: Section
    title: str
    url: str
    kicker: str
    summary: str
    note: str


@dataclass(frozen=True)
class Part:
    section: Section
    entries: list[Entry]


@dataclass(frozen=True)
class Mail:
    subject: str
    html: str
    text: str

    @property
    def size(self) -> int:
        """On the wire."""
        return len(quoted(self.html))


def topic_choices() -> Iterator[tuple[Section, ...]]:
    """Every choice a subscriber can make; seven."""
    for number in range(len(ALL_SECTIONS), 0, -1):
        yield from combinations(ALL_SECTIONS, number)


def live_entries(items: Iterable[BulletinItem], things: dict[str, Thing]) -> list[Entry]:
    """A draft's, in today's words; what is not among `things` is left out."""
    entries = []
    for item in items:
        if thing := things.get(item.public_id):
            words = words_for(thing)
            entries.append(
                Entry(item.public_id, Section(item.section), words.title, words.url, words.kicker, words.summary, item.note)
            )
    return entries


def frozen_entries(items: Iterable[BulletinItem]) -> list[Entry]:
    return [
        Entry(item.public_id, Section(item.section), item.title, item.url, item.kicker, item.summary, item.note) for item in items
    ]


def parts(entries: Sequence[Entry], topics: Iterable[Section] = ALL_SECTIONS) -> list[Part]:
    """By section, in their order, without the empty ones."""
    found = [
        Part(section, [entry for entry in entries if entry.section == section]) for section in ALL_SECTIONS if section in topics
    ]
    return [part for part in found if part.entries]


def write(issue: BulletinIssue, shown: list[Part]) -> Mail:
    context = {
        "issue": issue,
        # A mail has no address of its own to be relative to.
        "opening_html": issue.opening_html.replace('href="/', f'href="{settings.SITE_URL}/'),
        "parts": shown,
        "titles": [entry.title for part in shown for entry in part.entries],
        "archive_url": absolute(issue.get_absolute_url()),
        "ask_url": absolute(reverse("forum:ask")),
        "preferences_url": PREFERENCES,
        "unsubscribe_url": UNSUBSCRIBE,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    return Mail(
        subject=issue.title,
        html=render_to_string("emails/bulletin/issue.html", context),
        text=render_to_string("emails/bulletin/issue.txt", context),
    )


# --- What is kept of it -----------------------------------------------------------------------------


def ordered(issue: BulletinIssue) -> list[BulletinItem]:
    return list(issue.items.order_by("position", "public_id"))


def keep_all(issue: BulletinIssue, items: list[BulletinItem], now: dt.datetime) -> None:
    """An edition for each choice of topics that has something in it."""
    for topics in topic_choices():
        _keep(issue, topics, items, revision=0, now=now)


def current(issue: BulletinIssue, topics: Sequence[Section], now: dt.datetime) -> BulletinEdition | None:
    """What may go to those who chose these topics now: the newest edition, or a revision without what has been hidden since."""
    newest = issue.editions.filter(topics=_joined(topics)).order_by("-revision").first()
    if newest is None or is_open(newest):
        return newest
    return revise(newest, now)


def revise(edition: BulletinEdition, now: dt.datetime) -> BulletinEdition | None:
    """Nothing left in it: nothing to send."""
    items = ordered(edition.issue)
    still_open = open_to_everyone(items)
    items = [item for item in items if item.public_id in still_open]
    return _keep(edition.issue, edition.sections, items, revision=edition.revision + 1, now=now)


def _joined(topics: Iterable[Section]) -> str:
    return "+".join(section.value for section in ALL_SECTIONS if section in topics)


def _keep(
    issue: BulletinIssue, topics: Sequence[Section], items: list[BulletinItem], *, revision: int, now: dt.datetime
) -> BulletinEdition | None:
    shown_items = [item for item in items if item.section in topics]
    if not shown_items:
        return None
    mail = write(issue, parts(frozen_entries(shown_items), topics))
    if mail.size > LARGEST:
        raise Refusal(
            f"The mail comes to {mail.size // 1000} kB, and some mail programs cut off what is over {LARGEST // 1000}. "
            "Take something out, or shorten the opening."
        )
    joined = _joined(topics)
    edition = BulletinEdition.objects.create(
        issue=issue,
        topics=joined,
        revision=revision,
        key=f"{STREAM}:{issue.public_id}:{joined}" + (f":{revision}" if revision else ""),
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        sha256=hashlib.sha256(f"{mail.subject}\n{mail.html}\n{mail.text}".encode()).hexdigest(),
        item_count=len(shown_items),
        written_at=now,
    )
    edition.items.set(shown_items)
    return edition


# --- Asked just before each mail goes ---------------------------------------------------------------

REMEMBERED_FOR = 1.0  # seconds: five thousand mails do not ask five thousand times
_remembered: dict[str, tuple[float, bool]] = {}


def is_open(edition: BulletinEdition) -> bool:
    """Everybody may still read everything it speaks of."""
    items = list(edition.items.all())
    return len(items) == edition.item_count == len(open_to_everyone(items))


def still_allowed(delivery: Delivery) -> bool:
    """The ledger skips the mail if not; `actions.finish` then sends the same people a revision."""
    key, moment = delivery.message.key, time.monotonic()
    at, answer = _remembered.get(key, (0.0, False))
    if key in _remembered and moment - at < REMEMBERED_FOR:
        return answer
    edition = BulletinEdition.objects.filter(key=key).first()
    answer = edition is None or is_open(edition)
    _remembered.clear()
    _remembered[key] = (moment, answer)
    return answer
