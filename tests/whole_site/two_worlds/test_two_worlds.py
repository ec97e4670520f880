"""The site with and without secrets, read by somebody who may not see them: the same bytes, or something leaks.

A small run reads every outlet as a visitor or as a member of another council, turn by turn, the addresses of secrets as both
and some others, and the lists after something has gone; `HUB_WHOLE_SITE=large` reads every outlet as everybody, and each time.
"""

from __future__ import annotations

import difflib

import pytest

from tests.whole_site import matrix, routes
from tests.whole_site.two_worlds import outlets
from tests.whole_site.two_worlds.crawl import Crawl
from tests.whole_site.two_worlds.worlds import LOST, SEES, VIEWERS, Asked, Worlds
from tests.whole_site.world import ALL_LEVELS, CANARY

# One process builds the worlds, however many there are (tests/conftest.py).
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_world_with_secrets_answers_as_the_one_without(viewer: str, worlds: Worlds) -> None:
    full, bare = worlds.full[viewer], worlds.bare[viewer]

    different = [asked for asked in worlds.read_by(viewer) if full[asked] != bare[asked]]

    assert different == [], differences(different, full, bare)


def differences(asked: Asked, full: Crawl, bare: Crawl, most: int = 6) -> str:
    """Of the first few, what the secrets added."""
    told = [f"{len(asked)} outlets tell of secrets: {', '.join(' '.join(each) for each in asked)}"]
    for each in asked[:most]:
        lines = difflib.unified_diff(str(bare[each]).splitlines(), str(full[each]).splitlines(), n=0, lineterm="")
        told += [f"\n{' '.join(each)}", *(line[:200] for line in list(lines)[2:14])]
    return "\n".join(told)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_visible_to_gives_the_same_rows_in_both_worlds(viewer: str, worlds: Worlds) -> None:
    """Also where no outlet asks for them yet."""
    assert worlds.rows[viewer, ALL_LEVELS] == worlds.rows[viewer, SEES[viewer]]


def test_what_was_mailed_is_the_same_in_every_world(worlds: Worlds) -> None:
    first, *others = worlds.mailed.values()

    assert len(first) == 2
    assert all(mailed == first for mailed in others)


@pytest.mark.parametrize("gone", LOST)
def test_whoever_has_lost_their_rights_sees_what_those_see_who_never_had_any(gone: str, worlds: Worlds) -> None:
    """Nobody's rights live on in a session that is still open."""
    lost, never = worlds.full[gone], worlds.full[LOST[gone]]

    different = [
        asked
        for asked in lost.keys() & worlds.secret_addresses
        if (lost[asked].status, CANARY.encode() in lost[asked].body) != (never[asked].status, CANARY.encode() in never[asked].body)
    ]

    assert different == []
    assert len(lost) > 30


# --- What has gone ----------------------------------------------------------------------------------


def test_what_has_gone_from_sight_leaves_no_trace(worlds: Worlds) -> None:
    """Restricted, unpublished, moved, deleted, hidden, withdrawn: afterwards it is as if it had never been there."""
    never = worlds.bare["anonymous"]

    different = [asked for asked in worlds.gone if worlds.gone[asked] != never[asked]]

    assert different == [], differences(different, worlds.gone, never)


def test_what_has_gone_was_there_before(worlds: Worlds) -> None:
    there = [asked for asked, answer in worlds.while_there.items() if CANARY.encode() in answer.body]

    assert [asked for asked in worlds.passing_addresses if worlds.while_there[asked].status not in {200, 302}] == []
    assert len(there) > 30


def test_what_has_been_closed_to_members_leaves_them_no_trace(worlds: Worlds) -> None:
    """Taken back to its council, unpublished, hidden; of somebody who has left, and of somebody suspended."""
    never = worlds.bare["stranger"]

    different = [asked for asked in worlds.closed if worlds.closed[asked] != never[asked]]

    assert different == [], differences(different, worlds.closed, never)


def test_what_has_been_closed_was_open_before(worlds: Worlds) -> None:
    there = [asked for asked, answer in worlds.while_open.items() if CANARY.encode() in answer.body]

    assert [asked for asked in worlds.closing_addresses if worlds.while_open[asked].status not in {200, 302}] == []
    assert {status for asked in worlds.closing_addresses if (status := worlds.closed[asked].status)} == {404}
    assert len(there) > 10


# --- The test of the test ---------------------------------------------------------------------------


def test_every_route_that_is_read_has_been_read(worlds: Worlds) -> None:
    """Routes come from the URLconf, addresses from the matrix: a new outlet without an address fails here."""
    read = {matrix.route_of(address) for method, address in worlds.addresses if method == "GET"}
    only_pressed = {matrix.route_of(address) for method, address in worlds.addresses if method == "POST"} | outlets.ONLY_PRESSED
    known = read | only_pressed | outlets.NOT_READ

    assert {route.pattern for route in routes.all_routes() if not route.is_admin} - known == set()


def test_what_is_secret_is_there_to_be_found(worlds: Worlds) -> None:
    """A member meets secrets that a visitor does not, at the same addresses."""
    met = [asked for asked, answer in worlds.full["stranger"].items() if CANARY.encode() in answer.body]
    both = worlds.full["stranger"].keys() & worlds.full["anonymous"].keys()
    closed = [asked for asked in both if worlds.full["stranger"][asked].status != worlds.full["anonymous"][asked].status]

    assert len(met) > 40
    assert len(closed) > 10


def test_whoever_types_what_they_may_read_is_shown_it(worlds: Worlds) -> None:
    """And so the list could tell of the rest: it is the same index that a visitor's words are looked up in."""
    shown = [asked for asked in worlds.typed if CANARY.encode() in worlds.full["stranger"][asked].body]

    assert {worlds.full["stranger"][asked].status for asked in worlds.typed} == {200}
    assert {worlds.full["pending"][asked].status for asked in worlds.typed} == {200}
    assert len(shown) > 3


def test_a_visible_to_that_shows_everything_is_caught(worlds: Worlds) -> None:
    assert all(worlds.leaking[asked] != worlds.bare["anonymous"][asked] for asked in worlds.leaking)


def test_enough_is_compared(worlds: Worlds) -> None:
    """`-s` prints the numbers."""
    read = {matrix.route_of(address) for _, address in worlds.addresses}
    compared = sum(len(worlds.read_by(viewer)) for viewer in VIEWERS) + len(worlds.gone) + len(worlds.closed)
    print(  # noqa: T201 - what -s is for
        f"\n{len(read)} routes at {len(worlds.addresses)} addresses, {len(VIEWERS)} viewers, {len(worlds.secrets)} secrets;"
        f" {len(worlds.passing_addresses) + len(worlds.closing_addresses)} addresses of things that have gone: {compared} comparisons"
    )

    assert len(worlds.secrets) >= 40
    assert compared > 600
