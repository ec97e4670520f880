"""What an issue has to pass before anybody may approve it. Each finding names the item and says what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape

from hub.bulletin.calendar import holiday_on
from hub.bulletin.contents import Fit
from hub.bulletin.door import answers
from hub.bulletin.links import absolute
from hub.bulletin.models import ALL_SECTIONS, BulletinIssue, BulletinItem, Section
from hub.bulletin.writing import LARGEST, MARKERS, Entry, Mail
from hub.events.models import EventPage

# Left behind by whoever meant to come back to it. Ours, which the ledger fills, are not among them.
PLACEHOLDER = re.compile(r"\[\[.*?\]\]|\{\{|\}\}|\bTODO\b|\blorem\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """`anchor` is where on the compose page it can be put right."""

    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Gate:
    """One that only warns says so and lets pass."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    only_warns: bool = False

    @property
    def is_open(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class Draft:
    """An issue as it would be mailed: its items, what is fit of them, its entries, and the mail of each edition by its name."""

    issue: BulletinIssue
    items: Sequence[BulletinItem]
    fit: Fit
    entries: Sequence[Entry]
    mails: dict[str, Mail]


def gates(draft: Draft, on: dt.date) -> list[Gate]:
    """`on` is the day it goes out. All are looked at, so that an editor puts everything right in one go."""
    links = list(_links(draft.mails.values()))
    return [
        Gate("Something to read in every edition", list(_nothing_in_it(draft))),
        Gate("Every item can be read", list(_unreadable(draft))),
        Gate("No event is over", list(_past_events(draft, on))),
        Gate("Every link leads somewhere", list(_dead_links(draft, links))),
        Gate("No placeholder is left", list(_placeholders(draft))),
        Gate("Every picture has words for those who do not see it", list(_pictures(draft.mails))),
        Gate("The text part says it all", list(_text_parts(draft))),
        Gate(f"Under {LARGEST // 1000} kB", list(_sizes(draft.mails))),
        Gate("Something in every section", list(_empty_sections(draft)), only_warns=True),
        Gate("Not on a bank holiday or at a weekend", list(holiday_findings(on)), only_warns=True),
    ]


def stops(found: Iterable[Gate]) -> list[Gate]:
    return [gate for gate in found if not gate.is_open and not gate.only_warns]


# --- One by one -------------------------------------------------------------------------------------


def _nothing_in_it(draft: Draft) -> Iterator[Finding]:
    if not draft.items:
        yield Finding("There is nothing in this issue yet. Add an event, something to read or a question.", "add-other")
    elif not draft.fit.public:
        yield Finding("Nobody but members could read anything in it. Add something that is open to everyone.", "add-other")


def _unreadable(draft: Draft) -> Iterator[Finding]:
    readable = draft.fit.everything
    for item in draft.items:
        if item.public_id not in readable:
            yield Finding(
                f"An item under “{Section(item.section).label}” can no longer be read, not even by members, or has been called "
                "off. Take it out.",
                f"item-{item.public_id}",
            )


def _past_events(draft: Draft, on: dt.date) -> Iterator[Finding]:
    for public_id, thing in draft.fit.everything.items():
        if isinstance(thing, EventPage) and thing.date < on:
            yield Finding(
                f"“{thing.title}” is on {thing.date:%-d %B}, before the mail arrives. Take it out, or send the issue earlier.",
                f"item-{public_id}",
            )


def _dead_links(draft: Draft, links: Sequence[Link]) -> Iterator[Finding]:
    """An item's own address is known to answer, and the archive will; what somebody typed into the opening is asked for."""
    known = {*MARKERS, absolute(draft.issue.get_absolute_url()), *(entry.link for entry in draft.entries)}
    for link in dict.fromkeys(links):
        if link.address in known:
            continue
        if trouble := _trouble_with(link.address):
            yield Finding(f"The link “{link.words or link.address}” {trouble} Change it in the opening.", "id_opening")


def _trouble_with(address: str) -> str:
    """Of other sites only the form is looked at: whether they answer is not ours to ask, and asking takes time."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "is no address."
    if parts.scheme == "mailto":
        return "" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", parts.path) else "holds no email address."
    if parts.scheme not in ("http", "https"):
        return "does not begin with https:// or with a slash."
    if host != (urlsplit(settings.SITE_URL).hostname or ""):
        return "" if re.fullmatch(r"([a-z0-9-]+\.)+[a-z0-9-]{2,}", host, re.IGNORECASE) else "names no site."
    return "" if answers(parts.path or "/", parts.query) else "leads to nothing that everybody can read on this site."


def _placeholders(draft: Draft) -> Iterator[Finding]:
    for name, words, anchor in _typed(draft):
        if found := PLACEHOLDER.search(words):
            yield Finding(f"{name} still says “{found[0][:40]}”. Write what belongs there.", anchor)


def _typed(draft: Draft) -> Iterator[tuple[str, str, str]]:
    yield "The title", draft.issue.title, "id_title"
    yield "The opening", draft.issue.opening, "id_opening"
    for entry in draft.entries:
        anchor = f"item-{entry.public_id}"
        yield f"The note to “{entry.title}”", entry.note, anchor
        yield f"The item “{entry.title}”", f"{entry.title}\n{entry.kicker}\n{entry.summary}", anchor


def _pictures(mails: dict[str, Mail]) -> Iterator[Finding]:
    for name, mail in mails.items():
        for source in dict.fromkeys(read(mail.html).without_words):
            yield Finding(
                f"The picture {source} in {name} has no alternative text. Say what it shows, or take it out.", "id_opening"
            )


def _text_parts(draft: Draft) -> Iterator[Finding]:
    for name, mail in draft.mails.items():
        missing = [entry for entry in draft.entries if escape(entry.title) in mail.html and entry.title not in mail.text]
        if not mail.text.strip() or missing:
            what = f"lacks “{missing[0].title}”" if missing else "is empty"
            yield Finding(f"The text part of {name} {what}. Tell whoever looks after the hub: its template is at fault.")


def _sizes(mails: dict[str, Mail]) -> Iterator[Finding]:
    for name, mail in mails.items():
        if mail.size > LARGEST:
            yield Finding(
                f"The mail of {name} comes to {mail.size // 1000} kB, and some mail programs cut off what is over "
                f"{LARGEST // 1000}. Take something out, or shorten the opening and the notes.",
                "id_opening",
            )


def _empty_sections(draft: Draft) -> Iterator[Finding]:
    for section in ALL_SECTIONS:
        ours = [item for item in draft.items if item.section == section]
        if not ours:
            yield Finding(f"There is nothing under “{section.label}”: the mail leaves it out.", f"section-{section}")
        elif not any(item.public_id in draft.fit.public for item in ours):
            yield Finding(
                f"Everything under “{section.label}” is for members: the public edition leaves it out.", f"section-{section}"
            )


def holiday_findings(on: dt.date) -> Iterator[Finding]:
    day = f"{on:%A %-d %B %Y}"
    if name := holiday_on(on):
        yield Finding(f"{day} is a bank holiday in England and Wales ({name}). Move the issue to a working day.", "id_send_on")
    elif on.weekday() > 4:
        yield Finding(f"{day} is at a weekend, when few read their mail at work. Move the issue to a working day.", "id_send_on")


# --- Reading a mail ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    address: str
    words: str


@dataclass
class Read(HTMLParser):
    links: list[Link] = field(default_factory=list)
    without_words: list[str] = field(default_factory=list)
    _open: str | None = None
    _words: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self._open, self._words = given.get("href") or "", ""
        if tag == "img" and given.get("alt") is None:
            self.without_words.append(given.get("src") or "")

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.links.append(Link(self._open, " ".join(self._words.split())))
            self._open = None


def read(html: str) -> Read:
    found = Read()
    found.feed(html)
    return found


def _links(mails: Iterable[Mail]) -> Iterator[Link]:
    for mail in mails:
        yield from read(mail.html).links
