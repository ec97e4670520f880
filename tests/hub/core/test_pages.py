from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from hub.core.models import RESERVED_SLUGS, pages_visible_to
from tests.factories.pages import InformationPageFactory, members_only


@pytest.fixture
def home(db, home_page):
    return home_page.specific


@pytest.mark.parametrize("slug", ["a-z", "question-time", "admin", "search"])
def test_a_top_level_slug_that_an_address_of_ours_shadows_is_refused(home, slug):
    page = InformationPageFactory(parent=home, slug="fine")
    page.slug = slug

    with pytest.raises(ValidationError, match="address of the hub itself"):
        page.full_clean()


def test_the_same_slug_deeper_in_the_tree_is_allowed(home):
    parent = InformationPageFactory(parent=home)

    InformationPageFactory(parent=parent, slug="search").full_clean()


def test_every_first_segment_of_our_address_map_is_reserved():
    segments = {str(pattern.pattern).split("/", 1)[0] for pattern in get_resolver().url_patterns}

    ours = {segment for segment in segments if segment and not segment.startswith("^")}
    assert ours <= RESERVED_SLUGS


def test_pages_of_any_kind_are_asked_by_the_same_verb(home, visitor, member):
    open_page = InformationPageFactory(parent=home)
    closed = members_only(InformationPageFactory(parent=home))
    draft = InformationPageFactory(parent=home, live=False)

    seen_by_visitor = set(pages_visible_to(visitor).values_list("pk", flat=True))
    seen_by_member = set(pages_visible_to(member).values_list("pk", flat=True))

    assert open_page.pk in seen_by_visitor
    assert closed.pk in seen_by_member - seen_by_visitor
    assert draft.pk not in seen_by_member


def test_an_information_page_is_served(client, home):
    page = InformationPageFactory(parent=home, title="About", body=[("text", "<p>Who we are.</p>")])

    assert "Who we are." in client.get(page.url).content.decode()
