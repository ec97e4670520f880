from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from stepshare.facts import ago
from stepshare.models import Installation, a_year_before
from stepshare.queries import to_confirm
from tests.factories.stepshare import InstallationFactory

NOW = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (60, "8 weeks ago"),
        (61, "2 months ago"),
        (122, "4 months ago"),
        (364, "11 months ago"),
        (365, "1 year ago"),
        (800, "2 years ago"),
    ],
)
def test_an_age_reads_as_people_say_it(days, words):
    assert ago(NOW - dt.timedelta(days=days), NOW) == words


def test_a_day_begins_at_midnight_in_london():
    assert ago(dt.datetime(2026, 5, 4, 23, 30, tzinfo=dt.UTC), NOW) == "today"


@given(st.integers(min_value=0, max_value=20_000))
def test_every_age_has_words(days):
    assert ago(NOW - dt.timedelta(days=days), NOW).split()[-1] in {"today", "yesterday", "ago"}


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_a_year_before_is_a_year(day):
    assert 365 <= (day - a_year_before(day)).days <= 366


@pytest.mark.parametrize("days", [None, 0, 364, 365, 366, 800])
@pytest.mark.parametrize("status", Installation.Status.values)
def test_a_fact_and_the_query_agree_on_what_waits_to_be_confirmed(db, days, status):
    confirmed = None if days is None else NOW - dt.timedelta(days=days)
    fact = InstallationFactory(status=status, last_confirmed_at=confirmed)
    today = timezone.localdate(NOW)

    assert fact.is_stale(today) is Installation.objects.stale(today).exists()
    assert fact.is_stale(today) is (status != "retired" and (days is None or days >= 365))


def test_what_waits_is_counted_for_the_councils_own_people(member, stranger, visitor, supplier_person, facilitator, council):
    InstallationFactory(council=council, last_confirmed_at=None, own_council=True)
    InstallationFactory(council=council)
    InstallationFactory(last_confirmed_at=None)
    today = NOW.date()

    assert to_confirm(member, today) == 1
    assert [to_confirm(viewer, today) for viewer in (stranger, visitor, supplier_person, facilitator)] == [0, 0, 0, 0]
