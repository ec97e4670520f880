"""Hand-over to a real SMTP server on the loopback, polite and otherwise."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import socket

import pytest

from hub.mail import queries, sender
from hub.mail.models import Delivery, Lane
from hub.mail.recipients import Recipient
from hub.mail.transports import ConnectionFailed, Envelope, FolderTransport, SMTPTransport, from_settings
from tests.factories.mail import post
from tests.hub.mail.sink import DROP, Sink, running

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
FIVE = [f"reader{number}@council.example" for number in range(5)]


@pytest.fixture(params=[False, True], ids=["plain", "pipelining"])
def sink(request):
    return Sink(pipelining=request.param)


@pytest.fixture
def transport(sink):
    with running(sink) as port:
        transport = SMTPTransport(host="127.0.0.1", port=port, timeout=5, data_timeout=5)
        yield transport
        transport.close()


def counted(message):
    return {state: number for state, number in queries.counts(message).items() if number}


def test_everybody_gets_their_own_over_one_connection(sink, transport, now):
    recipients = [Recipient(address, {"name": address[:7]}) for address in FIVE]
    message = post(text=".\nDear [[name]]\n..\n", recipients=recipients, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    assert counted(message) == {"accepted": 5}
    assert sink.connections == 1
    for recipient, data in sink.received:
        mail = email.message_from_bytes(data, policy=email.policy.default)
        assert mail.get_content().replace("\r\n", "\n") == f".\nDear {recipient[:7]}\n..\n\n"
        assert mail["To"] == recipient


def test_a_connection_ended_at_the_third_mail_is_opened_again_for_it(sink, transport, now):
    sink.script["MAIL"] = [None, None, "421 Enough for now"]
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    assert counted(message) == {"accepted": 5}
    assert sorted(sink.recipients) == FIVE
    assert sink.connections == 2


def test_a_greylisted_mail_comes_again_later(sink, transport, now):
    sink.script["RCPT"] = ["451 Greylisted"]
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)
    assert counted(message) == {"accepted": 4, "deferred": 1}
    sender.drain(Lane.NOTICE, transport, now + 5 * MINUTE)

    assert counted(message) == {"accepted": 5}
    assert sorted(sink.recipients) == FIVE


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_mail_that_is_too_large_fails_alone(stage, sink, transport, now):
    sink.script[stage] = ["552 Too large"]
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    assert counted(message) == {"accepted": 4, "failed": 1}
    assert message.deliveries.get(state="failed").smtp_code == 552


def test_a_line_lost_after_the_mail_leaves_one_uncertain(sink, transport, now):
    sink.script["DATA"] = [None, DROP]
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)
    sender.drain(Lane.NOTICE, transport, now + 60 * MINUTE)

    assert counted(message) == {"accepted": 4, "uncertain": 1}
    assert sorted(sink.recipients) == FIVE


def test_a_line_lost_before_the_mail_loses_nothing(sink, transport, now):
    sink.script["RCPT"] = [None, None, DROP]
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    assert counted(message) == {"accepted": 5}
    assert sorted(sink.recipients) == FIVE


def test_a_sender_the_server_does_not_know_stops_the_lane_and_fails_nobody(sink, transport, now):
    sink.script["MAIL"] = ["550 Who are you?"]
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    assert counted(message) == {"queued": 5}
    assert transport.is_resting()


def test_a_server_that_is_away_is_left_in_peace_for_longer_each_time(now):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        seconds = [0.0]
        transport = SMTPTransport(host="127.0.0.1", port=taken.getsockname()[1], clock=lambda: seconds[0], longest_rest=4)
        rests = []
        for _ in range(5):
            assert isinstance(transport.hand_over(Envelope("x", "a@b.example", "c@d.example", b"")), ConnectionFailed)
            started = seconds[0]
            while transport.is_resting():
                seconds[0] += 0.5
            rests.append(seconds[0] - started)

    assert rests == [1, 2, 4, 4, 4]


def test_a_wrong_password_or_no_encryption_sends_nothing(sink, transport, now):
    message = post(*FIVE, now=now)
    for wrong in ({"username": "hub", "password": "wrong"}, {"starttls": True}):
        strict = SMTPTransport(host=transport.host, port=transport.port, timeout=5, **wrong)

        sender.drain(Lane.NOTICE, strict, now)

    assert counted(message) == {"queued": 5}
    assert not sink.received


def test_a_connection_is_not_used_for_more_mails_than_relays_allow(sink, transport, now, monkeypatch):
    monkeypatch.setattr(SMTPTransport, "MAILS_EACH", 2)
    post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    assert len(sink.received) == 5
    assert sink.connections == 3


def test_without_a_server_each_mail_becomes_a_file(settings, tmp_path, now):
    settings.HUB_MAIL = {**settings.HUB_MAIL, "folder": tmp_path / "mail"}
    transport = from_settings()
    assert isinstance(transport, FolderTransport)
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, transport, now)

    newest = transport.newest(2)
    assert counted(message) == {"accepted": 5}
    assert [email.message_from_bytes(path.read_bytes())["To"] for path in newest] == [FIVE[4], FIVE[3]]
    assert len(list((tmp_path / "mail").iterdir())) == 5


def test_a_folder_that_cannot_be_written_keeps_everybody_waiting(tmp_path, now):
    (tmp_path / "mail").write_text("a file")
    message = post(*FIVE, now=now)

    sender.drain(Lane.NOTICE, FolderTransport(tmp_path / "mail"), now)

    assert counted(message) == {"queued": 5}


def test_the_mail_test_command_says_what_the_server_answered(sink, transport, settings, capsys):
    from django.core.management import call_command

    settings.HUB_MAIL = {**settings.HUB_MAIL, "host": transport.host, "port": transport.port}

    call_command("mail_test", "ann@council.example")

    assert "Accepted by the mail server. 250" in capsys.readouterr().out
    assert sink.recipients == ["ann@council.example"]
    assert Delivery.objects.get().state == "accepted"
