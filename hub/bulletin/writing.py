"""An issue's words become a mail: MJML from a template, once for each edition, and a text part from a template of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from hub.bulletin.links import absolute
from hub.bulletin.models import ALL_SECTIONS, BulletinIssue, BulletinItem, Section
from hub.mail.mime import quoted

# Gmail cuts a longer mail off, and with it the way to leave.
LARGEST = 85_000  # bytes of encoded HTML
LONGEST_PREHEADER = 140
# What no XML may hold, and MJML is XML: pasted from Word, they would stop the whole issue.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# The markers that the ledger fills for each person.
PREFERENCES, UNSUBSCRIBE = "[[preferences_url]]", "[[unsubscribe_url]]"
MARKERS = (PREFERENCES, UNSUBSCRIBE)


@dataclass(frozen=True)
class Entry:
    """One item as readers meet it. What only members may read goes to them as a title and a link."""

    public_id: str
    section: Section
    title: str
    url: str
    kicker: str
    summary: str
    note: str
    is_link_only: bool = False

    @property
    def link(self) -> str:
        """A mail has no address of its own to be relative to."""
        return absolute(self.url)


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


def frozen_entries(items: Iterable[BulletinItem]) -> list[Entry]:
    """In the words that were copied when the issue was frozen."""
    return [
        Entry(item.public_id, Section(item.section), item.title, item.url, item.kicker, item.summary, item.note) for item in items
    ]


def parts(entries: Sequence[Entry], sections: Iterable[Section] = ALL_SECTIONS) -> list[Part]:
    """By section, in their order, without the empty ones."""
    wanted = set(sections)
    found = [
        Part(section, [entry for entry in entries if entry.section == section]) for section in ALL_SECTIONS if section in wanted
    ]
    return [part for part in found if part.entries]


def write(issue: BulletinIssue, shown: list[Part], *, edition_line: str = "") -> Mail:
    """`edition_line` tells members that theirs says more than the public edition."""
    context = {
        "issue": issue,
        "subject": issue.title,
        "edition_line": edition_line,
        "preheader": _preheader([entry.title for part in shown for entry in part.entries]),
        "opening_html": issue.opening_html.replace('href="/', f'href="{settings.SITE_URL}/'),
        "parts": shown,
        "why": f"You get this because you asked {settings.WAGTAIL_SITE_NAME} for its bulletin.",
        "archive_url": absolute(issue.get_absolute_url()),
        "ask_url": absolute(reverse("forum:ask")),
        "preferences_url": PREFERENCES,
        "unsubscribe_url": UNSUBSCRIBE,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    return Mail(
        subject=issue.title,
        html=mrml.to_html(NOT_XML.sub("", render_to_string("emails/bulletin/issue.mjml", context))).content,
        text=render_to_string("emails/bulletin/issue.txt", context),
    )


def _preheader(titles: list[str]) -> str:
    joined = " · ".join(titles)
    return joined if len(joined) <= LONGEST_PREHEADER else f"{joined[: LONGEST_PREHEADER - 1]}…"
