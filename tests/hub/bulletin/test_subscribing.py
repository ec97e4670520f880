"""Only whoever reads a mailbox can confirm, and nothing changes because somebody's scanner opened a link."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from hub.bulletin import actions, links, topics, totals
from hub.bulletin.models import Subscriber
from hub.bulletin.refusals import Refusal
from hub.mail import actions as mail
from hub.mail.models import Delivery, Lane, Message, OptOut
from hub.mail.recipients import address_hash
from tests.factories.bulletin import SubscriberFactory
from tests.factories.members import EmailAddressFactory
from tests.factories.taxonomy import ConceptFactory
from tests.hub.bulletin.mailed import hand_over, html_of, path_to, text_of

pytestmark = pytest.mark.django_db

SUBSCRIBE = "/bulletin/subscribe/"
TYPED = {"email": "Ann@Council.example"}
HOUR = dt.timedelta(hours=1)


def page_of(response) -> str:
    return response.content.decode()


def asked(client, **typed) -> str:
    """The path of the confirming link, after the form was sent."""
    client.post(SUBSCRIBE, {**TYPED, **typed})
    (message,) = hand_over(Lane.SIGN_IN, timezone.now())
    return path_to(message, "confirm")


def everything_stored():
    return [list(model.objects.order_by("pk").values()) for model in (Subscriber, OptOut, Message)]


# --- Asking -----------------------------------------------------------------------------------


def test_the_page_says_what_one_gets_how_often_and_how_to_stop_above_the_button(client):
    page = page_of(client.get(SUBSCRIBE))

    places = [page.index(words) for words in ("What you get", "How often", "How to stop", "you agree that", "Send me the bulletin")]
    assert places == sorted(places)


def test_asking_stores_the_consent_and_sends_one_link(client):
    client.post(SUBSCRIBE, TYPED)

    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.state) == ("ann@council.example", Subscriber.State.PENDING)
    assert subscriber.topic_key == 0
    assert subscriber.wording_version
    assert "127.0.0.1" not in subscriber.ip_hash
    (message,) = hand_over(Lane.SIGN_IN, timezone.now())
    assert html_of(message).count("/bulletin/") == 1
    assert "/bulletin/confirm/" in text_of(message)
    assert "[[" not in text_of(message) + html_of(message)


def test_whoever_never_asked_says_so_with_one_click_and_the_link_that_confirms_is_dead(client):
    client.post(SUBSCRIBE, TYPED)
    (letter,) = hand_over(Lane.SIGN_IN, timezone.now())
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] is None
    not_me = urlsplit(letter["List-Unsubscribe"].strip("<>")).path

    assert client.post(not_me, {"List-Unsubscribe": "One-Click"}).status_code == 200
    client.post(path_to(letter, "confirm"))

    assert not Subscriber.objects.on_the_list().exists()


def test_a_known_an_unknown_and_a_waiting_address_get_the_same_answer(client):
    SubscriberFactory(email="active@council.example")
    SubscriberFactory(email="waiting@council.example", pending=True)

    answers = {
        (response.status_code, response.headers["Location"], response.content)
        for name in ("active", "waiting", "unknown")
        if (response := client.post(SUBSCRIBE, {**TYPED, "email": f"{name}@council.example"}))
    }

    assert len(answers) == 1
    assert Message.objects.count() == 3


def test_an_active_subscriber_is_told_so_and_nothing_of_theirs_is_changed(client):
    subscriber = SubscriberFactory(email="ann@council.example")

    client.post(SUBSCRIBE, TYPED)

    subscriber.refresh_from_db()
    assert subscriber.topic_key == 0
    assert subscriber.is_active
    (message,) = hand_over(Lane.SIGN_IN, timezone.now())
    assert "already" in message["Subject"]


@pytest.mark.parametrize("known", [False, True])
def test_asking_again_and_again_fills_no_mailbox(client, known):
    """Three letters a day, and the same page after each."""
    if known:
        SubscriberFactory(email="ann@council.example")
    pages = {page_of(client.post(SUBSCRIBE, TYPED, follow=True)).partition("csrfmiddlewaretoken")[0] for _ in range(9)}

    start = timezone.now()
    for hour in range(1, 12):
        actions.subscribe(email="ann@council.example", now=start + dt.timedelta(hours=hour))

    assert len(pages) == 1
    assert Message.objects.count() <= 3
    actions.subscribe(email="ann@council.example", now=start + dt.timedelta(hours=36))
    assert Message.objects.filter(created_at__gt=start + dt.timedelta(hours=30)).count() == 1


def test_the_page_after_asking_offers_to_send_it_again_without_retyping(client):
    page = page_of(client.post(SUBSCRIBE, TYPED, follow=True))

    assert "ann@council.example" in page.lower()
    assert "Send it again" in page
    assert "Send it again" not in page_of(Client().get("/bulletin/subscribe/sent/"))


def test_a_burst_from_everywhere_is_refused_before_anything_is_known_of_the_address(client, monkeypatch):
    monkeypatch.setattr("hub.bulletin.actions.subscribing.MOST_FROM_EVERYWHERE", 2)
    for number in range(2):
        client.post(SUBSCRIBE, {"email": f"new{number}@council.example"}, REMOTE_ADDR=f"192.0.2.{number}")

    page = page_of(client.post(SUBSCRIBE, TYPED, REMOTE_ADDR="192.0.2.77"))

    assert "Try again in an hour" in page
    assert Message.objects.count() == 2


def test_a_flood_from_one_place_is_refused_before_anything_is_known_of_the_address(client, monkeypatch):
    monkeypatch.setattr("hub.bulletin.actions.subscribing.MOST_FROM_ONE_PLACE", 2)
    SubscriberFactory(email="active@council.example")
    for number in range(2):
        client.post(SUBSCRIBE, {**TYPED, "email": f"new{number}@council.example"})

    refused = [client.post(SUBSCRIBE, {**TYPED, "email": f"{name}@council.example"}) for name in ("active", "unknown")]

    assert [response.status_code for response in refused] == [200, 200]
    assert all("Try again in an hour" in page_of(response) for response in refused)
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": ""}, "Write your email address."),
        ({"email": "ann"}, "Write the whole address"),
        ({"email": '"a.b"@council.example'}, "We cannot write to this address"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, typed, said):
    page = page_of(client.post(SUBSCRIBE, {**TYPED, **typed}))

    assert said in page
    assert not Subscriber.objects.exists()


def test_a_member_takes_it_under_their_proved_address_with_one_press_and_no_mail(client, member):
    EmailAddressFactory(user=member, email=member.email)
    client.force_login(member)
    assert member.email in page_of(client.get(SUBSCRIBE))

    response = client.post(SUBSCRIBE, {"email": member.email})

    subscriber = Subscriber.objects.get()
    assert (subscriber.state, subscriber.user) == (Subscriber.State.ACTIVE, member)
    assert not Message.objects.exists()
    assert totals.proof_of(timezone.now(), email=member.email).is_complete
    assert response.headers["Location"].startswith("/bulletin/preferences/")
    assert client.get(SUBSCRIBE).headers["Location"].startswith("/bulletin/preferences/")


@pytest.mark.parametrize(("reason", "is_told"), [("hard-bounce", True), ("manual", True), ("complaint", False)])
def test_a_member_whose_mailbox_is_closed_to_us_is_told_why_nothing_will_come(client, member, now, reason, is_told):
    """A complaint their own yes takes back. Whoever only types an address is told nothing of it."""
    EmailAddressFactory(user=member, email=member.email)
    mail.suppress(member.email, reason, now)
    stranger = page_of(client.post(SUBSCRIBE, {"email": member.email}, follow=True))
    client.force_login(member)

    page = page_of(client.post(SUBSCRIBE, {"email": member.email}, follow=True))

    assert ("so we send nothing there" in page) is is_told
    assert ("from the next issue on" in page) is not is_told
    assert "nothing comes" not in stranger


def test_another_address_of_a_member_has_to_be_confirmed_like_anybodys(client, member):
    EmailAddressFactory(user=member, email="second@council.example", verified=False)
    client.force_login(member)

    for email in (member.email, "second@council.example", "ann@council.example"):
        client.post(SUBSCRIBE, {"email": email})

    assert set(Subscriber.objects.values_list("state", "user")) == {("pending", None)}


def test_a_confirmed_subscription_belongs_to_the_account_that_proved_the_same_address(member, now):
    EmailAddressFactory(user=member, email="ann@council.example")
    subscriber = actions.subscribe(email="ann@council.example", now=now)
    actions.confirm(subscriber=subscriber, now=now)
    assert subscriber.user == member

    actions.unlink_account(user=member, email="ANN@council.example", now=now)
    subscriber.refresh_from_db()
    assert subscriber.user is None
    actions.link_account(user=member, email="ANN@council.example", now=now)
    subscriber.refresh_from_db()
    assert subscriber.user == member


def test_one_mailbox_in_two_spellings_is_one_subscriber(now):
    actions.subscribe(email="ann@rådhus.example", now=now)
    actions.subscribe(email="ANN@xn--rdhus-mra.example", now=now)

    assert Subscriber.objects.count() == 1


# --- Confirming -------------------------------------------------------------------------------


def test_the_button_confirms_and_leads_to_the_choice_of_topics(client):
    path = asked(client)

    response = client.post(path, follow=True)

    assert Subscriber.objects.get().is_active
    assert "You will get the bulletin" in page_of(response)
    assert response.request["PATH_INFO"].startswith("/bulletin/preferences/")


def test_pressing_it_twice_confirms_once(client):
    path = asked(client)
    client.post(path)
    first = Subscriber.objects.get().confirmed_at

    assert client.post(path).status_code == 302
    assert Subscriber.objects.get().confirmed_at == first


def test_a_link_is_over_after_48_hours(client):
    subscriber = actions.subscribe(email="ann@council.example", now=timezone.now() - 48 * HOUR - dt.timedelta(minutes=1))
    path = f"/bulletin/confirm/{links.confirm_token(subscriber, subscriber.asked_at)}/"

    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert not Subscriber.objects.active().exists()


def test_what_nobody_confirmed_is_forgotten(now):
    kept = actions.subscribe(email="ann@council.example", now=now)
    actions.subscribe(email="bob@council.example", now=now - 48 * HOUR)
    SubscriberFactory(asked_at=now - 480 * HOUR)

    assert actions.purge_unconfirmed(now=now) == 1
    assert set(Subscriber.objects.exclude(state="active")) == {kept}


def test_the_letter_to_who_never_asked_keeps_no_address(client, now):
    client.post(SUBSCRIBE, {"email": "ann@council.example"})
    hand_over(Lane.SIGN_IN, timezone.now())

    mail.blank_old(timezone.now())

    assert list(Delivery.objects.values_list("state", "address")) == [("accepted", "")]


def test_a_link_for_one_purpose_opens_no_other(client):
    subscriber = SubscriberFactory()
    token = links.unsubscribe_token(subscriber)

    assert client.get(f"/bulletin/preferences/{token}/").status_code == 404
    assert client.get(f"/bulletin/confirm/{token}/").status_code == 404
    assert client.get(f"/bulletin/confirm/{signing.Signer().sign_object([subscriber.public_id, 1, 0])}/").status_code == 404


def test_a_link_from_before_they_left_brings_nobody_back(client):
    path = asked(client)
    client.post(path)
    actions.unsubscribe(subscriber=Subscriber.objects.get(), now=timezone.now())

    assert client.post(path).status_code == 410
    assert not Subscriber.objects.active().exists()


# --- Choosing and leaving ---------------------------------------------------------------------


def test_topics_are_changed_without_signing_in(client, facilitator, now):
    actions.choose_topics(concepts=ConceptFactory.create_batch(2), by=facilitator, now=now)
    subscriber = SubscriberFactory()
    path = f"/bulletin/preferences/{links.preferences_token(subscriber)}/"
    _, second = topics.offered()

    client.post(path, {"topics": [second.public_id]})

    subscriber.refresh_from_db()
    assert topics.labels_of(subscriber.topic_key) == [second.label]
    assert page_of(client.get(path)).count("checked") == 1
    client.post(path, {})
    subscriber.refresh_from_db()
    assert subscriber.topic_key == 0


def test_leaving_forgets_the_address_after_a_day_and_keeps_the_opt_out(client):
    subscriber = SubscriberFactory(email="ann@council.example")
    path = f"/bulletin/preferences/{links.preferences_token(subscriber)}/"

    page = page_of(client.post(path, {"do": "leave"}))

    subscriber.refresh_from_db()
    assert "You have left the bulletin" in page
    assert (subscriber.state, subscriber.user, subscriber.ip_hash) == (Subscriber.State.UNSUBSCRIBED, None, "")
    assert OptOut.objects.filter(address_hash=address_hash("ann@council.example"), stream="bulletin").exists()
    assert client.get(path).status_code == 410
    assert actions.forget_who_left(now=timezone.now()) == 0
    assert actions.forget_who_left(now=timezone.now() + 24 * HOUR) == 1
    subscriber.refresh_from_db()
    assert subscriber.email is None


def test_one_click_needs_no_cookie_no_token_and_no_redirect_and_may_come_twice():
    client = Client(enforce_csrf_checks=True)
    subscriber = SubscriberFactory(email="ann@council.example")
    path = f"/bulletin/unsubscribe/{links.unsubscribe_token(subscriber)}/"

    answers = [client.post(path, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [response.status_code for response in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert not any(response.cookies for response in answers)
    assert OptOut.objects.count() == 1
    assert not Subscriber.objects.active().exists()


def test_one_click_answers_the_same_when_nobody_is_there_any_more():
    client = Client(enforce_csrf_checks=True)
    here, gone = SubscriberFactory(), SubscriberFactory()
    paths = [f"/bulletin/unsubscribe/{links.unsubscribe_token(each)}/" for each in (here, gone)]
    gone.delete()

    first, second = (client.post(path) for path in paths)

    assert first.status_code == second.status_code == 200
    assert page_of(first).replace(paths[0], "") == page_of(second).replace(paths[1], "")


def test_a_link_that_was_cut_short_says_so_with_200(client):
    path = f"/bulletin/unsubscribe/{links.unsubscribe_token(SubscriberFactory())[:-4]}/"

    response = client.post(path)

    assert response.status_code == 200
    assert "not whole" in page_of(response)
    assert Subscriber.objects.active().count() == 1


def test_the_link_in_an_old_issue_still_lets_somebody_leave_who_came_back(client):
    subscriber = SubscriberFactory(email="ann@council.example")
    old = f"/bulletin/unsubscribe/{links.unsubscribe_token(subscriber)}/"
    actions.unsubscribe(subscriber=subscriber, now=timezone.now())
    client.post(asked(client))
    assert not OptOut.objects.exists()

    client.post(old)

    assert not Subscriber.objects.active().exists()
    assert OptOut.objects.count() == 1


def test_whoever_left_is_written_to_again_only_after_confirming(now):
    subscriber = SubscriberFactory(email="ann@council.example")
    actions.unsubscribe(subscriber=subscriber, now=now)

    again = actions.subscribe(email="ann@council.example", now=now)

    assert again.pk == subscriber.pk
    assert OptOut.objects.exists()
    actions.confirm(subscriber=again, now=now)
    assert not OptOut.objects.exists()


def test_opening_any_mailed_link_changes_nothing(client):
    waiting, active = SubscriberFactory(pending=True, asked_at=timezone.now()), SubscriberFactory()
    paths = [
        f"/bulletin/confirm/{links.confirm_token(waiting, timezone.now())}/",
        f"/bulletin/preferences/{links.preferences_token(active)}/",
        f"/bulletin/unsubscribe/{links.unsubscribe_token(active)}/",
    ]
    before = everything_stored()

    for path in paths:
        answers = [client.get(path, headers={"user-agent": "LinkScanner/1.0"}) for _ in range(3)] + [client.head(path)]
        assert [response.status_code for response in answers] == [200] * 4

    assert everything_stored() == before


def test_an_address_that_is_stopped_is_not_even_asked(now):
    mail.suppress("ann@council.example", "hard-bounce", now)
    actions.subscribe(email="ann@council.example", now=now)

    assert hand_over(Lane.SIGN_IN, now) == []


def test_a_refusal_writes_nothing(now, monkeypatch):
    monkeypatch.setattr("hub.bulletin.actions.subscribing.MOST_FROM_ONE_PLACE", 0)

    with pytest.raises(Refusal):
        actions.subscribe(email="ann@council.example", ip="192.0.2.1", now=now)

    assert not Subscriber.objects.exists()
