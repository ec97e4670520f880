"""A page restricted to members shows its title to no outsider, by any outlet that exists."""

from __future__ import annotations

import pytest
from django.test import Client

from casestudies.models import CaseStudyConcept
from hub.library.models import BriefingPaperConcept
from hub.search import outbox
from tests.factories.pages import (
    BriefingPaperIndexPageFactory,
    BriefingPaperPageFactory,
    CaseStudyIndexPageFactory,
    CaseStudyPageFactory,
    EventIndexPageFactory,
    EventPageFactory,
    HomePageFactory,
    members_only,
)
from tests.factories.taxonomy import ConceptFactory

BACKEND = "hub.members.backends.SignInBackend"
CANARY = "Quillwort"
OUTLETS = [
    "/",
    "/briefing-papers/",
    "/case-studies/",
    "/events/",
    "/events.ics",
    "/sitemap.xml",
    "/robots.txt",
    f"/search/?q={CANARY}",
    "/search/?q=paper",
    "/search/?concept=shared-term",
    "/a-z/",
    "/a-z/shared-term/",
    "/bulletin/",
    "/question-time/",
    "/share/",
]


@pytest.fixture
def hidden(db, now, settings, django_capture_on_commit_callbacks):
    """A members' paper, case study and event, each with a canary for a title, all carrying one public term."""
    site_home = HomePageFactory()
    from wagtail.models import Site

    Site.objects.update(root_page=site_home)
    Site.clear_site_root_paths_cache()
    concept = ConceptFactory(label="Shared term")
    with django_capture_on_commit_callbacks(execute=True):
        paper = BriefingPaperPageFactory(
            parent=BriefingPaperIndexPageFactory(parent=site_home), title=f"{CANARY} paper", slug="hidden"
        )
        study = CaseStudyPageFactory(parent=CaseStudyIndexPageFactory(parent=site_home), title=f"{CANARY} case study")
        event = EventPageFactory(parent=EventIndexPageFactory(parent=site_home), title=f"{CANARY} event")
        BriefingPaperConcept.objects.create(page=paper, concept=concept)
        CaseStudyConcept.objects.create(page=study, concept=concept)
        pages = [members_only(page) for page in (paper, study, event)]
    outbox.drain(now=now)
    return pages


def test_no_outlet_names_it_to_a_visitor(client, hidden, subtests):
    for outlet in OUTLETS:
        with subtests.test(outlet):
            response = client.get(outlet, follow=True)

            # What was asked for may be repeated (the search box, a canonical address); the titles may not.
            content = response.content.decode()
            assert f"{CANARY} paper" not in content
            assert f"{CANARY} case study" not in content
            assert f"{CANARY} event" not in content
            assert response.status_code == 200


def test_the_same_outlets_do_name_it_to_a_member(client, hidden, member, subtests):
    """Otherwise the test above could not fail."""
    client.force_login(member, backend=BACKEND)

    for outlet in ("/", "/briefing-papers/", "/case-studies/", f"/search/?q={CANARY}", "/a-z/shared-term/"):
        with subtests.test(outlet):
            assert CANARY in client.get(outlet).content.decode()


@pytest.mark.parametrize("persona", ["pending", "supplier_person"])
def test_pending_members_and_suppliers_are_outsiders_too(client, hidden, persona, request):
    client.force_login(request.getfixturevalue(persona), backend=BACKEND)

    for outlet in ("/briefing-papers/", f"/search/?q={CANARY}", "/a-z/shared-term/"):
        assert f"{CANARY} paper" not in client.get(outlet).content.decode()


def test_its_address_answers_with_the_very_page_a_missing_address_gives(client, hidden):
    for page in hidden:
        address = page.get_url()
        answered = client.get(address)
        page.delete()
        missing = Client().get(address)

        assert answered.status_code == missing.status_code == 404
        assert answered.content == missing.content
        assert sorted(answered.headers.items()) == sorted(missing.headers.items())


def test_the_404_page_offers_sign_in_and_the_way_back(client, hidden):
    content = client.get(hidden[0].get_url()).content.decode()

    assert "next=%2Fbriefing-papers%2Fhidden%2F" in content
