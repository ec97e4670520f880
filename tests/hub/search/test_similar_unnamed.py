"""Whoever leaves their name out looks for similar questions, and no row of theirs holds what they typed."""

from __future__ import annotations

import pytest

from forum import actions
from forum.models import Draft, Question
from tests.factories.accounts import UserFactory
from tests.factories.forum import QuestionFactory

LOOK, ANSWERED = "/search/similar/", "/search/similar/answered/"
TYPED = {"title": "Who else lost the telephony logs?", "body": "We did.", "audience": "members", "submission": "typed-once"}
UNNAMED = {**TYPED, "unnamed": "on"}


@pytest.fixture
def there(db, drain):
    question = QuestionFactory(title="Lost telephony logs")
    drain()
    return question


@pytest.fixture
def typing(client, member, now):
    """Before it came to their mind to leave their name out."""
    actions.save_draft(submission="typed-once", typed={"title": ["Who else?"]}, by=member, now=now)
    client.force_login(member)
    return client


def test_the_form_comes_back_as_it_was_sent_with_what_is_similar(typing, there):
    page = typing.post(LOOK, UNNAMED)

    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["form"]["unnamed"].value() is True
    assert page.context["form"]["audience"].value() == "members"
    assert 'value="Who else lost the telephony logs?"' in text
    assert 'value="typed-once"' in text
    assert there.title in text
    assert not Draft.objects.exists()
    assert not Question.objects.exclude(pk=there.pk).exists()


def test_that_something_answered_it_keeps_no_draft_and_says_so(typing, there):
    page = typing.post(ANSWERED, {**UNNAMED, "answered": f"question:{there.public_id}"}, follow=True)

    assert "Nothing is kept here of what you typed without your name" in page.content.decode()
    assert "your drafts" not in page.content.decode()
    assert not Draft.objects.exists()


def test_under_ones_name_both_keep_a_draft(typing, there, member):
    for door, more in ((LOOK, {}), (ANSWERED, {"answered": f"question:{there.public_id}"})):
        assert "draft=typed-once" in typing.post(door, {**TYPED, **more}).headers["Location"]
        assert Draft.objects.visible_to(member).get().first("body") == "We did."


def test_whoever_may_not_ask_is_told_what_to_do_first(client, there):
    client.force_login(UserFactory())

    assert client.post(LOOK, UNNAMED).status_code == 403
    assert not Draft.objects.exists()
