from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from hub.core.upkeep import publish_scheduled
from hub.library.models import BriefingPaperConcept, BriefingPaperPage
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory, members_only
from tests.factories.taxonomy import ConceptFactory


@pytest.fixture
def index(db):
    return BriefingPaperIndexPageFactory()


def test_a_paper_shows_its_version_contents_and_terms(client, index):
    paper = BriefingPaperPageFactory(
        parent=index,
        title="What contact costs",
        version=3,
        changed="New figures for web chat.",
        body=[("heading", "One"), ("heading", "Two"), ("heading", "Three"), ("text", "<p>Words</p>")],
    )
    BriefingPaperConcept.objects.create(page=paper, concept=ConceptFactory(label="Channel shift"))

    content = client.get(paper.url).content.decode()

    assert "New figures for web chat." in content
    assert content.count("#part-") == 3
    assert "Channel shift" in content


def test_the_list_shows_published_papers_and_no_drafts(client, index):
    BriefingPaperPageFactory(parent=index, title="For all to read")
    BriefingPaperPageFactory(parent=index, title="Half written", live=False)

    content = client.get(index.url).content.decode()

    assert "For all to read" in content
    assert "Half written" not in content


def test_a_members_paper_is_listed_for_members_only(client, index, member):
    members_only(BriefingPaperPageFactory(parent=index, title="Between ourselves"))
    signed_in = Client()
    signed_in.force_login(member, backend="hub.members.backends.SignInBackend")

    assert "Between ourselves" not in client.get(index.url).content.decode()
    assert "Between ourselves" in signed_in.get(index.url).content.decode()


def test_a_members_paper_answers_a_visitor_with_the_very_page_a_missing_address_gives(client, index, member):
    paper = members_only(BriefingPaperPageFactory(parent=index, slug="secret"))

    hidden = client.get(paper.url)
    paper.delete()
    missing = client.get(f"{index.url}secret/")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert sorted(hidden.headers.items()) == sorted(missing.headers.items())


def test_a_restriction_on_the_list_holds_for_every_paper_in_it(visitor, member, index):
    paper = BriefingPaperPageFactory(parent=index)
    members_only(index)

    assert paper not in BriefingPaperPage.objects.visible_to(visitor)
    assert paper in BriefingPaperPage.objects.visible_to(member)


def test_the_list_costs_the_same_however_long_it_gets(client, index, assert_constant_queries):
    concept = ConceptFactory()

    def grow(number):
        for paper in BriefingPaperPageFactory.create_batch(number, parent=index):
            BriefingPaperConcept.objects.create(page=paper, concept=concept)

    grow(5)

    assert_constant_queries(lambda: client.get(index.url), grow=lambda: grow(45))


def test_an_editor_edits_a_draft_in_wagtail_and_publishes_it(client, editor, index):
    paper = BriefingPaperPageFactory(parent=index, title="Draft", live=False)
    client.force_login(editor, backend="hub.members.backends.SignInBackend")

    assert client.get(f"/admin/pages/{paper.pk}/edit/").status_code == 200
    paper.save_revision(user=editor).publish(user=editor)

    assert client.get(paper.url).status_code == 200


def test_a_scheduled_paper_appears_when_its_time_has_come_and_not_before(client, index):
    paper = BriefingPaperPageFactory(parent=index, title="The news of tomorrow", live=False)
    paper.go_live_at = timezone.now() + dt.timedelta(hours=1)
    revision = paper.save_revision()
    revision.publish()
    publish_scheduled()
    assert client.get(paper.url).status_code == 404

    past = timezone.now() - dt.timedelta(seconds=1)
    revision.approved_go_live_at = past
    revision.content["go_live_at"] = past.isoformat()
    revision.save()
    publish_scheduled()

    assert client.get(paper.url).status_code == 200
    assert "The news of tomorrow" in client.get(index.url).content.decode()


def test_a_member_has_no_way_into_the_admin(client, member):
    client.force_login(member, backend="hub.members.backends.SignInBackend")

    assert client.get("/admin/").status_code == 302
