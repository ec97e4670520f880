from __future__ import annotations

import datetime as dt

import pytest

from hub.organisations import actions
from hub.organisations.models import ChangeEvent, Organisation
from tests.factories.organisations import CouncilFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 4, 1)


def test_a_council_recorded_twice_is_one(now):
    facts = {"tier": Organisation.Tier.DISTRICT, "nation": Organisation.Nation.ENGLAND}

    first = actions.record_council(
        name="Ambleford District Council",
        short_name="Ambleford",
        code="X-AMB",
        alternative_names=["Amble"],
        by=None,
        now=now,
        **facts,
    )
    second = actions.record_council(name="Another name", short_name="Ambleford", by=None, now=now)

    assert first == second
    assert second.name == "Ambleford District Council"
    assert first.slug == "ambleford"
    assert first.identifiers.get().value == "X-AMB"
    assert first.alternative_names.get().name == "Amble"


def test_a_supplier_is_known_whatever_its_capitals_and_gets_a_free_address(now):
    CouncilFactory(slug="dovetail-civic")

    first = actions.record_supplier(name="Dovetail Civic", by=None, now=now)
    second = actions.record_supplier(name=" dovetail civic ", by=None, now=now)

    assert first == second
    assert first.slug == "dovetail-civic-2"


def test_a_change_ends_its_predecessors_and_is_recorded_once(now):
    east, west, new = CouncilFactory(), CouncilFactory(abolished_on=dt.date(2024, 3, 31)), CouncilFactory()

    for _ in range(2):
        actions.record_change(
            kind=ChangeEvent.Kind.MERGE, effective_on=DAY, predecessors=[east, west], successors=[new], by=None, now=now
        )

    east.refresh_from_db()
    west.refresh_from_db()
    assert ChangeEvent.objects.count() == 1
    assert (east.abolished_on, west.abolished_on) == (DAY, dt.date(2024, 3, 31))


def test_a_council_that_takes_another_over_lives_on(now):
    large, small = CouncilFactory(), CouncilFactory()

    actions.record_change(
        kind=ChangeEvent.Kind.TAKEOVER, effective_on=DAY, predecessors=[large, small], successors=[large], by=None, now=now
    )

    large.refresh_from_db()
    small.refresh_from_db()
    assert (large.abolished_on, small.abolished_on) == (None, DAY)


def test_a_change_of_boundary_ends_nobody(now):
    here, there = CouncilFactory(), CouncilFactory()

    actions.record_change(
        kind=ChangeEvent.Kind.BOUNDARY, effective_on=DAY, predecessors=[here], successors=[there], by=None, now=now
    )

    here.refresh_from_db()
    assert here.abolished_on is None
