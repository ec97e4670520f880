"""What can be told: each room registers, in AppConfig.ready(), the things it tells of and what can happen to them.

What a thing is called, and whether somebody may know of it, is asked whenever a notification is shown or sent: it stores a
key and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from hub.core.audience import Viewer


@dataclass(frozen=True)
class Words:
    """`title` is the subject of the mail, too: for a post in a conversation, it is the conversation's, so that mail programs keep
    its mails together. `extract` goes into a mail only if everybody may read it."""

    title: str
    url: str
    extract: str = ""


@dataclass(frozen=True)
class Subject:
    """A kind of thing. `visible_to` loads what `words` reads, too; `key` is the field that notifications keep."""

    name: str
    visible_to: Callable[[Viewer], QuerySet[Any]]
    words: Callable[[Any], Words]
    key: str = "public_id"


@dataclass(frozen=True)
class Kind:
    """Something that happens to a thing. `says` stands before its title: "New question"."""

    name: str
    subject: Subject
    says: str


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    for kind in kinds:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"Two kinds of notification are called {kind.name!r}.")


def named(name: str) -> Kind:
    """Raises KeyError for one that no room registered."""
    return _kinds[name]


def subjects() -> dict[str, Subject]:
    return {kind.subject.name: kind.subject for kind in _kinds.values()}


# The name of a subject and the key of a thing.
Thing = tuple[str, str]


def thing_of(kind: str, key: str) -> Thing:
    """Of a kind whose room is no longer installed: a thing that nobody sees."""
    return (_kinds[kind].subject.name if kind in _kinds else "", key)


def words_of(things: Collection[Thing], viewer: Viewer) -> dict[Thing, Words]:
    """Of those that this viewer may see now: the one rule, for lists, counts and mail. One query for each kind of thing."""
    known, found = subjects(), {}
    for name, keys in _by_name(things).items():
        if name not in known:
            continue
        subject = known[name]
        for each in subject.visible_to(viewer).filter(**{f"{subject.key}__in": keys}):
            found[name, str(getattr(each, subject.key))] = subject.words(each)
    return found


def visible(things: Collection[Thing], viewer: Viewer) -> set[Thing]:
    """The same rule where no words are needed."""
    known = subjects()
    return {
        (name, str(key))
        for name, keys in _by_name(things).items()
        if name in known
        for key in known[name]
        .visible_to(viewer)
        .filter(**{f"{known[name].key}__in": keys})
        .order_by()
        .values_list(known[name].key, flat=True)
    }


def _by_name(things: Collection[Thing]) -> dict[str, set[str]]:
    by_name: dict[str, set[str]] = defaultdict(set)
    for name, key in things:
        by_name[name].add(key)
    return by_name
