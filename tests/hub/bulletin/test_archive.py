"""Everybody reads what went out; nobody reads there what they may not read elsewhere."""

from __future__ import annotations

import pytest

from forum import actions as forum
from hub.bulletin import actions
from hub.mail.models import Lane
from tests.factories.bulletin import BulletinIssueFactory
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.pages import CaseStudyPageFactory, EventPageFactory, members_only
from tests.hub.bulletin.mailed import hand_over

pytestmark = pytest.mark.django_db

ISSUE = "/bulletin/7/"


def page_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def sent(frozen, facilitator, now):
    actions.send(issue=frozen, by=facilitator, now=now)
    hand_over(Lane.BULK, now)
    actions.look_after(issue=frozen, now=now)
    return frozen


def test_the_archive_lists_what_went_out_the_newest_first(client, facilitator, editor):
    BulletinIssueFactory(number=1, title="The first", sent=True)
    BulletinIssueFactory(number=2, title="The second", sent=True)
    BulletinIssueFactory(number=3, title="Half written")

    page = page_of(client.get("/bulletin/"))

    assert page.index("The second") < page.index("The first")
    assert "Half written" not in page
    assert "/bulletin/subscribe/" in page


def test_an_empty_archive_invites(client):
    page = page_of(client.get("/bulletin/"))

    assert "No issue has gone out yet" in page
    assert "/bulletin/subscribe/" in page


def test_nobody_reads_an_issue_at_its_number_before_it_is_sent(client, facilitator, frozen, now):
    client.force_login(facilitator)

    assert client.get(ISSUE).status_code == 404
    actions.send(issue=frozen, by=facilitator, now=now)
    assert client.get(ISSUE).status_code == 200


def test_an_issue_shows_the_words_that_were_sent_under_todays_address(client, sent, paper):
    paper.title = "Another title"
    paper.slug = "moved"
    paper.save()

    page = page_of(client.get(ISSUE))

    assert "What contact costs" in page
    assert "Another title" not in page
    assert 'href="/moved/"' in page
    assert "An accountant will be there." in page
    assert "<strong>all</strong>" in page


def test_a_question_says_whether_it_still_waits(client, sent, question):
    assert "Still waits for an answer" in page_of(client.get(ISSUE))

    AnswerFactory(question=question)

    assert "Answered since" in page_of(client.get(ISSUE))


def test_a_question_that_was_closed_without_an_answer_is_not_called_answered(client, sent, question, now):
    question.closed_at = now
    question.save()

    page = page_of(client.get(ISSUE))

    assert "Answered since" not in page
    assert "Still waits" not in page
    assert '<span class="tag">Closed</span>' in page
    AnswerFactory(question=question)
    assert "Answered since" in page_of(client.get(ISSUE))


def test_a_cancelled_event_says_so(client, sent, event):
    event.is_cancelled = True
    event.save()

    assert "Cancelled" in page_of(client.get(ISSUE))


def test_a_question_hidden_since_is_gone_without_a_gap_for_everybody(client, sent, question, facilitator, member, now):
    """Its author and the facilitators can read it at its own address; lists leave it out for all."""
    forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now)

    for viewer in (None, member, question.author, facilitator):
        if viewer:
            client.force_login(viewer)
        page = page_of(client.get(ISSUE))
        assert question.title not in page
        assert "Question time</h2>" not in page
        assert "Asked for the second time." not in page


def test_a_page_restricted_since_is_shown_to_members_only(client, sent, paper, member):
    members_only(paper)

    visitor = page_of(client.get(ISSUE))
    client.force_login(member)

    assert paper.title not in visitor
    assert paper.title in page_of(client.get(ISSUE))


def test_a_deleted_page_is_gone(client, sent, paper):
    paper.delete()

    assert "What contact costs" not in page_of(client.get(ISSUE))


def test_an_issue_with_a_hidden_item_is_the_very_page_it_would_be_without_it(client, facilitator, event, now):
    """Two worlds that differ only in what is hidden."""
    pages = []
    for extra in (QuestionFactory(title="CANARY", asked_at=now), None):
        issue = BulletinIssueFactory(number=7, title="STEP bulletin 7", public_id="bcdfghjkmn")
        for thing in filter(None, (event, extra)):
            actions.add_item(issue=issue, obj=thing, by=facilitator, now=now)
        actions.freeze(issue=issue, by=facilitator, now=now)
        actions.send(issue=issue, by=facilitator, now=now)
        if extra:
            forum.hide_question(question=extra, reason="Names a resident.", by=facilitator, now=now)
        pages.append(client.get(ISSUE).content)
        issue.delete()

    assert pages[0] == pages[1]


def test_the_archive_costs_the_same_however_long_it_gets(client, assert_constant_queries):
    BulletinIssueFactory.create_batch(5, sent=True)

    assert_constant_queries(lambda: client.get("/bulletin/"), grow=lambda: BulletinIssueFactory.create_batch(45, sent=True))


def test_an_issue_costs_the_same_however_much_is_in_it(client, facilitator, now, assert_constant_queries):
    def issue_with(number: int, each: int):
        issue = BulletinIssueFactory(number=number)
        for factory in (EventPageFactory, CaseStudyPageFactory, QuestionFactory):
            for thing in factory.create_batch(each):
                actions.add_item(issue=issue, obj=thing, by=facilitator, now=now)
        actions.freeze(issue=issue, by=facilitator, now=now)
        actions.send(issue=issue, by=facilitator, now=now)

    issue_with(501, 2)
    issue_with(502, 7)
    path = iter(["/bulletin/501/"] * 2 + ["/bulletin/502/"] * 2)

    assert_constant_queries(lambda: client.get(next(path)), grow=lambda: None)


@pytest.mark.parametrize("path", ["/bulletin/", ISSUE, "/bulletin/subscribe/", "/bulletin/subscribe/sent/"])
def test_public_pages_carry_no_inline_script_or_style_and_answer_head(client, sent, path):
    page = page_of(client.get(path))

    assert " style=" not in page
    assert "onclick" not in page
    assert client.head(path).status_code == 200


def test_the_archive_sets_no_cookie_for_visitors(client, sent):
    assert not client.get("/bulletin/").cookies
    assert not client.get(ISSUE).cookies


# --- Following it -----------------------------------------------------------------------------


def test_the_feed_has_every_issue_that_went_out_and_of_each_what_everybody_may_read(client, sent, paper, member):
    BulletinIssueFactory(number=8, title="Half written")
    members_only(paper)

    visitors = client.get("/bulletin/feed/")
    client.force_login(member)

    assert visitors.headers["Content-Type"].startswith("application/atom+xml")
    words = page_of(visitors)
    assert "STEP bulletin 7" in words
    assert "Cost clinic · Who mends the street light?" in words
    assert paper.title not in words
    assert "Half written" not in words
    assert client.get("/bulletin/feed/").content == visitors.content
    assert "/bulletin/feed/" in page_of(client.get("/bulletin/"))


def test_an_issue_leads_to_those_before_and_after_it_that_went_out(client, sent):
    BulletinIssueFactory(number=5, title="The fifth", sent=True)
    BulletinIssueFactory(number=6, title="The sixth, never sent")
    BulletinIssueFactory(number=9, title="The ninth", sent=True)

    page = page_of(client.get(ISSUE))

    assert 'rel="next" href="/bulletin/9/"' in page
    assert 'rel="prev" href="/bulletin/5/"' in page
    assert "The sixth" not in page


def test_the_feed_costs_the_same_however_many_issues_there_are(client, facilitator, now, assert_constant_queries):
    def grow(first: int, number: int):
        for each in range(first, first + number):
            issue = BulletinIssueFactory(number=each)
            for thing in (EventPageFactory(), CaseStudyPageFactory(), QuestionFactory()):
                actions.add_item(issue=issue, obj=thing, by=facilitator, now=now)
            actions.freeze(issue=issue, by=facilitator, now=now)
            actions.send(issue=issue, by=facilitator, now=now)

    grow(700, 1)
    assert_constant_queries(lambda: client.get("/bulletin/feed/"), grow=lambda: grow(800, 4))
