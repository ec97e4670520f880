"""Whatever Django, allauth or Wagtail send becomes rows."""

from __future__ import annotations

import email
import email.policy
from email.mime.application import MIMEApplication

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail

from hub.mail import sender
from hub.mail.models import Delivery, Lane, Message
from tests.factories.mail import ScriptedTransport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ledger(settings):
    # pytest-django puts a list in memory in its place.
    settings.EMAIL_BACKEND = "hub.mail.backends.LedgerBackend"


def handed_over(lane=Lane.SIGN_IN):
    delivery = Delivery.objects.get()
    transport = ScriptedTransport()
    sender.drain(lane, transport, delivery.created_at)
    return email.message_from_bytes(transport.handed[0].data, policy=email.policy.default)


def test_a_plain_mail_waits_in_the_sign_in_lane_and_expires_in_a_day():
    assert send_mail("Confirm your\naddress", "Click [[here]]: https://x.example/", None, ["Ann <ann@council.example>"]) == 1

    message = Message.objects.get()
    assert (message.lane, message.stream, message.subject) == (Lane.SIGN_IN, "account", "Confirm your address")
    assert (message.expires_at - message.created_at).days == 1
    assert handed_over().get_content().strip() == "Click [[here]]: https://x.example/"


def test_text_html_reply_address_and_attachments_arrive():
    mail = EmailMultiAlternatives(
        "Event",
        "Come",
        "Zoë <zoe@hub.example>",
        ["ann@council.example"],
        reply_to=["help@hub.example"],
        headers={"X-Kind": "event"},
    )
    mail.attach_alternative("<p>Come</p>", "text/html")
    mail.attach("event.ics", "BEGIN:VCALENDAR", "text/calendar")
    mail.attach(MIMEApplication(b"%PDF", "pdf"))
    mail.send()

    got = handed_over()

    assert got.get_body(("plain",)).get_content().strip() == "Come"
    assert got.get_body(("html",)).get_content().strip() == "<p>Come</p>"
    assert [part.get_content_type() for part in got.iter_attachments()] == ["text/calendar", "application/pdf"]
    assert got["From"].addresses[0].display_name == "Zoë"
    assert got["Reply-To"] == "help@hub.example"
    assert got["X-Kind"] == "event"


def test_a_mail_of_html_alone_has_one_part():
    mail = EmailMessage("Hello", "<p>Hello</p>", to=["ann@council.example"])
    mail.content_subtype = "html"
    mail.send()

    assert handed_over().get_content_type() == "text/html"


def test_a_header_chooses_another_lane_and_is_not_sent():
    EmailMessage("Hello", "Hello", to=["ann@council.example"], headers={"X-Hub-Lane": "notice"}).send()

    assert Message.objects.get().expires_at is None
    assert handed_over(Lane.NOTICE)["X-Hub-Lane"] is None


def test_a_mail_may_say_when_its_code_ends():
    EmailMessage("Code", "123456", to=["ann@council.example"], headers={"X-Hub-Expires-In": "180"}).send()

    message = Message.objects.get()
    assert (message.expires_at - message.created_at).seconds == 180


def test_nobody_sees_who_else_got_it():
    EmailMessage("Hello", "Hello", to=["ann@council.example"], cc=["bob@council.example"], bcc=["cat@council.example"]).send()
    transport = ScriptedTransport()

    sender.drain(Lane.SIGN_IN, transport, Message.objects.get().created_at)

    for envelope in transport.handed:
        mail = email.message_from_bytes(envelope.data)
        assert (mail["To"], mail["Cc"], mail["Bcc"]) == (envelope.recipient, None, None)
    assert len(transport.handed) == 3


def test_mail_to_nobody_is_no_mail():
    assert EmailMessage("Hello", "Hello").send() == 0
    assert not Message.objects.exists()


def test_an_injected_header_is_refused():
    def mail():
        return EmailMessage("Hello", "Hello", to=["ann@council.example"], headers={"X-A": "a\nBcc: b@c.example"})

    with pytest.raises(ValueError, match="control character"):
        mail().send()
    assert mail().send(fail_silently=True) == 0


def test_allauth_s_password_mail_passes_the_ledger(client, member):
    client.post("/account/password/reset/", {"email": member.email})

    message = Message.objects.get()
    assert message.lane == Lane.SIGN_IN
    assert message.deliveries.get().address == member.email
    assert "/account/password/reset/key/" in handed_over().get_content()
