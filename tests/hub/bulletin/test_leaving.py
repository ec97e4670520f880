"""A rest that ends by itself, ways out that need one press, and a day to take it back."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from hub.bulletin import actions, links, totals
from hub.bulletin.models import ConsentEvent, Subscriber
from hub.bulletin.refusals import Refusal
from hub.mail import actions as mail
from hub.mail.models import Delivery, Lane, OptOut, Suppression
from hub.mail.recipients import address_hash
from hub.members import actions as members
from hub.members.models import Role
from tests.factories.bulletin import SubscriberFactory
from tests.factories.members import MembershipFactory, OfficeFactory
from tests.hub.bulletin.mailed import hand_over, write_down

pytestmark = pytest.mark.django_db

ANN = "ann@council.example"
DAY = dt.timedelta(days=1)
Kind = ConsentEvent.Kind


@pytest.fixture
def ann():
    return SubscriberFactory(email=ANN)


def preferences(subscriber) -> str:
    return f"/bulletin/preferences/{links.preferences_token(subscriber)}/"


def one_click(subscriber) -> str:
    return f"/bulletin/unsubscribe/{links.unsubscribe_token(subscriber)}/"


def page_of(response) -> str:
    return response.content.decode()


def kinds() -> list[str]:
    return list(ConsentEvent.objects.order_by("happened_at", "pk").values_list("kind", flat=True))


# --- A rest -----------------------------------------------------------------------------------


def test_a_rest_says_until_when_and_ends_by_itself_or_now(client, ann):
    page = page_of(client.post(preferences(ann), {"do": "pause", "months": "2"}, follow=True))

    ann.refresh_from_db()
    assert ann.is_paused
    assert f"until {timezone.localtime(ann.paused_until):%-d %B %Y}" in page
    assert "Start again now" in page
    client.post(preferences(ann), {"do": "resume"})
    ann.refresh_from_db()
    assert ann.is_active
    assert not OptOut.objects.exists()


def test_a_rest_that_is_over_ends_and_tells_nothing(ann, now):
    actions.pause(subscriber=ann, months=1, now=now)
    assert actions.resume_rested(now=now + 29 * DAY) == 0

    assert actions.resume_rested(now=now + 30 * DAY) == 1

    ann.refresh_from_db()
    assert ann.is_active
    assert kinds() == ["asked", "confirmed", "paused", "resumed"]
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("months", [0, 4])
def test_a_rest_lasts_one_to_three_months(ann, now, months):
    with pytest.raises(Refusal):
        actions.pause(subscriber=ann, months=months, now=now)


def test_no_month_chosen_is_said(client, ann):
    assert "Say for how long." in page_of(client.post(preferences(ann), {"do": "pause"}))


def test_whoever_rests_gets_no_issue_not_even_one_that_waits_already(frozen, facilitator, ann, now):
    late = SubscriberFactory(email="bob@council.example")
    actions.pause(subscriber=ann, months=1, now=now)
    actions.send(issue=frozen, by=facilitator, now=now)
    write_down(now)
    actions.pause(subscriber=late, months=1, now=now)

    assert hand_over(Lane.BULK, now) == []


def test_whoever_rests_is_told_so_when_they_ask_again(ann, now):
    actions.pause(subscriber=ann, months=1, now=now)

    actions.subscribe(email=ANN, now=now)

    (letter,) = hand_over(Lane.SIGN_IN, now)
    assert "with a rest until 4 June 2026" in letter.get_body(("plain",)).get_content()
    ann.refresh_from_db()
    assert ann.is_paused


# --- Out, and back ----------------------------------------------------------------------------


def test_a_mistake_is_taken_back_with_one_press_and_no_cookie(ann):
    client = Client(enforce_csrf_checks=True)
    page = page_of(client.post(one_click(ann)))
    assert "That was a mistake: join again" in page

    response = client.post(f"{one_click(ann)}come-back/")

    ann.refresh_from_db()
    assert response.status_code == 302
    assert ann.is_active
    assert not OptOut.objects.exists()
    assert totals.proof_of(timezone.now(), email=ANN).is_complete


def test_whoever_comes_back_while_suspended_reads_as_a_member_again_once_that_is_over(now):
    user = MembershipFactory().user
    user.email = ANN
    user.save()
    EmailAddress.objects.create(user=user, email=ANN, verified=True, primary=True)
    subscriber = SubscriberFactory(email=ANN, user=user)
    facilitator = OfficeFactory(role=Role.FACILITATOR).user
    members.suspend(user=user, reason="Advertisements.", by=facilitator, now=now)
    actions.unsubscribe(subscriber=subscriber, now=now)

    assert actions.come_back(subscriber=subscriber, now=now)
    assert not Subscriber.objects.who_get_members_edition(now).exists()
    members.lift_suspension(user=user, by=facilitator, now=now)

    assert list(Subscriber.objects.active().who_get_members_edition(now)) == [subscriber]


def test_it_is_too_late_after_a_day_or_when_nobody_is_there(client, ann):
    path = f"{one_click(ann)}come-back/"
    actions.unsubscribe(subscriber=ann, now=timezone.now() - DAY)

    assert client.post(path).status_code == 410
    ann.delete()
    assert client.post(path).status_code == 410
    assert client.get(path).status_code == 405


def test_whoever_never_confirmed_does_not_come_back_by_an_old_link(client, ann, now):
    """They left, asked again, did not confirm, and pressed the button of the first time."""
    actions.unsubscribe(subscriber=ann, now=now)
    again = actions.subscribe(email=ANN, now=now)
    actions.unsubscribe(subscriber=again, now=now)

    assert not actions.come_back(subscriber=again, now=now)
    assert not Subscriber.objects.active().exists()


def test_leaving_everything_stops_all_but_signing_in(client, ann):
    page = client.post(one_click(ann), {"do": "leave-everything"}).content.decode()

    assert "nothing else but what you need to sign in" in page
    assert Suppression.objects.get().reason == Suppression.Reason.ASKED
    ann.refresh_from_db()
    assert ann.state == Subscriber.State.UNSUBSCRIBED
    now = timezone.now()
    for lane in (Lane.SIGN_IN, Lane.NOTICE):
        from hub.mail.recipients import Recipient

        mail.post(key=lane, stream=lane, lane=lane, subject="S", text="T", recipients=[Recipient(ANN)], now=now)
    assert len(hand_over(Lane.SIGN_IN, now)) == 1
    assert hand_over(Lane.NOTICE, now) == []
    client.post(f"{one_click(ann)}come-back/")
    assert not Suppression.objects.exists()


def test_whoever_left_long_ago_may_still_want_no_mail_at_all(client, ann, now):
    """Their address is forgotten here, but a member hears of other things."""
    actions.unsubscribe(subscriber=ann, now=now)
    actions.forget_who_left(now=now + dt.timedelta(days=3))
    client.post(one_click(ann), {"do": "leave-everything"})

    assert Suppression.objects.get().reason == Suppression.Reason.ASKED
    assert Suppression.objects.get().address_hash == address_hash(ANN)


# --- Stopped ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "letters"), [("complaint", 1), ("hard-bounce", 0), ("manual", 0)])
def test_a_stopped_address_that_asks_again_sees_the_same_page_and_gets_what_the_ledger_lets_through(client, ann, reason, letters):
    mail.suppress(ANN, reason, timezone.now())
    ann.refresh_from_db()
    assert (ann.state, ann.email) == (Subscriber.State.SUPPRESSED, None)
    assert kinds()[-1] == "stopped"
    assert client.get(preferences(ann)).status_code == 410

    answer = client.post("/bulletin/subscribe/", {"email": ANN})
    other = client.post("/bulletin/subscribe/", {"email": "unknown@council.example"})

    assert (answer.status_code, answer.headers["Location"]) == (other.status_code, other.headers["Location"])
    assert len([letter for letter in hand_over(Lane.SIGN_IN, timezone.now()) if letter["To"] == ANN]) == letters


def test_a_new_yes_lifts_their_own_no_and_nobody_elses(ann, now):
    mail.suppress(ANN, "complaint", now)
    mail.suppress("bob@council.example", "manual", now)

    for email in (ANN, "bob@council.example"):
        actions.confirm(subscriber=actions.subscribe(email=email, now=now), now=now)

    assert [row.reason for row in Suppression.objects.all()] == ["manual"]


def test_what_somebody_said_is_not_written_anew(ann):
    event = ConsentEvent.objects.first()
    event.said = "Something else"

    with pytest.raises(TypeError):
        event.save()


def test_what_was_typed_and_never_confirmed_is_forgotten_with_its_trace(now):
    actions.subscribe(email=ANN, now=now)
    kept = SubscriberFactory(email="bob@council.example", asked_at=now)

    actions.purge_unconfirmed(now=now + 2 * DAY)
    assert ConsentEvent.objects.of_address(ANN).count() == 1
    actions.purge_unconfirmed(now=now + 31 * DAY)

    assert not ConsentEvent.objects.of_address(ANN).exists()
    assert ConsentEvent.objects.of_address(kept.email).count() == 2
