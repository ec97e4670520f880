"""What comes back of a mail that went, and what follows from it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import sys
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from anymail.signals import tracking
from django.core.exceptions import SuspiciousOperation
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hub.mail import actions, fates, inbound, personal_data, queries, reports, sender, signals, tokens, webhooks
from hub.mail.models import BounceScore, Delivery, DeliveryEvent, Lane, OptOut, Suppression
from hub.mail.recipients import Recipient, address_hash
from hub.mail.transports import Uncertain
from hub.mail.urls import of_provider as provider_urls
from tests.factories.mail import ScriptedTransport, post
from tests.hub.mail.corpus import COMPLAINT, CORPUS, rfc3464

DAY = dt.timedelta(days=1)
ANN = "ann@council.example"
HARD = rfc3464("failed", "5.1.1", "550 5.1.1 User unknown").encode()


@pytest.mark.parametrize(("mail", "kind", "status"), CORPUS.values(), ids=CORPUS)
def test_each_report_is_read_for_what_it_says(mail, kind, status):
    found = reports.read(mail.encode("latin-1", "replace"))

    assert (found.kind, found.status) == (kind, status) if kind else found is None


@given(st.binary(max_size=400))
def test_whatever_arrives_breaks_nothing(raw):
    reports.read(raw)
    reports.read(b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n" + raw)


# --- The address that reports come back to ----------------------------------------------------------


@pytest.fixture
def bounce_address(settings):
    settings.HUB_MAIL = {**settings.HUB_MAIL, "bounce_address": "bounce@hub.example"}


def test_the_address_names_one_delivery_and_nobody(bounce_address):
    written = tokens.address(tokens.token("abcdefghjk"))

    assert len(written.partition("@")[0]) <= 64
    assert tokens.from_address(written.upper()) == ("b", "abcdefghjk")
    assert tokens.from_address(f"<{written}>") == ("b", "abcdefghjk")


@pytest.mark.parametrize(
    "wrong", ["bounce@hub.example", "bounce+@hub.example", "bounce+babcdefghjkaaaaaaaaaaaaaaaa@hub.example", "", "+"]
)
def test_an_address_we_never_wrote_is_nobody_s(wrong, bounce_address):
    assert tokens.from_address(wrong) is None


def test_a_token_of_one_kind_is_none_of_the_other(bounce_address):
    report = tokens.token("abcdefghjk")

    assert tokens.read(f"u{report[1:]}") is None


# --- What follows -----------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def sent(now, address=ANN, *script, number=1, **given):
    fields = {"unsubscribe_url": "https://hub.example/leave/1"}
    message = post(key=f"news:{number}", stream="news", lane=Lane.BULK, recipients=[Recipient(address, fields)], now=now, **given)
    transport = ScriptedTransport(*script)
    sender.drain(Lane.BULK, transport, now)
    return message.deliveries.get(), transport.handed[0]


def test_the_envelope_and_the_leaving_address_carry_its_tokens(bounce_address, now):
    delivery, envelope = sent(now)

    assert tokens.from_address(envelope.sender) == ("b", delivery.public_id)
    head = envelope.data.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    line = next(line for line in head.splitlines() if line.startswith("List-Unsubscribe:"))
    assert line.startswith("List-Unsubscribe: <https://hub.example/leave/1>, <mailto:bounce+u")
    assert ANN not in line


def test_a_hard_bounce_is_noted_and_cuts_nobody_off(bounce_address, now):
    delivery, envelope = sent(now)

    assert inbound.receive(HARD, envelope.sender, now) == "hard-bounce"
    assert inbound.receive(HARD, envelope.sender, now) == "known already"

    delivery.refresh_from_db()
    assert (delivery.state, delivery.fate, delivery.events.get().status) == ("accepted", "hard-bounce", "5.1.1")
    assert queries.progress(delivery.message).hard_bounced == 1
    assert queries.is_balanced(delivery.message)
    assert not Suppression.objects.exists()


def bounce(now, number, raw=HARD):
    delivery, _ = sent(now, number=number)
    heard = fates.Heard("mail", f"report:{number}", reports.read(raw).kind, now)
    fates.record(delivery_id=delivery.public_id, heard=heard, now=now)


def test_the_third_bounce_in_a_row_stops_our_mail(now):
    heard = []
    signals.bounced.connect(lambda delivery, stopped, **_: heard.append(stopped), weak=False, dispatch_uid="test")
    try:
        for number in range(3):
            bounce(now + number * 14 * DAY, number)
    finally:
        signals.bounced.disconnect(dispatch_uid="test")

    assert heard == [False, False, True]
    assert Suppression.objects.get().reason == Suppression.Reason.HARD_BOUNCE


def test_ten_bounces_on_one_day_count_once(now):
    for number in range(10):
        bounce(now + number * dt.timedelta(hours=2), number)

    assert BounceScore.objects.get().score == 2
    assert not Suppression.objects.exists()


def test_bounces_far_apart_stop_nothing_and_are_forgotten(now):
    for number in range(6):
        bounce(now + number * 120 * DAY, number)

    assert not Suppression.objects.exists()
    assert fates.forget_old_scores(now + 5 * 120 * DAY + 359 * DAY) == 0
    assert fates.forget_old_scores(now + 5 * 120 * DAY + 360 * DAY) == 1


def test_a_full_mailbox_each_fortnight_stops_nothing(now):
    for number in range(30):
        bounce(now + number * 14 * DAY, number, rfc3464("failed", "5.2.2").encode())

    assert not Suppression.objects.exists()


def test_a_complaint_ends_that_stream_at_once_and_is_told_upward(bounce_address, now):
    delivery, envelope = sent(now)
    heard = []
    signals.complained.connect(lambda delivery, **_: heard.append(delivery.public_id), weak=False, dispatch_uid="test")
    try:
        raw = COMPLAINT.format(type="feedback-report", feedback="abuse").encode()
        assert inbound.receive(raw, envelope.sender, now) == "complaint"
    finally:
        signals.complained.disconnect(dispatch_uid="test")

    assert heard == [delivery.public_id]
    assert OptOut.objects.get().cause == OptOut.Cause.COMPLAINT
    again = post(ANN, key="news:2", stream="news", lane=Lane.BULK, now=now)
    other = post(ANN, key="other", stream="other", lane=Lane.BULK, now=now)
    sender.drain(Lane.BULK, ScriptedTransport(), now)
    assert again.deliveries.get().state == "skipped"
    assert other.deliveries.get().state == "accepted"


def test_a_mail_to_the_leaving_address_leaves_the_stream(bounce_address, now):
    delivery, _ = sent(now)

    assert inbound.receive(b"Subject: leave\n\n", tokens.address(tokens.token(delivery.public_id, tokens.LEAVE)), now) == "left"

    delivery.refresh_from_db()
    assert (OptOut.objects.get().cause, delivery.fate) == (OptOut.Cause.LEFT, "")


def test_a_report_settles_what_was_uncertain(bounce_address, now):
    delivery, envelope = sent(now, ANN, Uncertain(None, "Lost"))

    inbound.receive(rfc3464("delivered", "2.0.0").encode(), envelope.sender, now)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.fate) == ("accepted", "delivered")
    assert queries.is_balanced(delivery.message)


def test_the_gravest_news_stays_whatever_comes_later(now):
    delivery, _ = sent(now)
    for number, kind in enumerate(["complaint", "delivered", "hard-bounce"]):
        fates.record(delivery_id=delivery.public_id, heard=fates.Heard("x", str(number), kind, now), now=now)

    delivery.refresh_from_db()
    assert delivery.fate == "complaint"
    assert delivery.events.count() == 3


def test_what_a_report_said_is_forgotten_with_the_address(bounce_address, now, member):
    _, envelope = sent(now, member.email)
    inbound.receive(HARD, envelope.sender, now)

    actions.blank_old(now + 90 * DAY)
    assert set(DeliveryEvent.objects.values_list("said", "status")) == {("", "5.1.1")}

    inbound.receive(HARD + b" ", envelope.sender, now + 91 * DAY)
    assert set(DeliveryEvent.objects.values_list("said", flat=True)) == {""}
    personal_data.erase(member)
    assert BounceScore.objects.get().address_hash == address_hash(member.email)


@pytest.mark.parametrize(
    ("recipient", "said"),
    [("bounce+nonsense@hub.example", "not an address that we wrote"), ("x@hub.example", "nobody reads this address")],
)
def test_other_addresses_change_nothing(recipient, said, bounce_address, now):
    assert inbound.receive(HARD, recipient, now) == said
    assert not DeliveryEvent.objects.exists()


def test_a_floor_above_may_read_an_address_of_its_own(monkeypatch, now):
    monkeypatch.setattr(inbound, "_readers", {})
    inbound.register("reply", lambda raw, recipient, now: f"read {recipient}")

    assert inbound.receive(b"", "Reply+abc@hub.example", now) == "read Reply+abc@hub.example"


def piped(monkeypatch, raw, address):
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(raw)))
    out = StringIO()
    call_command("receive_mail", address, stdout=out, stderr=out)
    return out.getvalue()


def test_a_mail_server_pipes_it_in(bounce_address, monkeypatch, now):
    delivery, envelope = sent(now)

    assert piped(monkeypatch, HARD, envelope.sender) == "hard-bounce\n"
    assert DeliveryEvent.objects.get().delivery == delivery


def test_without_a_database_the_mail_server_keeps_it(bounce_address, monkeypatch):
    def away(*_):
        raise OperationalError("away")

    monkeypatch.setattr(inbound, "receive", away)
    with pytest.raises(SystemExit) as ended:
        piped(monkeypatch, HARD, "bounce+x@hub.example")
    assert ended.value.code == 75


# --- A provider's webhook ---------------------------------------------------------------------------


@pytest.fixture
def webhook(settings, rf):
    """Postmark's, called as Postmark calls it; as the address map mounts it where MAIL_WEBHOOK names it."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hub:secret"}
    (pattern,) = provider_urls("postmark")
    tracking.connect(webhooks.hear, dispatch_uid="hub.mail")

    def call(word="secret", **event):
        basic = base64.b64encode(f"hub:{word}".encode()).decode()
        request = rf.post("/", json.dumps(event), content_type="application/json", HTTP_AUTHORIZATION=f"Basic {basic}")
        return pattern.callback(request).status_code

    yield call
    tracking.disconnect(dispatch_uid="hub.mail")


def hard(**given):
    return {
        "RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "ID": 42, "MessageID": "x", "Email": ANN,
        "BouncedAt": "2026-05-05T10:00:00Z", "Details": "550 No such user", "Inactive": True, **given,
    }  # fmt: skip


def test_a_provider_tells_of_a_bounce_and_twice_counts_once(webhook, now):
    delivery, _ = sent(timezone.now())

    assert webhook(**hard()) == 200
    assert webhook(**hard()) == 200

    delivery.refresh_from_db()
    assert delivery.fate == "hard-bounce"
    assert delivery.events.count() == 1


def test_our_message_id_finds_the_mail_whoever_it_names(webhook, now):
    delivery, _ = sent(now)

    webhook(
        **hard(Email="other@council.example", Metadata={"id": f"<{delivery.message.public_id}.{delivery.public_id}@testserver>"})
    )

    assert delivery.events.get().kind == "hard-bounce"


def test_without_the_secret_nothing_is_heard(webhook, now):
    sent(now)

    with pytest.raises(SuspiciousOperation):  # Django answers 400
        webhook("wrong", **hard())
    assert not DeliveryEvent.objects.exists()


def test_without_a_setting_there_is_no_webhook():
    assert provider_urls("") == []


def test_a_delivery_never_counts_as_accepted_twice(now):
    delivery, _ = sent(now)
    fates.record(delivery_id=delivery.public_id, heard=fates.Heard("x", "1", "delivered", now), now=now)

    assert Delivery.objects.filter(state="accepted").count() == queries.progress(delivery.message).delivered == 1
