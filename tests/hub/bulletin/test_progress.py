"""A few first, then the rest; paused, called off, sent again to those in doubt; and the proof of every mail."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from forum import actions as forum
from hub.bulletin import actions, drafts, progress
from hub.bulletin.models import BulletinIssue, Subscriber
from hub.core import upkeep
from hub.mail import sender
from hub.mail.models import Delivery, Lane, Message
from hub.mail.transports import Accepted, ConnectionFailed, Refused, Uncertain
from tests.factories.bulletin import SubscriberFactory
from tests.factories.mail import DeliveryFactory, ScriptedTransport
from tests.hub.bulletin.mailed import hand_over, text_of, write_down

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
State = BulletinIssue.State


@pytest.fixture
def going(frozen, facilitator, now):
    """To thirty people, written down and on its way."""
    SubscriberFactory.create_batch(30)
    actions.send(issue=frozen, by=facilitator, now=now)
    write_down(now)
    return frozen


def drain(now, *script, most=None):
    transport = ScriptedTransport(*script)
    sender.drain(Lane.BULK, transport, now, most=most)
    return transport.recipients


def told(issue):
    found = progress.progress(issue)
    assert found.total == found.accepted + found.failed + found.skipped + found.uncertain + found.waiting
    return found


def url(issue, name="send") -> str:
    return reverse(f"bulletin:{name}", kwargs={"public_id": issue.public_id})


# --- The ramp ---------------------------------------------------------------------------------


def test_twenty_five_go_first_and_the_others_ten_minutes_later(going, now):
    assert len(drain(now)) == 25
    assert told(going).held == 5
    actions.look_after(issue=going, now=now + 9 * MINUTE)
    assert drain(now + 9 * MINUTE) == []

    actions.look_after(issue=going, now=now + 10 * MINUTE)

    assert len(drain(now + 10 * MINUTE)) == 5
    assert actions.look_after(issue=going, now=now + 10 * MINUTE)
    assert told(going).accepted == 30


def test_if_many_of_the_first_are_refused_it_stops_and_says_why(going, now, facilitator):
    """The ledger stops it at the third; the issue says why, and the facilitators hear of it."""
    drain(now, *[Refused(550, "No such person")] * 3)

    actions.look_after(issue=going, now=now + 10 * MINUTE)

    going.refresh_from_db()
    assert going.state == State.PAUSED
    assert going.pause_reason.startswith("3 of the first 50 were refused")
    assert drain(now + 11 * MINUTE) == []
    assert Message.objects.filter(stream="bulletin-desk", subject__contains="has stopped").exists()
    # Resumed, the others of the first have theirs, and whoever resumes after that lets everybody go.
    actions.resume_issue(issue=going, by=facilitator, now=now + 20 * MINUTE)
    assert len(drain(now + 20 * MINUTE)) == 22
    actions.look_after(issue=going, now=now + 35 * MINUTE)
    going.refresh_from_db()
    assert going.pause_reason.startswith("3 of the first 25 were refused")
    actions.resume_issue(issue=going, by=facilitator, now=now + 40 * MINUTE)
    assert len(drain(now + 40 * MINUTE)) == 5


def test_once_the_settings_are_mended_a_few_still_go_first(going, now, facilitator):
    drain(now, ConnectionFailed(535, "No", "sign-in"))
    actions.look_after(issue=going, now=now)
    going.refresh_from_db()
    assert going.pause_reason == "The mail server does not let the hub sign in."

    actions.resume_issue(issue=going, by=facilitator, now=now + MINUTE)

    assert len(drain(now + 2 * MINUTE)) == 25
    assert told(going).held == 5
    actions.look_after(issue=going, now=now + 15 * MINUTE)
    assert len(drain(now + 15 * MINUTE)) == 5


def test_what_comes_back_while_the_others_wait_counts_too(going, now):
    drain(now)
    came_back = Delivery.objects.filter(state="accepted").values("pk")[:3]
    Delivery.objects.filter(pk__in=list(came_back.values_list("pk", flat=True))).update(fate="hard-bounce", fate_at=now)

    actions.look_after(issue=going, now=now + 10 * MINUTE)

    going.refresh_from_db()
    assert going.state == State.PAUSED


def test_a_short_list_goes_in_one(frozen, facilitator, now):
    SubscriberFactory.create_batch(25)
    actions.send(issue=frozen, by=facilitator, now=now)

    assert len(hand_over(Lane.BULK, now)) == 25
    assert actions.look_after(issue=frozen, now=now)


# --- By hand ----------------------------------------------------------------------------------


def test_paused_nobody_else_gets_it_and_resumed_everybody_does_once(going, facilitator, now):
    first = drain(now, most=1)
    actions.pause_issue(issue=going, by=facilitator, now=now)
    assert drain(now + MINUTE) == []
    going.refresh_from_db()
    assert (going.state, going.pause_reason) == (State.PAUSED, "Somebody paused it.")

    actions.resume_issue(issue=going, by=facilitator, now=now + MINUTE)
    rest = drain(now + MINUTE)
    actions.look_after(issue=going, now=now + 20 * MINUTE)
    rest += drain(now + 20 * MINUTE)

    assert len(first + rest) == len(set(first + rest)) == 30
    assert actions.look_after(issue=going, now=now + 20 * MINUTE)


def test_called_off_those_who_have_it_keep_it_and_nobody_else_gets_it(client, going, facilitator, now):
    drain(now)
    actions.pause_issue(issue=going, by=facilitator, now=now)
    client.force_login(facilitator)

    asked = client.get(url(going, "stop")).content.decode()
    client.post(url(going, "stop"))

    assert "25 people have it already and keep it. 5 wait and would not get it." in asked
    assert drain(now + 20 * MINUTE) == []
    assert actions.look_after(issue=going, now=now + 20 * MINUTE)
    assert (told(going).accepted, told(going).skipped, told(going).called_off) == (25, 5, 5)
    assert client.get(going.get_absolute_url()).status_code == 200


def test_called_off_it_says_so_and_offers_nothing_that_cannot_be_done(client, going, facilitator, now):
    drain(now, Uncertain(text="lost"))
    actions.pause_issue(issue=going, by=facilitator, now=now)
    actions.stop_issue(issue=going, by=facilitator, now=now)
    actions.look_after(issue=going, now=now)
    client.force_login(facilitator)

    page = client.get(url(going)).content.decode()
    late = client.post(url(going, "uncertain"), follow=True).content.decode()

    assert "Somebody paused it." not in page
    assert '<th scope="row">Called off before it was their turn</th><td class="num">5</td>' in page
    assert '<th scope="row">Skipped: left, or mail to them is stopped</th><td class="num">0</td>' in page
    assert "Send to the 1 uncertain" not in page
    assert "It was called off: nobody gets it again." in late
    assert "It goes again" not in late


def test_only_those_in_doubt_get_it_again(client, frozen, facilitator, now):
    SubscriberFactory.create_batch(3)
    actions.send(issue=frozen, by=facilitator, now=now)
    write_down(now)
    drain(now, Accepted(250, "OK"), Uncertain(text="lost"), Uncertain(text="lost"))
    assert actions.look_after(issue=frozen, now=now)
    client.force_login(facilitator)
    assert "Send to the 2 uncertain" in client.get(url(frozen)).content.decode()

    client.post(url(frozen, "uncertain"))

    frozen.refresh_from_db()
    assert frozen.state == State.SENDING
    assert len(drain(timezone.now())) == 2
    assert actions.look_after(issue=frozen, now=timezone.now())
    assert (told(frozen).accepted, told(frozen).uncertain) == (3, 0)


def test_counts_that_do_not_balance_stop_it_with_a_reason(frozen, facilitator, now):
    SubscriberFactory.create_batch(2)
    actions.send(issue=frozen, by=facilitator, now=now)
    write_down(now)
    drain(now)
    Delivery.objects.filter(message__stream="bulletin").first().delete()

    assert not actions.look_after(issue=frozen, now=now)

    frozen.refresh_from_db()
    assert frozen.state == State.PAUSED
    assert frozen.pause_reason == "The counts do not balance: 2 people were written down, and 1 are accounted for."


# --- The pages --------------------------------------------------------------------------------


def test_the_bar_moves_and_the_page_loads_itself_again_without_a_script(client, going, editor, now):
    client.force_login(editor)
    drain(now)

    page = client.get(url(going)).content.decode()
    bar = client.get(url(going, "bar")).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    for part in (page, bar):
        assert '<progress class="bar" max="100" value="83"' in part
        assert "25 of 30 done; 5 wait to see whether the first come back" in part
        assert "The counts balance" in part
    assert "<html" not in bar
    assert "Pause" not in page.split("<main", 1)[1]


def test_a_mail_server_that_is_away_is_said_until_it_answers(client, going, facilitator, now):
    client.force_login(facilitator)
    assert "Nothing of it has gone out" not in client.get(url(going)).content.decode()
    drain(now, ConnectionFailed(None, "No route to host"))

    page = client.get(url(going)).content.decode()
    bar = client.get(url(going, "bar")).content.decode()

    for part in (page, bar):
        assert "The mail server does not answer. Nothing of it has gone out since 5 May 2026, 11:00" in part
        assert "No route to host" in part
        assert "If it is still so in half an hour, tell whoever runs the server." in part
    drain(now + 10 * MINUTE)
    assert "Nothing of it has gone out" not in client.get(url(going, "bar")).content.decode()


def test_a_worker_that_does_not_run_is_said_until_it_does(client, going, facilitator, now):
    client.force_login(facilitator)

    assert "the part of the hub that sends is not running" in client.get(url(going)).content.decode()
    assert "the part of the hub that sends is not running" in client.get(url(going, "bar")).content.decode()
    upkeep.worker_is_here(now)
    assert "is not running" not in client.get(url(going)).content.decode()
    assert "is not running" not in client.get(url(going, "bar")).content.decode()


def test_a_fault_in_the_settings_says_what_to_do(client, going, facilitator, now):
    drain(now, ConnectionFailed(535, "Authentication failed", "sign-in"))
    actions.look_after(issue=going, now=now)
    client.force_login(facilitator)

    page = client.get(url(going)).content.decode()

    assert page.count("The mail server does not let the hub sign in.") == 1
    assert "Ask whoever runs the server to mend it, then go on sending." in page


def test_the_proof_has_every_mail_and_can_be_narrowed(client, frozen, facilitator, now):
    for name in ("ann", "bob", "cat"):
        SubscriberFactory(email=f"{name}@council.example")
    actions.send(issue=frozen, by=facilitator, now=now)
    write_down(now)
    drain(now, Accepted(250, "OK"), Refused(550, "=1+1"), Uncertain(text="lost"))
    client.force_login(facilitator)

    whole = client.get(url(frozen, "proof")).content.decode()
    refused = client.get(url(frozen, "proof"), {"show": "refused"}).content.decode()
    sheet = b"".join(client.get(url(frozen, "proof_csv")).streaming_content).decode("utf-8-sig")

    assert "3 = 1 taken + 1 refused + 0 skipped + 1 uncertain + 0 waiting" in whole
    assert all(f"{name}@council.example" in whole for name in ("ann", "bob", "cat"))
    assert refused.count("@council.example") == 1
    assert "None" in client.get(url(frozen, "proof"), {"show": "nothing"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert len(rows) == 3
    assert {row["state"] for row in rows} == {"Accepted by the mail server", "Refused", "Not known"}
    assert all(not value.startswith("=") for row in rows for value in row.values())


def test_the_proof_costs_the_same_however_many_there_are(client, going, facilitator, now, assert_constant_queries):
    client.force_login(facilitator)
    message = Message.objects.get(stream="bulletin")

    assert_constant_queries(
        lambda: client.get(url(going, "proof")), grow=lambda: DeliveryFactory.create_batch(40, message=message), most=20
    )


def test_what_came_of_it_is_answers_and_departures(client, frozen, question, facilitator, stranger, now):
    left = SubscriberFactory()
    SubscriberFactory()
    actions.send(issue=frozen, by=facilitator, now=now)
    hand_over(Lane.BULK, now)
    actions.look_after(issue=frozen, now=now)
    forum.answer(question=question, body="The highways team does.", by=stranger, now=now + MINUTE)
    actions.unsubscribe(subscriber=left, now=now + MINUTE)
    client.force_login(facilitator)

    found = progress.outcome(frozen)
    page = client.get(url(frozen)).content.decode()

    assert (found.questions, found.answered, found.answers, found.left) == (1, 1, 1, 1)
    assert "1 of 1 answered; 1 answer since it was sent" in page
    assert "Who opened it or clicked is not known" in page


def test_a_question_closed_without_an_answer_is_not_answered_and_a_rest_is_no_departure(frozen, question, facilitator, now):
    rests = SubscriberFactory()
    actions.send(issue=frozen, by=facilitator, now=now)
    hand_over(Lane.BULK, now)
    actions.look_after(issue=frozen, now=now)
    question.closed_at = now + MINUTE
    question.save()
    actions.pause(subscriber=rests, months=1, now=now + MINUTE)

    found = progress.outcome(frozen)

    assert (found.questions, found.answered, found.left) == (1, 0, 0)


def test_the_proof_keeps_the_count_and_not_the_address_of_who_left_a_day_ago(client, frozen, facilitator, now):
    """So that what we tell them when they leave is true; of who stays, and of other mail to them, nothing is forgotten."""
    stays, left = SubscriberFactory(email="ann@council.example"), SubscriberFactory(email="bob@council.example")
    other = DeliveryFactory(address=left.email, state="accepted", next_attempt_at=None, settled_at=now)
    actions.send(issue=frozen, by=facilitator, now=now)
    write_down(now)
    drain(now, Accepted(250, "OK, ann"), Refused(550, "bob@council.example is unknown"))
    actions.unsubscribe(subscriber=left, now=now)
    actions.forget_who_left(now=now + dt.timedelta(hours=23))
    assert Delivery.objects.filter(message__stream="bulletin", address=left.email).exists()

    actions.forget_who_left(now=now + dt.timedelta(hours=24))

    client.force_login(facilitator)
    page = client.get(url(frozen, "proof")).content.decode()
    assert stays.email in page
    assert left.email not in page
    assert "2 = 1 taken + 1 refused" in page
    other.refresh_from_db()
    assert other.address == left.email


def test_what_waits_for_who_left_a_day_ago_is_not_sent_and_forgets_them_too(going, facilitator, now):
    actions.pause_issue(issue=going, by=facilitator, now=now)
    left = Subscriber.objects.first()
    actions.unsubscribe(subscriber=left, now=now)

    actions.forget_who_left(now=now + dt.timedelta(hours=24))

    theirs = Delivery.objects.get(address_hash=left.address_hash)
    assert (theirs.state, theirs.skip_reason, theirs.address) == ("skipped", "opted-out", "")
    assert told(going).is_balanced


# --- To oneself -------------------------------------------------------------------------------


def test_a_test_goes_to_whoever_asks_is_marked_and_counts_nowhere(client, draft, editor, now):
    client.force_login(editor)
    items = list(draft.items.all())
    form = {"title": draft.title, "opening": draft.opening, "seen": drafts.as_typed(draft, items), "do": "test"}

    client.post(url(draft, "compose"), form)

    (mail,) = hand_over(Lane.NOTICE, timezone.now())
    assert mail["Subject"] == "[Test] STEP bulletin 7"
    assert mail["To"] == editor.email
    assert "Cost clinic" in text_of(mail)
    assert "[[" not in text_of(mail)
    assert progress.messages_of(draft) == []
