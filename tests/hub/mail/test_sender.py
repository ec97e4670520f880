"""The states a delivery goes through, and who is never written to."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import partial

import pytest
from django.db import InterfaceError, OperationalError, connection

from hub.mail import actions, kinds, outcomes, queries, sender
from hub.mail.models import Delivery, Lane, OptOut, Suppression
from hub.mail.transports import Accepted, ConnectionFailed, Deferred, Refused, Uncertain
from tests.at_once import at_once
from tests.factories.mail import DeliveryFactory, ScriptedTransport, post

pytestmark = pytest.mark.django_db

State = Delivery.State
ANN, BOB = "ann@council.example", "bob@council.example"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def state_of(message, address=ANN):
    return message.deliveries.get(address=address).state


def test_what_waits_is_handed_over_once(now):
    message, transport = post(ANN, BOB, now=now), ScriptedTransport()

    assert sender.drain(Lane.NOTICE, transport, now) == 2
    assert sender.drain(Lane.NOTICE, transport, now) == 0

    assert sorted(transport.recipients) == [ANN, BOB]
    assert queries.counts(message)["accepted"] == 2
    assert message.deliveries.filter(settled_at=now, smtp_code=250).count() == 2


def test_a_lane_leaves_the_others_alone(now):
    post(ANN, lane=Lane.BULK, now=now)

    assert sender.drain(Lane.SIGN_IN, ScriptedTransport(), now) == 0
    assert sender.drain(Lane.NOTICE, ScriptedTransport(), now) == 0
    assert sender.drain(Lane.BULK, ScriptedTransport(), now) == 1


def test_who_left_the_stream_after_it_was_posted_gets_nothing(now):
    message, transport = post(ANN, BOB, stream="bulletin", lane=Lane.BULK, now=now), ScriptedTransport()
    actions.opt_out("Ann@council.example", "bulletin", now)

    sender.drain(Lane.BULK, transport, now)

    assert transport.recipients == [BOB]
    assert message.deliveries.get(address=ANN).skip_reason == Delivery.SkipReason.OPTED_OUT


def test_who_left_while_an_earlier_mail_of_the_same_lease_went_gets_nothing(now):
    post(ANN, BOB, now=now)
    transport = ScriptedTransport(lambda envelope: (actions.opt_out(BOB, "notices", now), Accepted(250, "OK"))[1])

    sender.drain(Lane.NOTICE, transport, now)

    assert transport.recipients == [ANN]


def test_who_came_back_gets_the_next_one(now):
    actions.opt_out(ANN, "notices", now)
    actions.opt_in("ANN@council.example", "notices", now)
    post(ANN, now=now)

    assert sender.drain(Lane.NOTICE, ScriptedTransport(), now) == 1
    assert not OptOut.objects.exists()


def test_leaving_one_stream_keeps_the_others(now):
    actions.opt_out(ANN, "bulletin", now)
    message = post(ANN, stream="notices", now=now)

    sender.drain(Lane.NOTICE, ScriptedTransport(), now)

    assert state_of(message) == State.ACCEPTED


@pytest.mark.parametrize(
    ("reason", "lane", "state"),
    [
        ("hard-bounce", Lane.NOTICE, "skipped"),
        ("hard-bounce", Lane.SIGN_IN, "skipped"),
        ("manual", Lane.SIGN_IN, "skipped"),
        ("complaint", Lane.BULK, "skipped"),
        ("complaint", Lane.SIGN_IN, "accepted"),
        ("erasure", Lane.SIGN_IN, "accepted"),
    ],
)
def test_a_suppressed_address_gets_only_what_it_asks_for_at_the_door(reason, lane, state, now):
    message = post(ANN, lane=lane, now=now)
    actions.suppress(ANN, reason, now)
    actions.opt_out(ANN, "notices" if lane == Lane.SIGN_IN else "bulletin", now)

    sender.drain(lane, ScriptedTransport(), now)

    assert state_of(message) == state
    assert Suppression.objects.count() == 1


def test_a_kind_is_asked_just_before_each_hand_over(now, monkeypatch):
    monkeypatch.setitem(kinds._questions, "members-only", lambda delivery: delivery.address != ANN)
    message, transport = post(ANN, BOB, stream="members-only", now=now), ScriptedTransport()

    sender.drain(Lane.NOTICE, transport, now)

    assert transport.recipients == [BOB]
    assert message.deliveries.get(address=ANN).skip_reason == Delivery.SkipReason.NOT_ALLOWED


def test_an_error_in_a_kind_puts_that_one_off_and_stops_nobody_else(now, monkeypatch):
    def question(delivery):
        return 1 / (delivery.address != ANN) > 0

    monkeypatch.setitem(kinds._questions, "shaky", question)
    message, transport = post(ANN, BOB, stream="shaky", now=now), ScriptedTransport()

    sender.drain(Lane.NOTICE, transport, now)

    assert transport.recipients == [BOB]
    assert state_of(message) == State.QUEUED


def test_a_code_that_has_expired_is_not_sent(now):
    message, transport = post(ANN, lane=Lane.SIGN_IN, expires_at=now + MINUTE, now=now), ScriptedTransport()

    sender.drain(Lane.SIGN_IN, transport, now + MINUTE)

    assert not transport.handed
    assert message.deliveries.get().skip_reason == Delivery.SkipReason.EXPIRED


def test_a_sign_in_mail_is_blanked_as_soon_as_it_is_accepted(now):
    message = post(ANN, lane=Lane.SIGN_IN, text="Your code is 123456.", now=now)

    sender.drain(Lane.SIGN_IN, ScriptedTransport(), now)

    message.refresh_from_db()
    assert bytes(message.template) == b""
    assert message.blanked_at == now


def test_a_sign_in_mail_that_was_put_off_keeps_its_text_and_goes_later(now):
    message, transport = (
        post(ANN, lane=Lane.SIGN_IN, text="Your code is 123456.", now=now),
        ScriptedTransport(Deferred(451, "Greylisted")),
    )

    sender.drain(Lane.SIGN_IN, transport, now)
    assert state_of(message) == State.DEFERRED
    sender.drain(Lane.SIGN_IN, transport, now + MINUTE)

    assert b"123456" in transport.handed[1].data
    assert state_of(message) == State.ACCEPTED


def test_a_put_off_mail_waits_longer_each_time_and_is_given_up_after_a_day(now):
    message, transport = post(ANN, now=now), ScriptedTransport(*[Deferred(451, "Later")] * 100)
    waits, moment = [], now
    while state_of(message) != State.FAILED:
        sender.drain(Lane.NOTICE, transport, moment)
        following = message.deliveries.get().next_attempt_at or moment
        waits.append(following - moment)
        moment = following

    assert waits[0] < 2 * MINUTE
    assert waits[1] > waits[0]
    assert max(waits) <= 5 * HOUR
    assert moment - now <= DAY
    assert 8 <= len(transport.handed) <= 20


def test_a_refused_mail_is_failed_and_says_why(now):
    message = post(ANN, now=now)

    sender.drain(Lane.NOTICE, ScriptedTransport(Refused(550, "No such mailbox")), now)

    delivery = message.deliveries.get()
    assert (delivery.state, delivery.smtp_code, delivery.smtp_text) == (State.FAILED, 550, "No such mailbox")
    assert list(queries.failed_of(message)) == [delivery]


def test_without_a_connection_everybody_waits_and_no_attempt_counts(now):
    message, transport = post(ANN, BOB, now=now), ScriptedTransport(ConnectionFailed(None, "No route to host"))

    assert sender.drain(Lane.NOTICE, transport, now) == 0

    assert len(transport.handed) == 1
    assert queries.counts(message)["queued"] == 2
    assert set(message.deliveries.values_list("attempts", "first_tried_at")) == {(0, None)}
    assert sender.drain(Lane.NOTICE, transport, now + MINUTE) == 2


def test_an_uncertain_mail_is_listed_by_name_and_never_sent_again_by_itself(now):
    message, transport = post(ANN, BOB, now=now), ScriptedTransport(Uncertain(None, "Lost"))

    for later in (now, now + HOUR, now + 30 * DAY):
        sender.drain(Lane.NOTICE, transport, later)

    assert [delivery.address for delivery in queries.uncertain_of(message)] == [ANN]
    assert sorted(transport.recipients) == [ANN, BOB]


def test_a_person_may_send_to_the_uncertain_again_under_the_same_message_id(now, facilitator):
    message, transport = post(ANN, now=now), ScriptedTransport(Uncertain(None, "Lost"))
    sender.drain(Lane.NOTICE, transport, now)

    assert actions.requeue_uncertain(message, facilitator, now + HOUR) == 1
    sender.drain(Lane.NOTICE, transport, now + HOUR)

    first, second = (
        [line for line in envelope.data.split(b"\r\n") if line.startswith(b"Message-ID")] for envelope in transport.handed
    )
    assert first == second
    assert state_of(message) == State.ACCEPTED


def test_what_a_dead_sender_had_leased_waits_again_and_what_it_was_sending_is_uncertain(now):
    leased = DeliveryFactory(state=State.LEASED, lease_expires_at=now, lease_owner="dead", next_attempt_at=None)
    sending = DeliveryFactory(state=State.SENDING, lease_expires_at=now, lease_owner="dead", next_attempt_at=None)
    alive = DeliveryFactory(state=State.SENDING, lease_expires_at=now + MINUTE, lease_owner="alive", next_attempt_at=None)

    sender.recover(now)

    for delivery, state in ((leased, State.QUEUED), (sending, State.UNCERTAIN), (alive, State.SENDING)):
        delivery.refresh_from_db()
        assert delivery.state == state


def test_a_sender_that_was_only_slow_still_writes_down_what_it_knows(now):
    message = post(ANN, now=now)
    transport = ScriptedTransport(lambda envelope: (sender.recover(now + HOUR), Accepted(250, "OK"))[1])

    sender.drain(Lane.NOTICE, transport, now)

    assert state_of(message) == State.ACCEPTED
    assert queries.is_balanced(message)


def test_a_row_that_somebody_else_took_over_is_not_handed_over(now):
    post(ANN, now=now)
    (delivery,) = sender.claim(Lane.NOTICE, now)
    sender.recover(now + HOUR)

    assert not outcomes.begin(Delivery.objects.select_related("message").get(pk=delivery.pk), now)


def test_a_paused_message_stops_within_one_mail(now):
    message = post(ANN, BOB, now=now)
    transport = ScriptedTransport(lambda envelope: (actions.pause(message, None, now), Accepted(250, "OK"))[1])

    sender.drain(Lane.NOTICE, transport, now)

    assert transport.recipients == [ANN]
    assert queries.counts(message)["queued"] == 1


def test_two_senders_lease_different_rows(now):
    post(*(f"reader{number}@council.example" for number in range(30)), now=now)

    first, second = sender.claim(Lane.NOTICE, now), sender.claim(Lane.NOTICE, now)

    assert (len(first), len(second)) == (20, 10)
    assert not {delivery.pk for delivery in first} & {delivery.pk for delivery in second}


def test_nothing_to_do_writes_nothing(now, django_assert_num_queries):
    with django_assert_num_queries(2):  # is a lease over; is anything due
        sender.drain(Lane.SIGN_IN, ScriptedTransport(), now)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_server_is_asked(now):
    open_meanwhile = []
    post(ANN, now=now)

    sender.drain(
        Lane.NOTICE, ScriptedTransport(lambda envelope: open_meanwhile.append(connection.in_atomic_block) or Accepted()), now
    )

    assert open_meanwhile == [False]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite one worker process sends")
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_reach_everybody_once(now):
    everybody = {f"reader{number}@council.example" for number in range(120)}
    message = post(*everybody, lane=Lane.BULK, now=now)
    transports = [ScriptedTransport(), ScriptedTransport()]

    at_once(*[partial(sender.drain, Lane.BULK, transport, now) for transport in transports])

    handed = [*transports[0].recipients, *transports[1].recipients]
    assert len(handed) == 120
    assert set(handed) == everybody
    assert queries.counts(message)["accepted"] == 120


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could be started again")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_started_again_in_mid_send_costs_nobody_their_mail(now):
    """Its sessions end between two mails and in the middle of one."""
    everybody = {f"reader{number}@council.example" for number in range(30)}
    message = post(*everybody, lane=Lane.BULK, now=now)

    def cut(envelope):
        with connection.cursor() as cursor, suppress(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return Accepted(250, "OK")

    transport = ScriptedTransport(*[Accepted(250, "OK")] * 5, cut, *[Accepted(250, "OK")] * 5, cut)
    for later in (now, now + HOUR, now + 2 * HOUR):
        with suppress(OperationalError, InterfaceError):
            sender.drain(Lane.BULK, transport, later)
        connection.close_if_unusable_or_obsolete()

    assert sorted(transport.recipients) == sorted(everybody)
    assert queries.counts(message)["accepted"] == 30


def test_a_clock_that_is_set_back_sends_nobody_anything_twice(now):
    post(ANN, BOB, now=now)
    transport = ScriptedTransport(Accepted(250, "OK"), Deferred(451, "Later"))
    sender.drain(Lane.NOTICE, transport, now)

    for moment in (now - HOUR, now + DAY, now - DAY):
        sender.drain(Lane.NOTICE, transport, moment)

    assert sorted(transport.recipients) == [ANN, BOB, BOB]


@pytest.mark.parametrize("change", [dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)])
def test_a_change_of_the_clocks_neither_repeats_nor_holds_a_mail(change):
    message = post(ANN, BOB, now=change - MINUTE)
    transport = ScriptedTransport(Accepted(250, "OK"), Deferred(451, "Later"))
    for minutes in range(10):
        sender.drain(Lane.NOTICE, transport, change + (minutes - 1) * MINUTE)

    assert len(transport.handed) == 3
    assert queries.counts(message)["accepted"] == 2
