"""Reads `access_matrix.toml` and expands it to cells: one request each, as one role, with the outcome it must have."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from tests.whole_site.world import World

ROLES = ("anonymous", "subscriber", "pending", "supplier", "member", "lead", "editor", "facilitator", "administrator")
LARGE = os.environ.get("HUB_WHOLE_SITE") == "large"
FILE = Path(__file__).with_name("access_matrix.toml")
DOORS, ADMIN_HOME = ("/account/login/", "/admin/login/"), "/admin/"
# What a cell may say; the head of the data file explains each.
OUTCOMES = frozenset({"200", "without", "done", "moved", "sign-in", "home", "400", "403", "404", "410"})
_NAME = re.compile(r"\{(\w+)")
_THING = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Request:
    """One line of a row: an address with the names of things in it, and what each role gets."""

    row: str
    method: str
    address: str
    expect: tuple[str, ...]
    form: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.row} {self.method} {self.address}"

    @property
    def cells(self) -> list[Cell]:
        return [Cell(self, role, expect) for role, expect in zip(ROLES, self.expect, strict=True)]

    @cached_property
    def roles_that_tell(self) -> frozenset[str]:
        """Those on either side of each line between one outcome and another; of all that get the same, a visitor. A subscriber
        comes with a visitor's browser. Where another line of the row has the same shape, the first of each outcome."""
        if len(set(self.expect)) == 1:
            return frozenset({ROLES[0]})
        if not self.is_first_of_its_shape:
            return frozenset(ROLES[self.expect.index(outcome)] for outcome in self.expect) - {"subscriber"}
        known = [(role, says) for role, says in zip(ROLES, self.expect, strict=True) if role != "subscriber"]
        pairs = [(left, right) for (left, before), (right, after) in pairwise(known) if before != after]
        return frozenset(chain.from_iterable(pairs))

    @cached_property
    def shape(self) -> str:
        """Its path whatever it leads to, near enough a route; a page, whose address is all its own, keeps its name."""
        path = self.address.partition("?")[0]
        return path[:1] + _THING.sub("{}", path[1:]) if path.startswith("/") else path

    @cached_property
    def is_first_of_its_shape(self) -> bool:
        """Of its row, and of those with the same method."""
        return _first_of_each_shape()[self.row, self.shape, self.method] is self

    @property
    def names(self) -> set[str]:
        """The things it speaks of."""
        return set(_NAME.findall(f"{self.address} {self.shows} {' '.join(map(str, self.form.values()))}"))

    def filled(self, text: Any, world: World, role: str) -> Any:
        if isinstance(text, list):
            return [self.filled(part, world, role) for part in text]
        return text.format_map(_Things(world, role)) if isinstance(text, str) else text

    def address_for(self, world: World, role: str) -> str:
        address: str = self.filled(self.address, world, role)
        return address

    def form_for(self, world: World, role: str) -> dict[str, Any]:
        return {name: self.filled(value, world, role) for name, value in self.form.items()}


class _Things(dict[str, Any]):
    """Things of the world by name; one that each role has of its own is that role's."""

    def __init__(self, world: World, role: str) -> None:
        super().__init__()
        self.world, self.role = world, role

    def __missing__(self, name: str) -> Any:
        thing = self.world[name]
        return thing.of(self.role) if hasattr(thing, "of") else thing


@dataclass(frozen=True)
class Cell:
    request: Request
    role: str
    expect: str

    def __str__(self) -> str:
        return f"{self.request} as {self.role}: {self.expect}"


@cache
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text())["row"]
    return found


@cache
def requests() -> list[Request]:
    return list(_requests())


@cache
def _first_of_each_shape() -> dict[tuple[str, str, str], Request]:
    found: dict[tuple[str, str, str], Request] = {}
    for line in requests():
        found.setdefault((line.row, line.shape, line.method), line)
    return found


def _requests() -> Iterator[Request]:
    for row in rows():
        for line in row["cells"]:
            method = next(name for name in ("GET", "POST") if name in line)
            expect = tuple(line["expect"].split())
            if len(expect) == 1:
                expect *= len(ROLES)
            assert len(expect) == len(ROLES), f"{line}: one outcome, or one for each role"
            assert set(expect) <= OUTCOMES, f"{line}: {set(expect) - OUTCOMES} is no outcome"
            yield Request(str(row["number"]), method, line[method], expect, line.get("form", {}), line.get("shows", ""))


def route_of(address: str) -> str:
    """Empty for an address without its last slash, which only leads to the one with it."""
    try:
        return str(resolve(address.partition("?")[0]).route)
    except Resolver404:
        return ""


def outcome(response: HttpResponseBase, shows: str, content: str, tables: list[str], method: str) -> str:
    """In the words of the data file."""
    status = response.status_code
    if status in (301, 302, 303):
        return _moved(response["Location"], tables, method)
    if status == 200 and shows and shows not in content:
        return "without"
    if status in (200, 204) and method == "POST" and tables:
        return "done"
    return str(status)


def _moved(to: str, tables: list[str], method: str) -> str:
    if to.startswith(DOORS):
        return "sign-in"
    if to == ADMIN_HOME:
        return "home"
    return "done" if method == "POST" and tables else "moved"


def _count() -> str:
    from tests.whole_site.one_world.test_access_matrix import LOWER_ROLES, admin_routes

    addresses = len(admin_routes())
    lines = [
        f"{len(rows())} rows, {len(requests())} lines of one method and address, {sum(len(line.cells) for line in requests())} cells"
        f" ({sum(len(line.roles_that_tell) for line in requests())} in the small run)",
        f"{addresses} addresses of the admin by prefix: {addresses * len(LOWER_ROLES) * 2} cells more",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")
    import django

    django.setup()
    sys.stdout.write(f"{_count()}\n")
