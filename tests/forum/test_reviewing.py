"""What a facilitator reads before others do: those words are posted, and no others."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from forum import actions, queries
from forum.models import Answer, Question
from hub.core.audience import Audience
from tests.factories.stepshare import ProductFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def page_of(client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def url(name: str, post) -> str:
    return reverse(f"forum:{name}", kwargs={"public_id": post.public_id})


def change_words(post, by, now):
    if isinstance(post, Question):
        actions.edit_question(question=post, title=post.title, body="Buy ours.", concepts=[], products=[], by=by, now=now)
    elif isinstance(post, Answer):
        actions.edit_answer(answer=post, body="Buy ours.", by=by, now=now)
    else:
        actions.edit_comment(comment=post, body="Buy ours.", by=by, now=now)


def written_by(author, kind, question, now):
    if kind == "question":
        return actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=author, now=now)
    verb = {
        "answer": lambda **who: actions.answer(question=question, **who),
        "comment": lambda **who: actions.comment(on=question, **who),
    }
    return verb[kind](body="Ring the depot.", by=author, now=now)


@pytest.mark.parametrize("kind", ["question", "answer", "comment"])
def test_only_the_words_that_were_read_are_let_through(client, kind, question, pending, facilitator, now):
    held = written_by(pending, kind, question, now)
    as_read = type(held).objects.get(pk=held.pk)
    change_words(held, pending, now + HOUR)

    with pytest.raises(actions.ChangedSince):
        actions.approve_post(post=as_read, by=facilitator, now=now)
    with pytest.raises(actions.ChangedSince):
        actions.decline_post(post=held, reason="No.", by=facilitator, now=now, read="first")
    assert type(held).objects.get(pk=held.pk).is_held

    client.force_login(facilitator)
    approve = f"/question-time/review/{kind}/{held.public_id}/approve/"
    assert "changed it meanwhile" in client.post(approve, {"version": "first"}, follow=True).content.decode()
    assert type(held).objects.get(pk=held.pk).is_held
    decline = f"/question-time/review/{kind}/{held.public_id}/decline/"
    page = client.post(decline, {"version": "first", "reason": "Too loud."}).content.decode()
    assert "changed it meanwhile" in page
    assert "Too loud." in page
    assert f'value="{held.version}"' in page

    assert f'value="{held.version}"' in client.get(held.get_absolute_url(), follow=True).content.decode()
    client.post(approve, {"version": held.version})
    assert type(held).objects.get(pk=held.pk).is_open


def test_letting_through_writes_no_words(question, pending, facilitator, now):
    held = actions.answer(question=question, body="Ring the depot.", by=pending, now=now)
    Answer.objects.filter(pk=held.pk).update(author_job="Clerk")

    actions.approve_post(post=held, by=facilitator, now=now)

    assert Answer.objects.get(pk=held.pk).author_job == "Clerk"


@pytest.mark.parametrize("kind", ["question", "answer", "comment"])
def test_other_words_of_somebody_who_is_read_first_wait_again_and_come_back_to_their_place(
    client, kind, question, pending, facilitator, visitor, now
):
    post = written_by(pending, kind, question, now)
    actions.approve_post(post=post, by=facilitator, now=now + HOUR)
    change_words(post, pending, now + 2 * HOUR)

    assert post.is_held
    assert queries.awaiting(facilitator) == [post]
    assert post not in type(post).objects.visible_to(visitor)
    actions.approve_post(post=post, by=facilitator, now=now + 3 * HOUR)
    assert post.is_open
    assert type(post).objects.get(pk=post.pk).posted_at == now + HOUR

    client.force_login(pending)
    assert "A facilitator reads what you change" in page_of(client, url(f"edit_{kind}", post))
    sent = {"title": "May I?", "body": "Buy it now."}
    assert "waits for a facilitator" in client.post(url(f"edit_{kind}", post), sent, follow=True).content.decode()


def test_an_accepted_answer_with_other_words_waits_and_is_no_longer_accepted(question, member, pending, facilitator, now):
    answer = actions.answer(question=question, body="Ring the depot.", by=pending, now=now)
    actions.approve_post(post=answer, by=facilitator, now=now)
    actions.accept(answer=answer, by=member, now=now)
    change_words(answer, pending, now + HOUR)

    assert not question.marks.exists()
    question.refresh_from_db()
    assert question.last_activity_at == question.asked_at


def test_a_members_other_words_and_a_newcomers_other_terms_do_not_wait(
    question, answer, member, stranger, pending, facilitator, now
):
    change_words(question, member, now)
    change_words(answer, stranger, now)
    asked = actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=pending, now=now)
    actions.approve_post(post=asked, by=facilitator, now=now)
    about = {"concepts": [], "products": [ProductFactory()]}
    actions.edit_question(question=asked, title="May I?", body="Ask.", by=pending, now=now + HOUR, **about)

    assert question.is_open
    assert answer.is_open
    assert asked.is_open


# --- What its author finds ------------------------------------------------------------------------

MINE = "/question-time/list/mine/"


@pytest.mark.parametrize("kind", ["question", "answer", "comment"])
def test_the_author_finds_what_others_do_not_read_with_its_state(client, kind, question, pending, facilitator, member, now):
    held = written_by(pending, kind, question, now)
    client.force_login(pending)
    assert "Waits for a facilitator" in page_of(client, MINE)
    assert held.get_absolute_url() in page_of(client, MINE)

    actions.decline_post(post=held, reason="It sells something.", by=facilitator, now=now)
    assert "Not posted: a facilitator said no" in page_of(client, MINE)
    assert "It sells something." in page_of(client, MINE)

    actions.reconsider_post(post=held, by=facilitator, now=now)
    actions.approve_post(post=held, by=facilitator, now=now)
    assert "Only you and the facilitators" not in page_of(client, MINE)
    client.force_login(member)
    assert "Only you and the facilitators" not in page_of(client, MINE)


def test_whoever_must_wait_is_led_to_what_they_wrote(client, pending):
    client.force_login(pending)
    sent = {"title": "May I?", "body": "Ask.", "audience": "public"}

    page = client.post("/question-time/ask/", sent, follow=True).content.decode()

    assert f'find it among <a href="{MINE}">your questions</a>' in page


def test_the_list_of_ones_own_costs_the_same_with_much_that_waits(client, question, pending, assert_constant_queries, now):
    client.force_login(pending)

    def grow(number=4):
        for kind in ("question", "answer", "comment") * number:
            post = written_by(pending, kind, question, now)
            post.status = "declined"
            post.save()

    grow(1)
    assert_constant_queries(lambda: client.get(MINE), grow=grow)


def test_what_was_written_without_a_name_is_not_in_the_list_of_ones_own(member, now):
    asked = actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=member, now=now, unnamed=True)

    assert asked.is_held
    assert queries.kept_from_others(member) == []
