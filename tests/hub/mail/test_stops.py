"""What stops a bulletin by itself, what only makes a lane wait, and the provider's pace."""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
import ssl

import pytest

from hub.mail import actions, pace, queries, sender, transports
from hub.mail.models import Lane
from hub.mail.transports import Accepted, ConnectionFailed, Deferred, Refused
from tests.factories.mail import ScriptedTransport, post

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
HUNDRED = [f"reader{number}@council.example" for number in range(100)]


def drained(now, *script, lane=Lane.BULK):
    transport = ScriptedTransport(*script)
    sender.drain(lane, transport, now)
    return len(transport.handed)


def test_a_bulletin_that_the_first_few_refuse_is_paused_and_says_why(now):
    message = post(*HUNDRED, lane=Lane.BULK, now=now)

    assert drained(now, Accepted(), Refused(550, "No"), Accepted(), Refused(550, "No"), Refused(550, "No")) == 5

    progress = queries.progress(message)
    assert (progress.is_paused, progress.failed, progress.waiting) == (True, 3, 95)
    assert progress.pause_reason == "3 of the first 50 were refused by their mail servers."


def test_once_somebody_resumed_it_it_goes_on(now):
    message = post(*HUNDRED, lane=Lane.BULK, now=now)
    drained(now, *[Refused(550, "No")] * 3)

    actions.resume(message, None, now)

    assert drained(now, *[Refused(550, "No")] * 20) == 97
    assert not queries.progress(message).is_paused


def test_refusals_after_the_first_fifty_stop_nothing(now):
    message = post(*HUNDRED, lane=Lane.BULK, now=now)

    assert drained(now, *[Accepted()] * 50, *[Refused(550, "No")] * 10) == 100
    assert queries.progress(message).failed == 10


def test_refused_notices_go_on(now):
    post(*HUNDRED[:10], now=now)

    assert drained(now, *[Refused(550, "No")] * 5, lane=Lane.NOTICE) == 10


@pytest.mark.parametrize("why", ["sign-in", "name", "certificate", "sender"])
def test_what_somebody_has_to_mend_pauses_a_bulletin_and_only_delays_a_notice(why, now):
    bulletin, notice = post(HUNDRED[0], key="a", lane=Lane.BULK, now=now), post(HUNDRED[0], key="b", now=now)
    for lane in (Lane.BULK, Lane.NOTICE):
        drained(now, ConnectionFailed(535, "No", why), lane=lane)

    assert queries.progress(bulletin).is_paused
    assert queries.progress(bulletin).pause_reason
    assert drained(now + MINUTE, lane=Lane.BULK) == 0
    assert drained(now + MINUTE, lane=Lane.NOTICE) == 1
    assert queries.progress(notice).accepted == 1


def test_a_lane_in_trouble_says_so_until_something_goes(now):
    post(HUNDRED[0], now=now)
    drained(now, ConnectionFailed(None, "No route"), lane=Lane.NOTICE)
    drained(now + MINUTE, ConnectionFailed(None, "No route to host"), lane=Lane.NOTICE)

    (trouble,) = queries.troubles()
    assert (trouble.lane, trouble.reason, trouble.said) == (Lane.NOTICE, "The mail server does not answer.", "No route to host")
    assert (trouble.since, trouble.last_at) == (now, now + MINUTE)

    drained(now + 2 * MINUTE, lane=Lane.NOTICE)
    assert not queries.troubles()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (smtplib.SMTPAuthenticationError(535, b"No"), "sign-in"),
        (smtplib.SMTPAuthenticationError(454, b"Later"), ""),
        (ssl.SSLCertVerificationError("self-signed"), "certificate"),
        (socket.gaierror(socket.EAI_NONAME, "Name unknown"), "name"),
        (socket.gaierror(socket.EAI_AGAIN, "Try again"), ""),
        (TimeoutError(), ""),
    ],
)
def test_only_what_does_not_mend_itself_asks_for_somebody(error, why):
    assert transports._why(error) == why


# --- The provider's rate ----------------------------------------------------------------------------


def test_a_bucket_lets_a_second_s_worth_go_at_once_and_then_keeps_the_pace():
    seconds = [0.0]
    bucket = pace.Bucket(120, clock=lambda: seconds[0])

    assert [bucket.take() for _ in range(5)] == [0, 0, 0.5, 1, 1.5]

    seconds[0] = 60
    assert [bucket.take() for _ in range(3)] == [0, 0, 0.5]


def test_what_did_not_go_is_put_back():
    bucket = pace.Bucket(60, clock=lambda: 0.0)
    bucket.take()
    bucket.put_back()

    assert bucket.take() == 0


def test_without_a_rate_nothing_waits():
    assert pace.Bucket(0).take() == 0


@pytest.fixture
def slept(settings, monkeypatch):
    """Ten a minute, and a clock that only sleeping moves."""
    seconds, slept = [0.0], []
    bucket = pace.Bucket(10, clock=lambda: seconds[0])
    monkeypatch.setattr(pace, "bucket", lambda: bucket)

    def sleep(duration):
        slept.append(duration)
        seconds[0] += duration

    monkeypatch.setattr(sender.time, "sleep", sleep)
    return slept


def test_a_bulletin_keeps_the_provider_s_pace(slept, now):
    post(*HUNDRED[:3], lane=Lane.BULK, now=now)

    assert drained(now) == 3
    assert slept == [pytest.approx(6), pytest.approx(6)]


def test_what_is_skipped_costs_nothing_of_the_rate(slept, now):
    for address in HUNDRED[:2]:
        actions.opt_out(address, "notices", now)
    post(*HUNDRED[:3], lane=Lane.BULK, now=now)

    assert drained(now) == 1
    assert not slept


def test_a_sign_in_mail_does_not_wait_for_the_rate(slept, now):
    for number, address in enumerate(HUNDRED[:3]):
        post(address, key=f"code:{number}", lane=Lane.SIGN_IN, now=now)

    assert drained(now, lane=Lane.SIGN_IN) == 3
    assert not slept


def test_a_wait_that_is_too_long_gives_the_batch_back(slept, now):
    for _ in range(5):
        pace.bucket().take()
    message = post(*HUNDRED[:3], lane=Lane.BULK, now=now)

    transport = ScriptedTransport()
    assert sender.drain(Lane.BULK, transport, now, most=1) == 0
    assert not transport.handed
    assert queries.counts(message)["queued"] == 3


def test_what_a_server_put_off_does_not_stop_the_others_being_written_down(now):
    message = post(*HUNDRED[:4], lane=Lane.BULK, now=now)

    drained(now, Accepted(), Deferred(451, "Later"), Accepted(), Refused(550, "No"))

    progress = queries.progress(message)
    assert (progress.accepted, progress.waiting, progress.failed) == (2, 1, 1)
