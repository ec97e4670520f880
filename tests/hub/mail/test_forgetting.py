"""What the ledger forgets, when, and what a person may see of it."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.core.personal_data import concrete_fields
from hub.mail import actions, personal_data, queries, sender
from hub.mail.models import Delivery, Lane, Message, OptOut, Suppression
from hub.mail.recipients import Recipient, address_hash
from hub.mail.transports import Uncertain
from tests.factories.mail import ScriptedTransport, post

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def sent(*addresses, now, **given):
    message = post(recipients=[Recipient(address, {"name": address}) for address in addresses], now=now, **given)
    sender.drain(Lane.NOTICE, ScriptedTransport(), now)
    return message


def test_after_ninety_days_address_fields_and_body_go_and_the_counts_still_balance(now):
    message = sent("ann@council.example", "bob@council.example", now=now)

    assert actions.blank_old(now + 89 * DAY) == 0
    assert actions.blank_old(now + 90 * DAY) == 3
    assert actions.blank_old(now + 90 * DAY) == 0

    message.refresh_from_db()
    assert bytes(message.template) == b""
    assert set(message.deliveries.values_list("address", "smtp_text")) == {("", "")}
    assert all(fields == {} for fields in message.deliveries.values_list("fields", flat=True))
    assert queries.is_balanced(message)
    assert queries.counts(message)["accepted"] == 2


def test_nobody_is_mailed_twice_after_the_ledger_forgot_them(now):
    sent("ann@council.example", now=now)
    actions.blank_old(now + 90 * DAY)

    sent("ann@council.example", "late@council.example", now=now + 91 * DAY)

    assert Delivery.objects.count() == 1


def test_a_body_somebody_still_waits_for_is_kept(now):
    message = post("ann@council.example", now=now)

    actions.blank_old(now + 365 * DAY)

    message.refresh_from_db()
    assert message.blanked_at is None


def test_every_field_is_classified():
    for model in (Message, Delivery, Suppression, OptOut):
        assert set(personal_data.FIELDS[model._meta.label]) == concrete_fields(model)


def test_a_person_gets_a_list_of_what_was_sent_to_them(now, member):
    sent(member.email.upper(), "bob@council.example", now=now)
    actions.opt_out(member.email, "bulletin", now)

    data = personal_data.export(member)

    assert data["mail"] == [
        {
            "subject": "Somebody answered",
            "written": now.isoformat(),
            "settled": now.isoformat(),
            "state": "Accepted by the mail server",
        }
    ]
    assert data["left"] == [{"stream": "bulletin", "when": now.isoformat()}]
    assert "stopped" not in data


def test_an_erased_person_leaves_no_address_and_gets_nothing_that_waits(now, member):
    shared = sent(member.email, "bob@council.example", key="shared", now=now)
    own = sent(member.email, key="own", subject="For Priya", now=now)
    waiting = post(member.email, key="waiting", lane=Lane.BULK, now=now)

    personal_data.erase(member)
    transport = ScriptedTransport()
    sender.drain(Lane.BULK, transport, now)

    for message in (shared, own, waiting):
        message.refresh_from_db()
        assert message.deliveries.get(address_hash=address_hash(member.email)).address == ""
        assert queries.is_balanced(message)
    assert not transport.handed
    assert (own.subject, bytes(own.template)) == ("", b"")
    assert shared.subject
    assert shared.template


def test_an_erased_person_stays_uncertain_and_is_not_sent_to_again(now, member):
    message = post(member.email, now=now)
    sender.drain(Lane.NOTICE, ScriptedTransport(Uncertain()), now)
    personal_data.erase(member)

    assert actions.requeue_uncertain(message, None, now) == 0
    assert queries.counts(message)["uncertain"] == 1
