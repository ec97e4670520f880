from __future__ import annotations

import pytest
from wagtail.contrib.redirects.models import Redirect

from tests.factories.pages import InformationPageFactory, members_only

BACKEND = "hub.members.backends.SignInBackend"


@pytest.fixture
def moved(home_page):
    """A page that used to stand at /old/."""
    page = InformationPageFactory(parent=home_page, slug="new")
    Redirect.add_redirect("/old/", page)
    return page


def test_an_old_address_leads_to_the_new_one(client, moved):
    assert client.get("/old/")["Location"].endswith("/new/")
    assert client.get("/old/?from=mail")["Location"].endswith("/new/")


def test_a_hidden_pages_old_address_answers_like_a_missing_one(client, moved, member):
    members_only(moved)

    assert client.get("/old/").status_code == 404

    client.force_login(member, backend=BACKEND)
    assert client.get("/old/").status_code == 301


def test_an_unpublished_pages_old_address_answers_like_a_missing_one(client, moved):
    moved.unpublish()

    assert client.get("/old/").status_code == 404
