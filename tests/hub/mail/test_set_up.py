"""`manage.py checkmail`: what it finds wrong, and that it says what to do."""

from __future__ import annotations

import base64
import datetime as dt
from email.utils import format_datetime
from io import StringIO

import dkim
import dns.exception
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command
from django.utils import timezone

from hub.mail import mime, set_up, tokens
from hub.mail.management.commands.checkmail import Command
from hub.mail.models import Lane, LaneTrouble
from tests.conftest import NOW
from tests.factories.mail import DeliveryFactory

GOOD = {
    ("hub.example", "TXT"): ["google-site-verification=x", "v=spf1 include:provider.example -all"],
    ("_dmarc.hub.example", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:dmarc@hub.example"],
    ("hub.example", "MX"): ["10 mx.hub.example."],
}


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.DEFAULT_FROM_EMAIL = "STEP hub <hub@hub.example>"
    settings.HUB_MAIL = {**settings.HUB_MAIL, "host": "mx.hub.example", "bounce_address": "bounce@hub.example", "per_minute": 60}


def dns_of(**changes):
    records = {**GOOD, **{tuple(name.split("|")): value for name, value in changes.items()}}
    return lambda name, kind: records.get((name, kind), [])


def wrong(resolve):
    return {line.what: line.found for line in set_up.of_setup(resolve) if line.mend}


def test_a_good_set_up_has_nothing_to_mend():
    assert wrong(dns_of()) == {}


@pytest.mark.parametrize(
    ("record", "value", "what"),
    [
        ("hub.example|TXT", [], "SPF"),
        ("hub.example|TXT", ["v=spf1 -all", "v=spf1 mx -all"], "SPF"),
        ("hub.example|TXT", ["v=spf1 mx +all"], "SPF"),
        ("hub.example|TXT", ["v=spf1 mx"], "SPF"),
        ("_dmarc.hub.example|TXT", [], "DMARC"),
        ("_dmarc.hub.example|TXT", ["v=DMARC1; rua=mailto:a@b.example"], "DMARC"),
        ("hub.example|MX", [], "Reports"),
    ],
)
def test_each_record_that_is_missing_or_wrong_is_named(record, value, what):
    assert list(wrong(dns_of(**{record: value}))) == [what]


def test_the_policy_of_the_domain_above_counts(settings):
    settings.DEFAULT_FROM_EMAIL = "hub@step.hub.example"

    assert wrong(dns_of()) == {}


def test_settings_that_are_missing_or_do_not_fit_are_named(settings):
    settings.HUB_MAIL = {**settings.HUB_MAIL, "host": "", "bounce_address": ""}
    assert set(wrong(dns_of())) == {"Reports", "Rate"}

    settings.HUB_MAIL = {**settings.HUB_MAIL, "host": "x", "bounce_address": "bounce@elsewhere.example"}
    assert {"SPF", "Reports", "Alignment"} == set(wrong(dns_of()))


def test_a_name_server_that_is_away_is_said_and_breaks_nothing():
    def away(name, kind):
        raise dns.exception.Timeout

    assert {"SPF", "DMARC", "Reports"} == set(wrong(away))


# --- A received copy --------------------------------------------------------------------------------

UNSUBSCRIBE = (b"List-Unsubscribe", b"List-Unsubscribe-Post")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def copy(key, *, signed=UNSUBSCRIBE, off=dt.timedelta(seconds=3), return_path=None, change=b""):
    data = mime.build(stream="bulletin", lane=Lane.BULK, text="Hello", names={"unsubscribe_url"})
    mail = mime.Template(data=data, subject="The fortnight").splice(
        to="ann@council.example",
        message_id="a.b@hub.example",
        date=NOW,
        fields={"unsubscribe_url": "https://hub.example/leave/1", "leave_token": tokens.token("abcdefghjk", tokens.LEAVE)},
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    signature = dkim.sign(mail, b"s1", b"hub.example", pem, include_headers=[b"From", b"Subject", b"Date", *signed])
    return_path = tokens.address(tokens.token("abcdefghjk")) if return_path is None else return_path
    received = f"Return-Path: <{return_path}>\r\nReceived: from hub by mx; {format_datetime(NOW + off)}\r\n".encode()
    return received + signature + mail + change


def read(key, raw):
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    resolve = dns_of(**{"s1._domainkey.hub.example|TXT": [record]})
    return {line.what for line in set_up.of_copy(raw, resolve) if line.mend}


def test_a_copy_that_is_signed_as_it_should_be_has_nothing_to_mend(key):
    assert read(key, copy(key)) == set()


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"signed": UNSUBSCRIBE[:1]}, {"DKIM h="}),
        ({"signed": ()}, {"DKIM h="}),
        ({"change": b"and more"}, {"DKIM"}),
        ({"off": dt.timedelta(minutes=9)}, {"Clock"}),
        ({"off": dt.timedelta(minutes=-9)}, {"Clock"}),
        ({"return_path": "bounces@provider.example"}, {"Return-Path"}),
    ],
)
def test_each_thing_that_is_wrong_with_a_copy_is_named(given, what, key):
    assert read(key, copy(key, **given)) == what


def test_a_copy_without_a_signature_says_so(key):
    unsigned = copy(key).split(b"DKIM-Signature:")[0] + b"From: hub@hub.example\r\n\r\nHello"

    assert "DKIM" in read(key, unsigned)


def test_a_copy_of_nothing_breaks_nothing(key):
    assert read(key, b"") >= {"DKIM", "Clock"}


@pytest.mark.django_db
def test_what_cannot_be_handed_over_is_said_with_the_reason_and_since_when(monkeypatch):
    out, now = StringIO(), timezone.now()
    monkeypatch.setattr(Command, "resolve", staticmethod(dns_of()))
    LaneTrouble.objects.create(lane=Lane.NOTICE, reason="The mail server does not answer.", said="No route", since=NOW, last_at=now)
    DeliveryFactory(message__lane=Lane.BULK, lane=Lane.BULK, created_at=now - dt.timedelta(minutes=16))
    DeliveryFactory(message__lane=Lane.SIGN_IN, lane=Lane.SIGN_IN, created_at=now - dt.timedelta(minutes=14))

    with pytest.raises(CommandError, match="mended"):
        call_command("checkmail", stdout=out)

    assert "MEND  Notices: The mail server does not answer. Since 5 May 2026, 11:00" in out.getvalue()
    assert "MEND  Bulletins: mail of" in out.getvalue()
    assert "good  Sign-in and confirmation: nothing waits" in out.getvalue()


@pytest.mark.django_db
def test_the_command_says_what_to_mend_and_ends_with_an_error(monkeypatch, tmp_path):
    out = StringIO()
    monkeypatch.setattr(Command, "resolve", staticmethod(dns_of()))
    call_command("checkmail", stdout=out)
    assert "good  SPF: v=spf1 include:provider.example -all" in out.getvalue()

    (tmp_path / "copy.eml").write_bytes(b"From: hub@hub.example\r\n\r\nHello")
    with pytest.raises(CommandError, match="mended"):
        call_command("checkmail", "--received", str(tmp_path / "copy.eml"), stdout=out)
    assert "MEND  DKIM: the copy is not signed" in out.getvalue()
