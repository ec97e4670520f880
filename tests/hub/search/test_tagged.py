from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from hub.library.models import BriefingPaperConcept
from hub.search.tagged import groups
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory, members_only
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory


@pytest.fixture
def concept(db):
    return ConceptFactory(label="Channel shift")


@pytest.fixture
def papers(db):
    return BriefingPaperIndexPageFactory()


def paper_about(concept, parent, **fields):
    paper = BriefingPaperPageFactory(parent=parent, **fields)
    BriefingPaperConcept.objects.create(page=paper, concept=concept)
    return paper


def test_everything_tagged_is_grouped_by_kind_with_counts(concept, papers, visitor):
    for _ in range(7):
        paper_about(concept, papers)
    ProductFactory(name="Openline", concepts=[concept])

    found = groups(visitor, concept)

    assert [(group.kind, group.count, len(group.hits)) for group in found] == [("paper", 7, 5), ("system", 1, 1)]
    assert found[0].url == "/search/?concept=channel-shift&kind=paper"


def test_a_members_paper_changes_no_count_for_a_visitor(concept, papers, visitor, member):
    paper_about(concept, papers, title="For all")
    members_only(paper_about(concept, papers, title="Between ourselves"))
    paper_about(concept, papers, title="Half written", live=False)

    assert [hit.title for hit in groups(visitor, concept)[0].hits] == ["For all"]
    assert groups(member, concept)[0].count == 2


def test_the_tag_draws_the_groups_or_an_invitation(concept, papers):
    template = Template("{% load tagged %}{% everything_tagged concept viewer %}")

    empty = template.render(Context({"concept": concept, "viewer": AnonymousUser()}))
    paper_about(concept, papers, title="What contact costs")
    full = template.render(Context({"concept": concept, "viewer": AnonymousUser()}))

    assert "Nothing carries this term yet" in empty
    assert "What contact costs" in full


def test_the_tag_costs_the_same_however_much_is_tagged(concept, papers, assert_constant_queries, visitor):
    def grow(number):
        for _ in range(number):
            paper_about(concept, papers)
            ProductFactory(concepts=[concept])

    grow(5)

    assert_constant_queries(lambda: groups(visitor, concept), grow=lambda: grow(20), most=12)
