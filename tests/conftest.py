"""The database every test starts from, the personas, and the proof that a list costs the same however long it gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from wagtail.models import Collection, Locale, Page, Site
from xdist.scheduler import LoadScopeScheduling

from hub.accounts.models import User
from hub.core.limits.counting import Counters, counters
from hub.members.models import Role
from tests.factories.members import MembershipFactory, OfficeFactory
from tests.factories.organisations import CouncilFactory, SupplierFactory

NOW = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)


class Scheduling(LoadScopeScheduling):
    """Each test goes to whichever process is free, in order: those that empty the database stay last.

    What reads one world stays together, and goes first, so that no process builds it anew.
    """

    def _split_scope(self, nodeid: str) -> str:
        folders = ("tests/whole_site/one_world/", "tests/whole_site/two_worlds/")
        return next((folder for folder in folders if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """What Wagtail's migrations lay down, where the tables came straight from the models."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        # A fixture that asks for the database where no test does would get the developer's own.
        assert "test" in str(connection.settings_dict["NAME"]) or "memory" in str(connection.settings_dict["NAME"])
        Locale.objects.get_or_create(language_code="en-gb")
        if not Collection.objects.exists():
            Collection.add_root(name="Root")
        root = Page.get_first_root_node() or Page.add_root(
            title="Root", slug="root", content_type=ContentType.objects.get_for_model(Page)
        )
        Site.objects.all().delete()
        for child in root.get_children():
            child.delete()
        home = Page.objects.get(pk=root.pk).add_child(title="Home", slug="home")
        Site.objects.create(hostname="testserver", port=80, root_page=home, is_default_site=True, site_name="STEP hub")


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    cache.clear()
    Site.clear_site_root_paths_cache()
    ContentType.objects.clear_cache()
    return


@pytest.fixture
def limits(settings: Settings, tmp_path: Path) -> Iterator[Counters]:
    """Switched on, and counting from nothing; every other test asks as often as it likes."""
    settings.HUB_LIMITS = {"enforced": True, "redis": "", "file": tmp_path / "limits.sqlite3"}
    found = counters()
    yield found
    found.shared.close()  # type: ignore[attr-defined]


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def visitor() -> AnonymousUser:
    return AnonymousUser()


@pytest.fixture
def council(db: None):
    return CouncilFactory(name="Ambleford District Council", short_name="Ambleford", slug="ambleford")


@pytest.fixture
def member(council) -> User:
    return MembershipFactory(organisation=council, user__first_name="Priya", user__last_name="Nair").user


@pytest.fixture
def colleague(council) -> User:
    """Another member of the member's own council."""
    return MembershipFactory(organisation=council).user


@pytest.fixture
def stranger(db: None) -> User:
    """A member of another council."""
    return MembershipFactory().user


@pytest.fixture
def lead(council) -> User:
    return MembershipFactory(organisation=council, is_lead=True).user


@pytest.fixture
def pending(council) -> User:
    return MembershipFactory(organisation=council, pending=True).user


@pytest.fixture
def supplier_person(db: None) -> User:
    return MembershipFactory(organisation=SupplierFactory()).user


@pytest.fixture
def editor(db: None) -> User:
    return OfficeFactory(role=Role.EDITOR).user


@pytest.fixture
def facilitator(db: None) -> User:
    return OfficeFactory(role=Role.FACILITATOR).user


@pytest.fixture
def administrator(db: None) -> User:
    return OfficeFactory(role=Role.ADMINISTRATOR).user


@pytest.fixture
def home_page(db: None) -> Page:
    """The root of the site, under which tests hang their pages."""
    return Site.objects.get(is_default_site=True).root_page


@pytest.fixture
def assert_constant_queries() -> Callable[..., None]:
    """`assert_constant_queries(fetch, grow=…)`: warm up, count, grow, count again, compare; at most 30."""

    def check(fetch: Callable[[], object], *, grow: Callable[[], object], most: int = 30) -> None:
        fetch()
        with CaptureQueriesContext(connection) as before:
            fetch()

        grow()
        fetch()
        with CaptureQueriesContext(connection) as after:
            fetch()

        assert len(after) == len(before), "\n".join(query["sql"][:200] for query in after.captured_queries)
        assert len(after) <= most

    return check
