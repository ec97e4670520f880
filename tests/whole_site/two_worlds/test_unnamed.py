"""Two worlds that differ only in who wrote what nobody signed: the same bytes to everybody but those two, and the same rows.

A small run reads the lists and the addresses of what is unsigned; `HUB_WHOLE_SITE=large` reads every outlet as everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from forum.models import Seal
from tests.whole_site.matrix import LARGE
from tests.whole_site.two_worlds import outlets
from tests.whole_site.two_worlds.crawl import Crawl, crawl
from tests.whole_site.two_worlds.test_two_worlds import differences
from tests.whole_site.world import World, passing

pytestmark = pytest.mark.django_db

THOSE_TWO = ("asker", "replier")
READERS = ("anonymous", "pending", "supplier", "stranger", "member", "lead", "editor", "facilitator", "administrator")
READ_BY = READERS if LARGE else ("anonymous", "facilitator")
# Drawn anew each time they are written, and about nobody's posts.
DRAWN = {
    ("forum.Seal", "ciphertext"),
    ("forum.Seal", "mac"),
    ("accounts.User", "password"),
    ("forum.Attachment", "file"),
    "sessions.Session",
}


# Wagtail draws one for each page, block and revision.
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Unsigned:
    read: dict[str, Crawl] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mailed: list[tuple[str, bytes]] = field(default_factory=list)
    seen_by_author: Crawl = field(default_factory=dict)


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker) -> dict[str, Unsigned]:
    with django_db_blocker.unblock():
        return {author: _read(author) for author in THOSE_TWO}


def _read(author: str) -> Unsigned:
    found = Unsigned()
    with passing(unnamed_by=author) as world:
        asked = _addresses(world)
        found.read = {viewer: crawl(world, viewer, asked) for viewer in READ_BY}
        found.rows = _rows()
        found.mailed = [(envelope.recipient, envelope.data) for envelope in world.post_office.handed]
        found.seen_by_author = crawl(world, author, [("GET", "/question-time/unnamed/")])
    return found


def _addresses(world: World) -> list[tuple[str, str]]:
    if LARGE:
        return [asked for asked in outlets.addresses(world) if asked[0] == "GET"]
    unsigned = {"unnamed_question", "unnamed_answer", "unnamed_comment", "held_unnamed", "third_question"}
    lines = [line for line in outlets.read_lines() if line.names & unsigned]
    found = [line.address_for(world, "anonymous") for line in lines]
    people = [f"/members/{world[name].public_id}/" for name in THOSE_TWO]
    return [("GET", address) for address in dict.fromkeys([*outlets.GATHERED, *outlets.AMONG_MEMBERS, *found, *people])]


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that the database holds."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label
        if model._meta.proxy or label in DRAWN:
            continue
        rows = model._base_manager.order_by("pk").values()
        found[label] = [
            {name: _UUID.sub("", str(value)) for name, value in row.items() if (label, name) not in DRAWN} for row in rows
        ]
    return found


@pytest.mark.parametrize("viewer", READ_BY)
def test_nobody_is_told_who_wrote_what_is_not_signed(viewer: str, worlds: dict[str, Unsigned]) -> None:
    one, other = (worlds[author].read[viewer] for author in THOSE_TWO)

    different = [asked for asked in one if one[asked] != other[asked]]

    assert different == [], differences(different, one, other)
    assert any(b"Question without a name" in answer.body for answer in one.values())


def test_what_was_mailed_to_others_is_the_same(worlds: dict[str, Unsigned]) -> None:
    one, other = (worlds[author].mailed for author in THOSE_TWO)

    assert one == other


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's sequences do not go back, so that keys differ")
def test_no_row_differs_but_the_seals_and_who_is_told_to_come_and_look(worlds: dict[str, Unsigned]) -> None:
    one, other = (worlds[author].rows for author in THOSE_TWO)

    different = {label for label in one if one[label] != other[label]}

    # The ledger's one delivery of the day, whose address is forgotten when it has gone.
    assert different == {"mail.Delivery"}
    assert len(one["forum.Seal"]) == len(other["forum.Seal"]) > 3
    changed = [pair for pair in zip(one["mail.Delivery"], other["mail.Delivery"], strict=True) if pair[0] != pair[1]]
    assert [{name for name in a if a[name] != b[name]} for a, b in changed] == [{"address", "address_hash"}]


def test_their_authors_find_them(worlds: dict[str, Unsigned]) -> None:
    """The test of the test: the two worlds do differ, for those two."""
    for unsigned in worlds.values():
        (answer,) = unsigned.seen_by_author.values()
        assert b"Question without a name" in answer.body
        assert b"Which system is it?" in answer.body


def test_without_the_seals_nothing_is_left_to_tell_them_apart() -> None:
    """What the two columns hold is no plain name."""
    assert {field.name for field in Seal._meta.local_concrete_fields} == {
        *("id", "question", "answer", "comment", "ciphertext", "mac", "news_at", "told_at")
    }
