"""Who may do what: every line of `access_matrix.toml` as every role, and no address or method that no line covers.

The small run asks as the two roles on either side of each line between outcomes, and each address of the admin as one role;
`HUB_WHOLE_SITE=large` asks everything as everybody.
`python -m tests.whole_site.matrix` counts the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.whole_site import matrix, routes
from tests.whole_site.matrix import LARGE, ROLES, Cell, Request
from tests.whole_site.visitors import Visitor, content_of, written_tables
from tests.whole_site.world import World

# Without the mark pytest-django makes no test database, and the world would be built in the developer's own.
pytestmark = pytest.mark.django_db

LOWER_ROLES = ("anonymous", "pending", "supplier", "member", "lead")
# Icons and translations are nobody's secret; password reset leads to the one door, and its later steps are not there.
OPEN_ADMIN_ROUTES = re.compile(r"admin/(sprite/|jsi18n/|login/|password_reset/.*)")
# Asking what is allowed is no access; HEAD is GET without a body (`test_every_answer.py` compares them).
HARMLESS = {"HEAD", "OPTIONS"}
# Django's form views, of which allauth is made, take PUT for POST and let their dispatch answer whatever comes.
FORM_VIEWS = re.compile(r"account/.+")


@contextmanager
def undone() -> Iterator[None]:
    """The world stands for all cells, so each is rolled back."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("request_", matrix.requests(), ids=str)
def test_every_cell_of_the_matrix(request_: Request, world: World, visitors: dict[str, Visitor], subtests: pytest.Subtests) -> None:
    for cell in request_.cells:
        if not LARGE and cell.role not in request_.roles_that_tell:
            continue
        with subtests.test(role=cell.role), undone():
            got, tables = ask(cell, world, visitors[cell.role])

            assert got == cell.expect
            assert got == "done" or tables == [], "it wrote all the same"


def ask(cell: Cell, world: World, visitor: Visitor) -> tuple[str, list[str]]:
    """What came of it, and the tables it wrote to."""
    line = cell.request
    address, form = line.address_for(world, cell.role), line.form_for(world, cell.role)
    with written_tables() as tables:
        response = visitor.ask(line.method, address, form)
        content = content_of(response).decode(errors="replace")
    return matrix.outcome(response, line.filled(line.shows, world, cell.role), content, tables, line.method), tables


# --- No address without a line ----------------------------------------------------------------------


def covered(world: World) -> set[tuple[str, str]]:
    return {(matrix.route_of(line.address_for(world, "member")), line.method) for line in matrix.requests()}


def test_every_route_has_a_line(world: World) -> None:
    listed = {route for route, _ in covered(world)}

    assert {route.pattern for route in routes.all_routes() if not route.is_admin} - listed == set()


def test_every_method_that_a_route_answers_has_a_line(world: World, visitors: dict[str, Visitor]) -> None:
    """Asked as the first role that may: nobody else could tell 405 from a closed door."""
    lines, unlisted, asked = covered(world), set(), set()
    for line in matrix.requests():
        role = next((role for role, says in zip(ROLES, line.expect, strict=True) if says in {"200", "done", "moved"}), None)
        route = matrix.route_of(line.address_for(world, "member"))
        if role is None or routes.is_admin(line.address) or route in asked:
            continue
        asked.add(route)
        listed_here = {method for listed, method in lines if listed == route}
        for method in {"GET", "POST"} if FORM_VIEWS.fullmatch(route) else set(routes.METHODS) - HARMLESS:
            if method in listed_here:
                continue
            with undone():
                status = visitors[role].ask(method, line.address_for(world, role)).status_code
            if status != 405:
                unlisted.add(f"{method} /{route} answers {status}")

    assert sorted(unlisted) == []


# --- The admin, by prefix ---------------------------------------------------------------------------


def admin_routes() -> list[routes.Route]:
    return [route for route in routes.all_routes() if route.is_admin and not OPEN_ADMIN_ROUTES.fullmatch(route.pattern)]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", LOWER_ROLES)
def test_nobody_below_an_editor_opens_any_address_of_the_admin(role, method, world, visitors):
    """One right opens the admin, and these roles lack it: so the small run asks each address as one role, the large as all."""
    wrong = []
    for number, route in enumerate(admin_routes()):
        if LARGE or LOWER_ROLES[number % len(LOWER_ROLES)] == role:
            with written_tables() as tables:
                response = visitors[role].ask(method, route.any_address)
            if not response.get("Location", "").startswith(matrix.DOORS) or tables:
                wrong.append(f"{route.any_address}: {response.status_code} {tables}")

    assert wrong == []


def test_the_admins_own_door_leads_to_the_one_of_the_site(visitors):
    response = visitors["anonymous"].get("/admin/login/?next=/admin/")

    assert unquote(response["Location"]) == "/account/login/?next=/admin/"


def test_a_member_who_goes_to_the_admin_arrives_somewhere(visitors):
    """And is not sent round in a circle between the admin and the door."""
    address = "/admin/"
    for _ in range(5):
        response = visitors["member"].get(address)
        address = response.get("Location", "")

    assert address == ""
