from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.whole_site.matrix import ROLES
from tests.whole_site.visitors import Visitor
from tests.whole_site.world import World, passing
from tests.whole_site.world.people import WITHOUT_ACCOUNT


# One process builds it once for all files of this folder (tests/conftest.py).
@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), passing(own_posts=True) as built:
        yield built


@pytest.fixture(scope="package")
def visitors(world: World) -> dict[str, Visitor]:
    return {role: Visitor(None if role in WITHOUT_ACCOUNT else world[role]) for role in ROLES}


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """In place of the one for all tests: content types stay as they are while the world stands."""
