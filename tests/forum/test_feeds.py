"""The lists as feeds: the public part for everybody, one's own by an address that can be stopped."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from forum import actions, feed_links
from forum.models import Post, Question, QuestionFollow
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory
from tests.factories.stepshare import ProductFactory

FEEDS = "/question-time/feeds/"


def words(response) -> str:
    return response.content.decode()


@pytest.fixture
def token(member, now):
    return feed_links.token_of(actions.make_feed_link(by=member, now=now))


def test_a_public_feed_is_the_same_for_everybody(client, question, facilitator):
    QuestionFactory(title="Among ourselves", for_members=True)
    QuestionFactory(title="Out of sight", hidden=True)
    as_visitor = words(client.get(f"{FEEDS}all.atom"))
    client.force_login(facilitator)

    assert words(client.get(f"{FEEDS}all.atom")) == as_visitor
    assert "Who mends the street light?" in as_visitor
    assert "Among ourselves" not in as_visitor
    assert "Out of sight" not in as_visitor
    assert "Priya" not in as_visitor


def test_ones_own_feed_has_what_one_may_read_at_that_moment(client, question, member, token, now):
    QuestionFactory(title="Among ourselves", for_members=True)
    address = f"{FEEDS}{token}/all.atom"

    assert "Among ourselves" in words(client.get(address))

    member.memberships.update(ended_at=now)
    left = words(client.get(address))
    assert "Among ourselves" not in left
    assert "Who mends the street light?" in left


def test_a_stopped_a_renewed_and_a_forged_address_are_missing(client, member, token, now):
    address = f"{FEEDS}{token}/all.atom"
    assert client.get(f"{FEEDS}{token[:-1]}/all.atom").status_code == 404
    assert client.get(f"{FEEDS}{token}/nothing.atom").status_code == 404

    renewed = feed_links.token_of(actions.make_feed_link(by=member, now=now))
    assert client.get(address).status_code == 404
    assert client.get(f"{FEEDS}{renewed}/all.atom").status_code == 200

    actions.revoke_feed_link(by=member, now=now)
    assert client.get(f"{FEEDS}{renewed}/all.atom").status_code == 404


def test_somebody_who_may_not_sign_in_has_no_feed(client, member, token):
    member.is_active = False
    member.save()

    assert client.get(f"{FEEDS}{token}/all.atom").status_code == 404


def test_what_has_not_changed_is_not_sent_again_and_hidden_rows_change_nothing(client, question):
    first = client.get(f"{FEEDS}all.atom")
    QuestionFactory(title="Out of sight", hidden=True, asked_at=timezone.now())
    AnswerFactory(question=question, hidden=True)
    again = client.get(f"{FEEDS}all.atom", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert client.get(f"{FEEDS}all.atom")["Last-Modified"] == first["Last-Modified"]


def test_personal_lists_have_no_public_feed(client, db):
    assert client.get(f"{FEEDS}new.atom").status_code == 404
    assert client.get(f"{FEEDS}mine.atom").status_code == 404


def test_the_new_are_what_others_posted_since_one_read(client, question, member, stranger, token, now):
    address = f"{FEEDS}{token}/new.atom"
    actions.mark_all_read(by=member, now=now)
    assert "street light" not in words(client.get(address))

    later = now + dt.timedelta(hours=1)
    actions.answer(question=question, body="We do.", by=stranger, now=later)
    assert "street light" in words(client.get(address))

    actions.has_read(question, by=member, now=later)
    assert "street light" not in words(client.get(address))


def test_mine_are_what_one_asked_answered_commented_on_or_needs(client, question, member, stranger, token, now):
    for number, title in enumerate(["Answered", "Remarked", "Needed", "Nothing to me"]):
        other = QuestionFactory(title=title, author=stranger)
        if number == 0:
            AnswerFactory(question=other, author=member)
        if number == 1:
            actions.comment(on=other, body="Which?", by=member, now=now)
        if number == 2:
            InterestFactory(question=other, user=member)

    feed = words(client.get(f"{FEEDS}{token}/mine.atom"))

    assert all(title in feed for title in ("street light", "Answered", "Remarked", "Needed"))
    assert "Nothing to me" not in feed


def test_the_followed_are_those_one_follows(client, question, member, token, now):
    QuestionFollow.objects.create(user=member, question=question, followed_at=now)
    QuestionFactory(title="Nothing to me")

    feed = words(client.get(f"{FEEDS}{token}/followed.atom"))

    assert "street light" in feed
    assert "Nothing to me" not in feed


def test_a_feed_costs_the_same_however_long_it_gets(client, token, assert_constant_queries):
    systems = ProductFactory.create_batch(2)

    def grow(number=10):
        for _ in range(number):
            AnswerFactory(question=QuestionFactory(products=systems))

    grow(3)
    assert_constant_queries(lambda: client.get(f"{FEEDS}{token}/all.atom"), grow=grow)


def test_held_questions_are_in_no_feed(client, question):
    Question.objects.update(status=Post.Status.HELD)

    assert "street light" not in words(client.get(f"{FEEDS}all.atom"))
