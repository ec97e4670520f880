"""One small hub with a secret of every kind, the same whenever it is built.

`build(levels)` leaves out the secrets whose level is not named. What is there in any case is the same then, to the
public id: secrets draw their ids from a source of their own, and stand between the visible things, never after them.
Only primary keys differ, and they may not leave the database.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import TestCase
from modelsearch.backends import get_search_backends
from wagtail.models import Site

from hub.public_ids import drawn_from
from hub.search import outbox
from tests.factories.mail import ScriptedTransport

NOW = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)

# Who may not see a secret. Everybody who may is above.
MEMBERS = "members"  # hidden from outsiders
OWN = "own"  # a fact of Ambleford's own: hidden from everybody else but facilitators
STAFF = "staff"  # an issue in the making: hidden from all but editors and facilitators
SUPPLIER = "supplier"  # what Acme has suggested: hidden from everybody else but facilitators
NOBODY = "nobody"  # hidden from all but facilitators, its author or its own council; or nowhere but in the admin
ALL_LEVELS = frozenset({MEMBERS, OWN, STAFF, SUPPLIER, NOBODY})
# Not a secret yet: everybody can see it until `World.take_away`.
PASSING = "passing"
CLOSING = "closing"  # the same among members

# No word of this stands in anything visible; the rest of a secret's words are ordinary ones.
CANARY = "Quillwort"

ThingT = TypeVar("ThingT")


class World:
    """What was made, by name. `things` of a secret level are there only if the level is."""

    def __init__(self, levels: frozenset[str] = ALL_LEVELS) -> None:
        self.levels = levels
        self.things: dict[str, Any] = {}
        self.secrets: set[str] = set()
        self.post_office = ScriptedTransport()
        # Who wrote what nobody signed; no outlet tells.
        self.unnamed_by = "asker"
        self._endings: list[Callable[[], object]] = []

    def __getitem__(self, name: str) -> Any:
        return self.things[name]

    def make(self, name: str, thing: ThingT) -> ThingT:
        """Something that everybody may see."""
        self.things[name] = thing
        return thing

    def hide(self, name: str, level: str, make: Callable[[], ThingT]) -> None:
        """A secret, which takes no public id from what is visible, nor from other secrets."""
        if level in self.levels:
            with drawn_from(random.Random(name).choice):
                self.things[name] = make()
            self.secrets.add(name)

    def let_pass(self, name: str, make: Callable[[], ThingT], end: Callable[[ThingT], object], *, level: str = PASSING) -> None:
        """Something that everybody may see, until `end` takes it out of their sight as an editor, a member or a facilitator does."""
        self.hide(name, level, make)
        if level in self.levels:
            self._endings.append(lambda: end(self.things[name]))

    def take_away(self) -> None:
        """The last that was made goes first: an answer before its question."""
        with drawn_from(random.Random(PASSING).choice), TestCase.captureOnCommitCallbacks(execute=True):
            for end in reversed(self._endings):
                end()
        tell_search()


@contextmanager
def stopped_clock() -> Iterator[None]:
    """Every module of ours asks `timezone.now()` or `timezone.localdate()`."""
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


@contextmanager
def _in_silence() -> Iterator[None]:
    """Thousands of refusals would each write their traceback; and nothing of a world is garbage while it stands."""
    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
        logging.disable(logging.NOTSET)


@contextmanager
def passing(levels: frozenset[str] = ALL_LEVELS, *, own_posts: bool = False, unnamed_by: str = "asker") -> Iterator[World]:
    """A world that is gone again afterwards: rows, files, index and cache."""
    name = str(connection.settings_dict["NAME"])
    assert "test" in name or "memory" in name, f"{name} is no test database"
    with _in_silence(), stopped_clock(), transaction.atomic():
        _forget()
        try:
            yield build(levels, own_posts=own_posts, unnamed_by=unnamed_by)
        finally:
            _forget()
            transaction.set_rollback(True)


def build(levels: frozenset[str], *, own_posts: bool = False, unnamed_by: str = "asker") -> World:
    from tests.whole_site.world import bulletin, closing, desk, developing, directory, news, people, posts, profiles, reading

    world = World(levels)
    world.unnamed_by = unnamed_by
    with drawn_from(random.Random(1).choice), TestCase.captureOnCommitCallbacks(execute=True):
        people.settle(world)
        reading.name_terms(world)
        directory.record(world)
        profiles.tell(world)
        reading.publish(world)
        closing.close(world)
        posts.ask(world)
        developing.propose(world)
        news.tell(world)
        desk.report(world)
        if own_posts:
            posts.ask_for_each_role(world)
            developing.propose_for_each_role(world)
        bulletin.send_two_issues(world)
    tell_search()
    return world


def tell_search() -> None:
    while outbox.drain(NOW):
        pass


def _forget() -> None:
    cache.clear()
    Site.clear_site_root_paths_cache()
    for backend in get_search_backends():
        backend.store.clear()
    for folder in ("documents", "images", "original_images", "profile-photos"):
        _empty(folder)


def _empty(folder: str) -> None:
    if default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
