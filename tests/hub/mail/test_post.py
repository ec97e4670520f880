"""What a message freezes when it is posted."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hub.mail import actions, queries, sender
from hub.mail.models import Delivery, Lane, Message
from hub.mail.recipients import Recipient, address_hash, mailbox
from tests.factories.mail import DeliveryFactory, ScriptedTransport, post

pytestmark = pytest.mark.django_db


def test_each_mailbox_gets_one_delivery_however_its_address_is_written(now):
    message = post("ann@council.example", "Ann@Council.Example", " ann@council.example ", "bob@council.example", now=now)

    assert sorted(message.deliveries.values_list("address", flat=True)) == ["ann@council.example", "bob@council.example"]
    assert message.recipient_count == 2
    assert queries.is_balanced(message)


def test_the_same_key_is_the_same_message(now):
    first = post("ann@council.example", now=now)

    second = post("ANN@council.example", "bob@council.example", subject="Another", text="Another", now=now)

    assert second == first
    assert second.subject == "Somebody answered"
    assert second.recipient_count == 2


def test_a_message_frozen_for_nobody_takes_markers_from_those_who_come_later(now):
    post(key="bulletin:1", text="[[name]]", now=now)

    message = post(key="bulletin:1", text="[[name]]", recipients=[Recipient("ann@council.example", {"name": "Ann"})], now=now)

    assert b"[[text:name]]" in message.template


def test_a_recipient_without_a_field_the_text_uses_is_refused_and_nothing_is_written(now):
    recipients = [Recipient("ann@council.example", {"name": "Ann"}), Recipient("bob@council.example")]

    with pytest.raises(ValueError, match=r"\[\[name\]\]"):
        post(text="Dear [[name]]", recipients=recipients, now=now)

    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@council.example", "a@b>\r\nRCPT TO:<c@d.example", "é@council.example", "a@-..example"]
)
def test_an_address_no_server_would_take_is_counted_as_failed_and_stops_nobody_else(address, now):
    message = post(address, "ann@council.example", now=now)

    assert queries.counts(message)["failed"] == 1
    assert queries.counts(message)["queued"] == 1
    assert queries.is_balanced(message)


def test_a_message_others_will_refer_to_carries_the_id_it_was_given(now):
    post("ann@council.example", "bob@council.example", message_id="post.abc", now=now)
    transport = ScriptedTransport()

    sender.drain(Lane.NOTICE, transport, now)

    assert all(b"Message-ID: <post.abc@testserver>\r\n" in envelope.data for envelope in transport.handed)


def test_a_domain_in_other_letters_is_written_as_the_wire_wants_it():
    assert mailbox("ann@bücher.example") == "ann@xn--bcher-kva.example"
    assert address_hash("ann@bücher.example") == address_hash("Ann@XN--bcher-kva.example")


def test_posting_many_costs_a_fixed_number_of_queries_for_each_thousand(now, django_assert_max_num_queries):
    recipients = (Recipient(f"reader{number}@council.example") for number in range(1500))

    with django_assert_max_num_queries(60):  # SQLite writes about 60 rows at a time
        message = post(recipients=recipients, lane=Lane.BULK, now=now)

    assert message.recipient_count == 1500


def test_a_message_is_undone_with_the_transaction_it_was_posted_in(now):
    with transaction.atomic():
        post("ann@council.example", now=now)
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "queued", "next_attempt_at": None},
        {"state": "leased", "next_attempt_at": None},
        {"state": "accepted", "next_attempt_at": None},
        {"state": "skipped", "next_attempt_at": None, "settled_at": "2026-05-05T10:00:00Z"},
        {"state": "posted"},
        {"address": ""},
    ],
)
def test_the_database_refuses_a_delivery_that_contradicts_itself(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFactory(**wrong)


def test_a_paused_message_waits_and_goes_on_when_resumed(now):
    message = post("ann@council.example", now=now)

    actions.pause(message, None, now)
    assert not Delivery.objects.due(Lane.NOTICE, now).exists()

    actions.resume(message, None, now)
    assert Delivery.objects.due(Lane.NOTICE, now).count() == 1


def test_a_cancelled_message_reaches_nobody_else(now):
    message = post("ann@council.example", now=now)

    actions.cancel(message, None, now)

    assert queries.counts(message)["skipped"] == 1
    assert queries.is_balanced(message)
    assert queries.is_finished(message)
