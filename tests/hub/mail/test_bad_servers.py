"""Each way in which a mail server can be bad: nobody lost, nobody twice, and only a lost answer leaves doubt.

`make kill-matrix` asks for 500 people.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import ssl
from collections import Counter

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.mail import actions, queries, sender
from hub.mail.models import Lane
from hub.mail.recipients import Recipient
from hub.mail.transports import SMTPTransport
from tests.factories.mail import post
from tests.hub.mail.bad_server import DRIP, DROP, RESET, SILENCE, BadServer, running

pytestmark = pytest.mark.django_db

PEOPLE = int(os.environ.get("HUB_BAD_SERVER_PEOPLE", "16"))
ADDRESSES = [f"reader{number}@council.example" for number in range(PEOPLE)]
TIMEOUT = 0.4


def once_at(stage, number, said):
    """At the first mail of that number; the next attempt has another number."""
    return lambda at, which, _: said if (at, which) == (stage, number) else None


def each(stage, every, said):
    return lambda at, which, _: said if at == stage and which % every == 0 else None


def a_run_of(stage, first, last, said):
    return lambda at, which, _: said if at == stage and first <= which <= last else None


class Greylisting:
    def __init__(self):
        self.met = set()

    def __call__(self, stage, number, recipient):
        if stage != "RCPT" or recipient in self.met:
            return None
        self.met.add(recipient)
        return "451 Come back later"


def rounds_of(message, transport, now, *, resume=False):
    """Until everybody is accounted for; how many looks it took, each five minutes later."""
    for number in range(200):
        sender.drain(Lane.BULK, transport, now + number * dt.timedelta(minutes=5))
        transport._rest_until = 0.0
        if queries.progress(message).is_finished:
            return number + 1
        if resume and queries.progress(message).is_paused:
            actions.resume(message, None, now)
    return pytest.fail("It never ended.")


BAD = {
    "421-at-the-tenth": (each("MAIL", 10, "421 Enough"), 0, 0),
    "421-after-the-mail": (each("DOT", 10, "421 Enough"), 0, 0),
    "451-run": (a_run_of("RCPT", 5, 20, "451 Later"), 0, 0),
    "452-after-data": (a_run_of("DOT", 5, 20, "452 Full"), 0, 0),
    "552-too-large": (each("DOT", 25, "552 Too large"), 0, PEOPLE // 25),
    "answer-lost": (each("DOT", 15, DROP), PEOPLE // 15, 0),
    "reset-after-the-mail": (each("DOT", 15, RESET), PEOPLE // 15, 0),
    "no-answer-after-the-mail": (once_at("DOT", 10, SILENCE), 1, 0),
    "answer-dripping": (once_at("RCPT", 10, DRIP), 0, 0),
    "answer-dripping-after-the-mail": (once_at("DOT", 10, DRIP), 1, 0),
    "half-open": (once_at("MAIL", 10, SILENCE), 0, 0),
    "reset-before-the-mail": (each("RCPT", 10, RESET), 0, 0),
    "greylisting": (Greylisting(), 0, 0),
}


@pytest.mark.parametrize(("answer", "uncertain", "failed"), BAD.values(), ids=BAD)
def test_nobody_is_lost_and_nobody_gets_it_twice(answer, uncertain, failed, now):
    message = post(recipients=[Recipient(address) for address in ADDRESSES], lane=Lane.BULK, now=now)
    with running(BadServer(answer)) as server:
        transport = SMTPTransport(host="127.0.0.1", port=server.port, timeout=TIMEOUT, data_timeout=TIMEOUT)
        rounds_of(message, transport, now)
        transport.close()

    assert_truth(message, server, uncertain=uncertain, failed=failed)


def assert_truth(message, server, *, uncertain=0, failed=0):
    progress, taken = queries.progress(message), Counter(server.received)
    assert max(taken.values()) == 1
    assert (progress.uncertain, progress.failed) == (uncertain, failed)
    assert progress.accepted == PEOPLE - uncertain - failed
    assert progress.is_balanced
    accepted = set(message.deliveries.filter(state="accepted").values_list("address", flat=True))
    assert accepted <= set(taken)
    unknown = {delivery.address for delivery in queries.uncertain_of(message)}
    assert set(taken) - accepted <= unknown


def test_a_wrong_password_pauses_it_and_after_that_everybody_gets_it(now):
    tries = []
    message = post(recipients=[Recipient(address) for address in ADDRESSES], lane=Lane.BULK, now=now)

    def answer(stage, number, recipient):
        if stage == "AUTH":
            tries.append(number)
        return "535 Wrong" if stage == "AUTH" and len(tries) == 1 else None

    with running(BadServer(answer, auth=True)) as server:
        transport = SMTPTransport(host="127.0.0.1", port=server.port, username="hub", password="p", timeout=TIMEOUT)
        sender.drain(Lane.BULK, transport, now)
        assert queries.progress(message).pause_reason == "The mail server does not let the hub sign in."
        assert transport.is_resting()
        transport._rest_until = 0.0
        sender.drain(Lane.BULK, transport, now + dt.timedelta(hours=1))
        assert len(tries) == 1  # it is not tried again until somebody says so
        rounds_of(message, transport, now, resume=True)
        transport.close()

    assert_truth(message, server)


# --- Encryption -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.hub.example")])
    today = dt.datetime.now(dt.UTC)
    written = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), today, today + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    path.write_bytes(kept + written.public_bytes(serialization.Encoding.PEM))
    return path


def over_tls(certificate, answer):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return BadServer(answer, tls=context)


@pytest.mark.parametrize(
    ("answer", "uncertain"),
    [(lambda *_: None, 0), (each("DOT", 15, RESET), PEOPLE // 15), (each("MAIL", 10, RESET), 0)],
    ids=["good", "reset-after-the-mail", "reset-before-the-mail"],
)
def test_an_encrypted_line_that_is_reset_loses_nobody(answer, uncertain, certificate, monkeypatch, now):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    message = post(recipients=[Recipient(address) for address in ADDRESSES], lane=Lane.BULK, now=now)
    with running(over_tls(certificate, answer)) as server:
        transport = SMTPTransport(host="127.0.0.1", port=server.port, starttls=True, timeout=2, data_timeout=2)
        rounds_of(message, transport, now)
        transport.close()

    assert_truth(message, server, uncertain=uncertain)


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(certificate, now):
    message = post(recipients=[Recipient(address) for address in ADDRESSES], lane=Lane.BULK, now=now)
    with running(over_tls(certificate, lambda *_: None)) as server:
        transport = SMTPTransport(host="127.0.0.1", port=server.port, starttls=True, timeout=2)
        sender.drain(Lane.BULK, transport, now)

    assert not server.received
    assert queries.progress(message).pause_reason == "The mail server's certificate cannot be trusted."
