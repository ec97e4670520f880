"""A few go first; a ramp that holds and a pause that stops are two things."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.mail import actions, kinds, queries, sender
from hub.mail.models import Delivery, Lane
from hub.mail.recipients import Recipient
from hub.mail.transports import Accepted, Deferred
from tests.factories.mail import ScriptedTransport, post

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
TEN = [f"reader{number}@council.example" for number in range(10)]


def drained(now, *script):
    transport = ScriptedTransport(*script)
    sender.drain(Lane.BULK, transport, now)
    return len(transport.handed)


def test_the_first_few_go_and_the_rest_wait_for_the_word(now):
    message = post(*TEN, lane=Lane.BULK, ramp=3, now=now)

    assert drained(now) == 3
    assert drained(now + 60 * MINUTE) == 0
    progress = queries.progress(message)
    assert (progress.accepted, progress.held, progress.waiting, progress.is_ramping) == (3, 7, 7, True)
    assert progress.is_balanced
    assert not progress.is_finished

    assert actions.release(message, None, now + MINUTE) == 7
    assert actions.release(message, None, now + MINUTE) == 0
    assert drained(now + MINUTE) == 7
    assert queries.progress(message).is_finished


def test_a_ramp_counts_mailboxes_that_can_be_written_to(now):
    message = post("nobody", TEN[0], TEN[0].upper(), *TEN[1:], lane=Lane.BULK, ramp=3, now=now)

    assert drained(now) == 3
    assert queries.progress(message).failed == 1


def test_a_message_paused_in_its_ramp_resumes_into_its_ramp(now):
    message = post(*TEN, lane=Lane.BULK, ramp=3, now=now)
    assert drained(now, lambda envelope: (actions.pause(message, None, now), Accepted())[1]) == 1

    actions.resume(message, None, now)

    assert drained(now) == 2
    assert queries.progress(message).held == 7


def test_a_message_released_while_it_is_paused_stays_paused(now):
    message = post(*TEN, lane=Lane.BULK, ramp=3, now=now)
    actions.pause(message, None, now, reason="Somebody saw a mistake.")
    actions.release(message, None, now)

    assert drained(now) == 0
    progress = queries.progress(message)
    assert (progress.held, progress.is_paused, progress.pause_reason) == (0, True, "Somebody saw a mistake.")

    actions.resume(message, None, now)
    assert drained(now) == 10
    assert not queries.progress(message).is_paused


def test_who_was_put_off_before_the_pause_waits_for_its_end(now):
    message = post(*TEN[:2], lane=Lane.BULK, now=now)
    drained(now, Deferred(451, "Later"), lambda envelope: (actions.pause(message, None, now), Deferred(451, "Later"))[1])

    assert drained(now + 60 * MINUTE) == 0

    actions.resume(message, None, now + 60 * MINUTE)
    assert drained(now + 60 * MINUTE) == 2


def test_a_mail_put_off_while_its_message_is_called_off_does_not_go_later(now):
    message = post(TEN[0], lane=Lane.BULK, now=now)
    drained(now, lambda envelope: (actions.cancel(message, None, now), Deferred(451, "Later"))[1])

    assert drained(now + 60 * MINUTE) == 0
    assert message.deliveries.get().skip_reason == Delivery.SkipReason.CANCELLED


def test_somebody_added_during_the_ramp_is_held_too(now):
    post(*TEN[:5], lane=Lane.BULK, ramp=3, now=now)

    message = post(*TEN, lane=Lane.BULK, now=now)

    assert drained(now) == 3
    assert queries.progress(message).held == 7


# --- Many, written down by the worker ---------------------------------------------------------------


class Source:
    """Names ten people; may be killed on the way."""

    def __init__(self):
        self.dies_after = None

    def __call__(self, message):
        for number, address in enumerate(TEN):
            if number == self.dies_after:
                raise KeyboardInterrupt
            yield Recipient(address, {"name": address})


@pytest.fixture
def source(monkeypatch):
    found = Source()
    monkeypatch.setattr(actions.posting, "CHUNK", 2)
    monkeypatch.setattr(kinds, "_sources", {"news": found})
    return found


def post_to_many(now, **given):
    return actions.post_from_source(
        key="news:1", stream="news", subject="News", text="Dear [[name]]", names={"name"}, **given, now=now
    )


def test_nothing_goes_before_everybody_is_written_down_and_a_kill_only_delays_that(now, source):
    source.dies_after = 5
    message = post_to_many(now)
    with pytest.raises(KeyboardInterrupt):
        actions.freeze(message=message, now=now)
    assert drained(now + MINUTE) == 0
    assert queries.progress(message).is_freezing
    assert not queries.is_finished(message)

    source.dies_after = None
    assert list(queries.to_freeze()) == [message]
    actions.freeze(message=message, now=now)

    assert drained(now + MINUTE) == 10
    assert queries.progress(message).frozen == 10
    assert queries.is_balanced(message)
    assert not queries.to_freeze()


def test_many_may_ramp_too(now, source):
    message = post_to_many(now, ramp=3)
    actions.freeze(message=message, now=now)

    assert drained(now) == 3
    assert actions.release(message, None, now) == 7


def test_a_message_called_off_while_it_freezes_reaches_nobody(now, source):
    source.dies_after = 5
    message = post_to_many(now)
    with pytest.raises(KeyboardInterrupt):
        actions.freeze(message=message, now=now)
    source.dies_after = None

    actions.cancel(message, None, now)
    actions.freeze(message=message, now=now)

    assert drained(now) == 0
    assert queries.progress(message).skipped == 4
    assert queries.is_balanced(message)


def test_a_message_paused_while_it_freezes_stays_paused(now, source):
    message = post_to_many(now)
    actions.pause(message, None, now)
    actions.freeze(message=message, now=now)

    assert drained(now) == 0
    actions.resume(message, None, now)
    assert drained(now) == 10


def test_posted_twice_it_is_written_down_once(now, source):
    assert post_to_many(now) == post_to_many(now)
