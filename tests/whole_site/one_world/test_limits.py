"""No address takes a form unless the table of limits knows it."""

from __future__ import annotations

import pytest
from django.urls import resolve

from hub.core.limits.doors import ADMIN_PREFIX, UNLIMITED, door_of
from tests.whole_site import matrix, routes
from tests.whole_site.world import World

pytestmark = pytest.mark.django_db


def test_every_route_that_takes_a_form_is_in_the_table_or_has_a_reason_not_to_be(world: World) -> None:
    """The matrix knows each method that a route answers; the admin is limited by its prefix."""
    pressed = {line.address_for(world, "member").partition("?")[0] for line in matrix.requests() if line.method == "POST"}
    found = [resolve(address) for address in pressed]

    assert sorted({match.view_name for match in found if not door_of(match, "POST")} - set(UNLIMITED)) == []
    assert len(found) > 60


def test_the_admin_is_where_the_table_believes_it_is():
    assert routes.ADMIN == ADMIN_PREFIX
