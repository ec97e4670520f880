from __future__ import annotations

import pytest

from casestudies.models import CaseStudyConcept
from tests.factories.pages import CaseStudyIndexPageFactory, CaseStudyPageFactory
from tests.factories.stepshare import ProjectFactory
from tests.factories.taxonomy import ConceptFactory

BACKEND = "hub.members.backends.SignInBackend"


@pytest.fixture
def index(db):
    return CaseStudyIndexPageFactory()


def test_the_facts_stand_first_and_always_in_the_same_order(client, index):
    study = CaseStudyPageFactory(
        parent=index, would_do_differently="Start with the crews.", cost="£38,000", went_wrong="The phones."
    )

    content = client.get(study.url).content.decode()

    places = [
        content.index(words) for words in ("The problem", "What it cost", "What went wrong", "What they would do differently")
    ]
    assert places == sorted(places)
    assert places[-1] < content.index("What we wanted")


def test_a_fact_that_nobody_wrote_down_is_left_out(client, index):
    study = CaseStudyPageFactory(parent=index, saved="")

    assert "What it saved" not in client.get(study.url).content.decode()


def test_the_list_filters_by_council_and_by_term(client, index, council):
    ours = CaseStudyPageFactory(parent=index, title="Ours", council=council)
    CaseStudyPageFactory(parent=index, title="Theirs")
    CaseStudyConcept.objects.create(page=ours, concept=ConceptFactory(slug="web-chat"))

    for query in ("council=ambleford", "term=web-chat"):
        content = client.get(f"{index.url}?{query}").content.decode()
        assert "Ours" in content
        assert "Theirs" not in content


def test_a_filter_that_finds_nothing_says_what_to_do(client, index):
    CaseStudyPageFactory(parent=index)

    assert "No case study matches" in client.get(f"{index.url}?council=nowhere").content.decode()


def test_a_members_project_is_not_named_to_a_visitor(client, index, member):
    project = ProjectFactory(title="Between ourselves", audience="members")
    study = CaseStudyPageFactory(parent=index, project=project)

    assert "Between ourselves" not in client.get(study.url).content.decode()

    client.force_login(member, backend=BACKEND)
    assert "Between ourselves" in client.get(study.url).content.decode()


def test_the_list_costs_the_same_however_long_it_gets(client, index, assert_constant_queries):
    CaseStudyPageFactory.create_batch(5, parent=index)

    assert_constant_queries(lambda: client.get(index.url), grow=lambda: CaseStudyPageFactory.create_batch(45, parent=index))
