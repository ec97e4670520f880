"""What followers hear of terms, proposals and new pages; what followers hear of systems."""

from __future__ import annotations

import pytest

from hub.library.models import BriefingPaperConcept
from hub.notifications import queries
from hub.notifications.models import Notification
from stepshare import actions as share
from taxonomy import actions
from taxonomy.models import Concept, Proposal
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory, ProposalFactory
from tests.hub.notifications.conftest import told_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(member, now) -> Concept:
    concept = ConceptFactory(label="Single view")
    actions.follow(concept=concept, by=member, now=now)
    return concept


def draft(home_page, **fields):
    index = BriefingPaperIndexPageFactory(parent=home_page)
    return BriefingPaperPageFactory(parent=index, live=False, first_published_at=None, **fields)


def lines_of(person) -> list[tuple[str, str, list[str]]]:
    return [(line.says, line.words.title, line.because) for line in queries.lines(person, queries.visible_to(person))]


def test_followers_hear_that_a_term_was_renamed(term, member, editor, now):
    change = actions.rename(concept=term, label="One view", by=editor, now=now, reason="Shorter.")

    assert lines_of(member) == [("A term has changed", change.summary, ["you follow the term “One view”"])]


def test_followers_of_a_term_that_was_merged_hear_of_it_once_and_follow_what_it_became(term, member, editor, now):
    other = ConceptFactory(label="Golden record")
    actions.merge(concepts=[term], into=other, by=editor, now=now, reason="The same.")
    actions.rename(concept=other, label="Golden view", by=editor, now=now, reason="Better.")

    assert [line[0] for line in lines_of(member)] == ["A term has changed"] * 2


def test_undoing_is_told_where_the_change_was(term, member, editor, now):
    change = actions.rename(concept=term, label="One view", by=editor, now=now, reason="Shorter.")
    actions.undo(change=change, by=editor, now=now, reason="Not after all.")

    assert len(told_to(member)) == 2


def test_small_changes_are_not_told(term, member, editor, now):
    actions.describe(concept=term, definition="Anew.", by=editor, now=now, reason="Clearer.")

    assert told_to(member) == []


def test_whoever_made_the_change_is_not_told(term, editor, now):
    actions.follow(concept=term, by=editor, now=now)
    actions.rename(concept=term, label="One view", by=editor, now=now, reason="Shorter.")

    assert told_to(editor) == []


def test_a_decision_is_told_to_followers_backers_and_those_who_discussed_it(term, member, colleague, stranger, lead, editor, now):
    proposal = ProposalFactory(kind=Proposal.Kind.RENAME, label="One view", concepts=[term], proposer=lead)
    actions.support(proposal=proposal, by=colleague, now=now)
    actions.comment(proposal=proposal, body="I like it.", by=stranger, now=now)
    actions.decline(proposal=proposal, reason="We keep it.", by=editor, now=now)

    told = {person: lines_of(person) for person in (member, colleague, stranger)}
    assert told[member] == [("Not taken up", "A better name: One view", ["you follow the term “Single view”"])]
    assert told[colleague][0][2] == ["you backed it"]
    assert told[stranger][0][2] == ["you said something about it"]
    assert told_to(lead) == []  # has a letter of their own


def test_followers_hear_of_an_accepted_change_once(term, member, lead, editor, now):
    proposal = ProposalFactory(kind=Proposal.Kind.RENAME, label="One view", concepts=[term], proposer=lead)
    actions.accept(proposal=proposal, reason="Yes.", by=editor, now=now)

    assert [line[0] for line in lines_of(member)] == ["A term has changed"]


def test_followers_hear_of_a_new_page_about_their_term_and_not_of_its_next_version(term, member, home_page):
    paper = draft(home_page, title="One view at last")
    paper.concept_tags.add(BriefingPaperConcept(concept=term))
    paper.save_revision().publish()
    paper.refresh_from_db()
    paper.save_revision().publish()

    assert lines_of(member) == [("New briefing paper", "One view at last", ["you follow the term “Single view”"])]


def test_what_is_unpublished_again_is_told_no_more(term, member, home_page):
    paper = draft(home_page)
    paper.concept_tags.add(BriefingPaperConcept(concept=term))
    paper.save_revision().publish()
    paper.refresh_from_db()
    paper.unpublish()

    assert lines_of(member) == []


def test_followers_of_a_system_hear_that_a_council_has_it_on_record(member, pending, lead, council, now):
    product = ProductFactory(name="Dovetail CRM")
    for person in (member, pending, lead):
        share.follow_system(product=product, by=person, now=now)
    fields = {"status": "live", "audience": "members"}
    share.record_installation(council=council, product=product, fields=fields, by=lead, now=now)

    assert lines_of(member)[0][2] == ["you follow the system “Dovetail CRM”"]
    assert lines_of(pending) == []  # it is among members
    assert told_to(lead) == []


def test_following_a_system_is_a_button_on_its_page(client, member, now):
    product = ProductFactory(slug="dovetail-crm")
    client.force_login(member, backend="hub.members.backends.SignInBackend")
    page = client.post("/share/systems/dovetail-crm/follow/", follow=True)
    assert "Stop following" in page.content.decode()
    assert product.follows.count() == 1

    page = client.post("/share/systems/dovetail-crm/unfollow/", follow=True)
    assert ">Follow<" in page.content.decode()
    assert product.follows.count() == 0


def test_a_page_tells_nobody_who_does_not_follow(member, home_page):
    paper = draft(home_page)
    paper.concept_tags.add(BriefingPaperConcept(concept=ConceptFactory()))
    paper.save_revision().publish()

    assert not Notification.objects.exists()
