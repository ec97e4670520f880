"""A question that came by mail or telephone: typed in by a facilitator, answered to whoever asked, who stays unseen."""

from __future__ import annotations

import contextlib
import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from forum import actions, writing_back
from forum.models import AskedElsewhere, Question
from hub.core.audience import Audience
from hub.mail.models import Delivery, Message
from tests.at_once import at_once
from tests.factories.forum import AnswerFactory, QuestionFactory

BACKEND = "hub.members.backends.SignInBackend"
ADDRESS = "pat.quill@nowhere.example"
FORM = "/question-time/ask/for-somebody/"
TYPED = {"title": "How do you bill?", "body": "We try to.", "audience": "public", "way": "telephone"}


@pytest.fixture
def as_facilitator(facilitator):
    client = Client()
    client.force_login(facilitator, backend=BACKEND)
    return client


@pytest.fixture
def asked(as_facilitator):
    as_facilitator.post(FORM, {**TYPED, "name": "Pat of the county", "email": ADDRESS})
    return Question.objects.get()


def mails():
    return list(Message.objects.filter(stream=writing_back.STREAM))


def test_the_name_is_shown_and_the_address_never(asked, as_facilitator, client):
    for reader in (client, as_facilitator):
        page = reader.get(asked.get_absolute_url()).content.decode()
        assert "Pat of the county" in page
        assert ADDRESS not in page


def test_who_is_not_to_be_named_is_not(as_facilitator, client):
    as_facilitator.post(FORM, {**TYPED, "email": ADDRESS})

    page = client.get(Question.objects.get().get_absolute_url()).content.decode()

    assert "Somebody who wrote to us" in page


def test_each_answer_goes_to_who_asked(asked, stranger, now):
    answer = actions.answer(question=asked, body="By **hand**.", by=stranger, now=now)

    (message,) = mails()
    text = bytes(message.template).decode()
    assert message.subject == "How do you bill?"
    assert "By **hand**." in text
    assert Delivery.objects.get(message=message).address == ADDRESS
    assert writing_back.still_allowed(Delivery.objects.select_related("message").get(message=message))

    actions.withdraw_answer(answer=answer, by=stranger, now=now)

    assert not writing_back.still_allowed(Delivery.objects.select_related("message").get(message=message))


def test_an_answer_that_waits_for_a_facilitator_goes_when_it_is_let_through(asked, pending, facilitator, now):
    answer = actions.answer(question=asked, body="By hand.", by=pending, now=now)
    assert mails() == []

    actions.approve_post(post=answer, by=facilitator, now=now)

    assert len(mails()) == 1


def test_what_is_among_members_is_not_mailed(as_facilitator, stranger, now):
    as_facilitator.post(FORM, {**TYPED, "audience": "members", "email": ADDRESS})

    actions.answer(question=Question.objects.get(), body="A quillwort.", by=stranger, now=now)

    text = bytes(mails()[0].template).decode()
    assert "quillwort" not in text
    assert "/account/signup/" in text


def test_who_asked_what_was_joined_to_another_gets_its_answers(asked, member, stranger, facilitator, now):
    waiting = actions.answer(question=asked, body="Not yet.", by=stranger, now=now)
    target = QuestionFactory(title="How is it billed?", author=member)
    reshaping = actions.merge(source=asked, target=target, by=facilitator, now=now)
    given = actions.answer(question=target, body="By hand.", by=stranger, now=now)

    _before, after = mails()
    assert after.subject == "How do you bill?"
    text = bytes(after.template).decode()
    assert "How is it billed?" in text
    assert "By hand." in text
    sent = {row.message.key.split(":")[2]: row for row in Delivery.objects.select_related("message")}
    assert all(writing_back.still_allowed(sent[post.public_id]) for post in (waiting, given))

    actions.unmerge(reshaping=reshaping, by=facilitator, now=now)
    assert [writing_back.still_allowed(sent[post.public_id]) for post in (waiting, given)] == [True, False]
    actions.answer(question=target, body="Or not.", by=stranger, now=now)
    assert len(mails()) == 2


def test_what_is_joined_to_one_among_members_is_mailed_without_its_words(asked, stranger, facilitator, now):
    target = QuestionFactory(title="A quillwort", audience=Audience.MEMBERS)
    actions.merge(source=asked, target=target, by=facilitator, now=now)
    actions.answer(question=target, body="Another quillwort.", by=stranger, now=now)

    (message,) = mails()
    assert "quillwort" not in message.subject + bytes(message.template).decode()


def test_one_address_that_asked_both_hears_once(asked, as_facilitator, stranger, facilitator, now):
    as_facilitator.post(FORM, {**TYPED, "title": "The same?", "email": ADDRESS.upper()})
    target = Question.objects.exclude(pk=asked.pk).get()
    actions.merge(source=asked, target=target, by=facilitator, now=now)
    actions.answer(question=target, body="By hand.", by=stranger, now=now)

    assert [message.subject for message in mails()] == ["The same?"]


def test_the_link_stops_it_on_a_press_and_not_when_it_is_opened(asked, client, stranger, now):
    address = writing_back.stop_url(asked.asked_elsewhere).removeprefix("http://testserver")
    address = "/" + address.split("/", 3)[3] if "://" in address else address

    client.get(address)
    assert AskedElsewhere.objects.get().email == ADDRESS
    client.post(address)

    assert AskedElsewhere.objects.get().email == ""
    actions.answer(question=asked, body="By hand.", by=stranger, now=now)
    assert mails() == []
    assert client.post(address + "x/").status_code == 404 or client.post("/question-time/asked/forged/stop/").status_code == 200


def test_a_members_question_is_their_own(as_facilitator, member):
    as_facilitator.post(FORM, {**TYPED, "email": member.email.upper(), "as_member": "on"})

    question = Question.objects.get()
    assert question.author == member
    assert question.asked_elsewhere.email == ""


def test_an_address_that_is_no_members_is_said_so(as_facilitator, pending):
    page = as_facilitator.post(FORM, {**TYPED, "email": pending.email, "as_member": "on"}).content.decode()

    assert "No member who may ask has this address" in page
    assert not Question.objects.exists()


def test_other_answers_are_mailed_to_nobody(stranger, now, db):
    AnswerFactory()

    assert mails() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_form_sent_twice_at_once_asks_once(facilitator, now):
    both_asked = threading.Barrier(2, timeout=2)
    asked = []

    def send() -> None:
        with transaction.atomic():
            question = actions.ask_for(
                title="How do you bill?",
                body="We try to.",
                audience=Audience.PUBLIC,
                way=AskedElsewhere.Way.TELEPHONE,
                submission="sent-twice",
                by=facilitator,
                now=now,
            )
            # Without the lock both come here before either commits; with it, the second still waits to ask.
            with contextlib.suppress(threading.BrokenBarrierError):
                both_asked.wait()
        asked.append(question.pk)

    at_once(send, send)

    assert asked == [Question.objects.get().pk] * 2
