from __future__ import annotations

import pytest

from tests.whole_site.two_worlds.worlds import Worlds, read_them_all


@pytest.fixture(scope="session")
def worlds(django_db_setup: None, django_db_blocker) -> Worlds:
    with django_db_blocker.unblock():
        return read_them_all()
