"""Builds one world after the other and keeps what each of them sent, for the tests to compare.

All stand in one database, one at a time: so primary keys differ between them, which shows that none leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from forum.models import QuestionQuerySet
from tests.whole_site.matrix import LARGE
from tests.whole_site.two_worlds import outlets
from tests.whole_site.two_worlds.crawl import Crawl, crawl
from tests.whole_site.two_worlds.rows import rows_seen
from tests.whole_site.world import ALL_LEVELS, CLOSING, MEMBERS, OWN, PASSING, STAFF, SUPPLIER, World, closing, passing

# What each viewer may see of the secrets; from the rest of them the world without must be no different.
SEES: dict[str, frozenset[str]] = {
    "anonymous": frozenset(),
    "pending": frozenset(),
    "supplier": frozenset({SUPPLIER}),
    "stranger": frozenset({MEMBERS}),
    "editor": frozenset({MEMBERS, STAFF}),
    "member": frozenset({MEMBERS, OWN}),
    "lead": frozenset({MEMBERS, OWN}),
}
# The small run reads every outlet as one or the other of these, and the addresses of secrets as everybody.
TURNS = ("anonymous", "stranger")
VIEWERS = tuple(SEES) if LARGE else ("anonymous", "pending", "stranger")
# Whose rights are gone, and who is no different from them.
LOST = {"suspended": "anonymous", "former": "newcomer"}

Asked = list[tuple[str, str]]


@dataclass
class Worlds:
    addresses: Asked = field(default_factory=list)
    secret_addresses: Asked = field(default_factory=list)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    typed: Asked = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    # By viewer: of the world with every secret, and of the one that has only what they may see.
    full: dict[str, Crawl] = field(default_factory=dict)
    bare: dict[str, Crawl] = field(default_factory=dict)
    rows: dict[tuple[str, frozenset[str]], dict[str, list[str]]] = field(default_factory=dict)
    mailed: dict[frozenset[str], list[tuple[str, bytes]]] = field(default_factory=dict)
    leaking: Crawl = field(default_factory=dict)
    # Of things that were there and are not any more: their own addresses, and everything while and after.
    passing_addresses: Asked = field(default_factory=list)
    while_there: Crawl = field(default_factory=dict)
    gone: Crawl = field(default_factory=dict)
    # The same for what only members could see, read by one of another council.
    closing_addresses: Asked = field(default_factory=list)
    while_open: Crawl = field(default_factory=dict)
    closed: Crawl = field(default_factory=dict)

    def read_by(self, viewer: str) -> Asked:
        if LARGE:
            return self.addresses
        if viewer not in TURNS:
            return self.secret_addresses[::3] if viewer in {*LOST, *LOST.values()} else self.secret_addresses
        theirs = self.addresses[TURNS.index(viewer) :: len(TURNS)]
        return list(dict.fromkeys([*self.secret_addresses, *theirs]))


def read_them_all() -> Worlds:
    found = Worlds()
    with passing(ALL_LEVELS) as world:
        _plan(found, world)
        _read(found, world, found.full, [*VIEWERS, *sorted({*LOST, *LOST.values()} - set(VIEWERS))])
        found.leaking = _crawl_while_leaking(world)
    with passing(frozenset({PASSING})) as world:
        _see_it_pass(found, world)
    with passing(frozenset({MEMBERS, CLOSING})) as world:
        _see_it_close(found, world)
    for levels in dict.fromkeys(SEES[viewer] for viewer in VIEWERS):
        with passing(levels) as world:
            _read(found, world, found.bare, [viewer for viewer in VIEWERS if SEES[viewer] == levels])
    return found


def _plan(found: Worlds, world: World) -> None:
    pressed = outlets.buttons(world)
    found.secrets = world.secrets
    typed = outlets.typed()
    found.forms = {address: line.form_for(world, "anonymous") for line, address in pressed} | typed
    found.addresses = list(dict.fromkeys([*outlets.addresses(world), *(("POST", address) for _, address in pressed)]))
    found.secret_addresses = [
        ("GET", address)
        for address in dict.fromkeys(
            line.address_for(world, "anonymous") for line in outlets.read_lines() if line.names & world.secrets
        )
    ]
    # Everybody types: what is found beside depends on who they are.
    found.typed = [("POST", address) for address in typed]
    found.addresses += found.typed
    found.secret_addresses += found.typed


def _read(found: Worlds, world: World, into: dict[str, Crawl], viewers: Iterable[str]) -> None:
    found.mailed[world.levels] = [(envelope.recipient, envelope.data) for envelope in world.post_office.handed]
    for viewer in viewers:
        also = {"anonymous": found.gone, "stranger": found.closed}.get(viewer, {})
        into[viewer] = crawl(world, viewer, dict.fromkeys([*found.read_by(viewer), *also]), found.forms)
        found.rows[viewer, world.levels] = rows_seen(None if viewer == "anonymous" else world[viewer])


def _crawl_while_leaking(world: World) -> Crawl:
    with mock.patch.object(QuestionQuerySet, "visible_to", lambda questions, viewer: questions.all()):
        return crawl(world, "anonymous", [("GET", "/question-time/"), ("GET", "/question-time/?page=2")])


def _lists(world: World) -> Asked:
    """What tells of many things, so that one that has gone could still show; in a large run every public address."""
    return [("GET", address) for address in (outlets.gathered(world) if LARGE else outlets.GATHERED)]


def _see_it_pass(found: Worlds, world: World) -> None:
    found.passing_addresses = [("GET", address) for address in outlets.passing_addresses(world)]
    asked = [*found.passing_addresses, *_lists(world)]
    found.while_there = crawl(world, "anonymous", asked)
    world.take_away()
    # Whatever has been cached meanwhile is still in the cache.
    found.gone = crawl(world, "anonymous", asked, keep_cache=True)


def _see_it_close(found: Worlds, world: World) -> None:
    found.closing_addresses = [("GET", address) for address in closing.addresses(world)]
    asked = [*found.closing_addresses, *_lists(world), *(("GET", address) for address in outlets.AMONG_MEMBERS)]
    found.while_open = crawl(world, "stranger", asked)
    world.take_away()
    found.closed = crawl(world, "stranger", asked, keep_cache=True)
