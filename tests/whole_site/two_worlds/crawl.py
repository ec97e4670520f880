"""One visit to every outlet, and what came back with everything masked that differs between any two visits."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.core.cache import cache
from django.db import transaction

from forum.views import doors as forum_doors
from hub.core import paging
from hub.public_ids import drawn_from
from hub.search import queries as search_queries
from hub.search import tagged as search_tagged
from stepshare.views import directory
from tests.whole_site.visitors import Visitor, content_of
from tests.whole_site.world import World

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
# Wagtail's own admin is the one place that a primary key names things in; editors' pages link there.
_EDIT_LINK = re.compile(rb"/admin/pages/(?:\d+/edit|add/\w+/\w+/\d+)/")
# When a cookie or a page that may not be kept ends is reckoned from the clock of the machine.
_CLOCKS = {"expires", "set-cookie"}

WITHOUT_ACCOUNT = ("anonymous",)
# A list that a script fetches while somebody types. What stands behind the mark is for us: the words are in the form.
BY_SCRIPT = "/search/similar/?"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    body: bytes

    def __str__(self) -> str:
        return "\n".join([str(self.status), *map(": ".join, self.headers), *self.cookies, "", self.body.decode(errors="replace")])


Crawl = dict[tuple[str, str], Answer]


@contextmanager
def short_lists() -> Iterator[None]:
    """Two to a page: then a hidden row moves the others to another page."""
    with (
        mock.patch.object(forum_doors, "PAGE_LENGTH", 2),
        mock.patch.object(directory, "PAGE_LENGTH", 2),
        mock.patch.object(directory, "FACTS_ON_A_PAGE", 2),
        mock.patch.object(search_queries, "PER_PAGE", 2),
        mock.patch.object(search_tagged, "SHOWN_PER_KIND", 1),
        mock.patch.object(paging.page_of, "__defaults__", (2,)),
    ):
        yield


def visitor(world: World, name: str) -> Visitor:
    return Visitor(None if name in WITHOUT_ACCOUNT else world[name])


def crawl(
    world: World,
    viewer: str,
    addresses: Iterable[tuple[str, str]],
    forms: dict[str, dict[str, Any]] | None = None,
    *,
    keep_cache: bool = False,
) -> Crawl:
    """`forms` by address, for what is posted."""
    if not keep_cache:
        cache.clear()
    somebody = visitor(world, viewer)
    with short_lists():
        return {(method, address): visit(somebody, method, address, (forms or {}).get(address)) for method, address in addresses}


def _masked(text: bytes) -> bytes:
    return _EDIT_LINK.sub(b"/admin/pages/N/edit/", text)


def visit(somebody: Visitor, method: str, address: str, form: dict[str, Any] | None = None) -> Answer:
    """Undone afterwards; ids that a form draws when it is shown are the same at each visit."""
    with transaction.atomic(), drawn_from(random.Random(3).choice):
        response = somebody.ask(method, address, form, by_script=address.startswith(BY_SCRIPT))
        body = content_of(response)
        transaction.set_rollback(True)
    headers = sorted(
        (name.lower(), _masked(value.encode()).decode()) for name, value in response.items() if name.lower() not in _CLOCKS
    )
    body = _masked(_TOKEN.sub(b"", body))
    return Answer(response.status_code, tuple(headers), tuple(sorted(response.cookies)), body)
