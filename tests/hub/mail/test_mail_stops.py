"""`manage.py mail_stops`: why nothing goes to an address, and that it can go again."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hub.mail import actions, fates, queries
from hub.mail.models import Suppression
from tests.factories.mail import DeliveryFactory

pytestmark = pytest.mark.django_db

ANN = "ann@council.example"


def said(*given: str) -> str:
    out = StringIO()
    call_command("mail_stops", ANN, *given, stdout=out)
    return out.getvalue()


def bounce(now: dt.datetime, day: int) -> None:
    delivery = DeliveryFactory(address=ANN, state="accepted", next_attempt_at=None, settled_at=now)
    then = now + dt.timedelta(days=day)
    heard = fates.Heard("mail", f"bounce-{day}", fates.Kind.HARD_BOUNCE, then)
    fates.record(delivery_id=delivery.public_id, heard=heard, now=then)


def test_a_mailbox_that_was_gone_is_written_to_again_and_one_more_bounce_does_not_close_it(now):
    for day in (0, 2, 4):
        bounce(now, day)
    assert "has been stopped since 9 May 2026: The mailbox does not exist." in said()

    assert "Lifted" in said("--lift")

    assert queries.suppression_of(ANN) is None
    bounce(now, 6)
    assert queries.suppression_of(ANN) is None
    assert "is not stopped" in said("--lift")


def test_what_a_facilitator_stopped_is_lifted_too(now):
    actions.suppress(ANN, Suppression.Reason.MANUAL, now)

    said("--lift")

    assert queries.suppression_of(ANN) is None


@pytest.mark.parametrize("reason", ["complaint", "erasure", "asked"])
def test_what_they_asked_for_themselves_stands(now, reason):
    actions.suppress(ANN, reason, now)

    with pytest.raises(CommandError, match="their own wish"):
        said("--lift")

    assert queries.suppression_of(ANN) is not None


def test_a_stream_that_they_left_is_named_and_stays_left(now):
    actions.opt_out(ANN, "bulletin", now)

    assert "Nothing of “bulletin” goes there (They left, 5 May 2026)." in said("--lift")

    assert queries.streams_left_by(ANN).exists()


def test_what_is_no_address_is_refused():
    with pytest.raises(CommandError, match="no email address"):
        call_command("mail_stops", "ann")
