"""Reads what the ledger hands over, as a mail program would."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from typing import cast
from urllib.parse import urlsplit

from hub.mail import actions as mail
from hub.mail import queries as ledger
from hub.mail import sender
from hub.mail.models import Lane
from tests.factories.mail import ScriptedTransport


def write_down(now) -> None:
    """As the worker does, before anything goes."""
    for message in ledger.to_freeze():
        mail.freeze(message=message, now=now)


def hand_over(lane: Lane, now) -> list[EmailMessage]:
    write_down(now)
    transport = ScriptedTransport()
    sender.drain(lane, transport, now)
    return [parse(envelope.data) for envelope in transport.handed]


def parse(data: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.default))


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def html_of(mail: EmailMessage) -> str:
    return mail.get_body(("html",)).get_content()


def path_to(mail: EmailMessage, purpose: str) -> str:
    """The path of the one link of that kind: confirm, preferences or unsubscribe."""
    (found,) = set(re.findall(rf"http://testserver/bulletin/{purpose}/\S+?/(?=\s)", text_of(mail) + "\n"))
    return urlsplit(found).path
