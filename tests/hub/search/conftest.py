"""An empty index for each test, in the folder that the settings give each process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from modelsearch.backends import get_search_backends

from hub.search import outbox
from tests.factories.pages import BriefingPaperIndexPageFactory


@pytest.fixture(autouse=True)
def empty_indexes() -> Iterator[None]:
    yield
    for backend in get_search_backends():
        backend.store.clear()


@pytest.fixture
def drain() -> Callable[[], int]:
    """What the worker does, until nothing waits."""

    def until_empty() -> int:
        total = 0
        while handled := outbox.drain(timezone.now()):
            total += handled
        return total

    return until_empty


@pytest.fixture
def papers(db):
    """The page under which briefing papers stand."""
    return BriefingPaperIndexPageFactory()
