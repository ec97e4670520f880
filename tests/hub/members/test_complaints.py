"""Complaints about data: acknowledged at once, with a clock, answered by facilitators."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from hub.core import personal_data
from hub.mail.models import Delivery
from hub.members import actions
from hub.members.actions.complaints import AnsweredAlready
from hub.members.models import Complaint
from tests.factories.members import ComplaintFactory

pytestmark = pytest.mark.django_db

BACKEND = "hub.members.backends.SignInBackend"
FORM = {"about": "wrong", "text": "My job is not that.", "address": "jo@nowhere.example", "name": ""}
DAY = dt.timedelta(days=1)


def text_of(delivery: Delivery) -> str:
    return bytes(delivery.message.template).decode()


def test_anybody_can_complain_and_is_given_a_reference_and_a_day(client, facilitator):
    response = client.post("/complaints/", FORM, follow=True)

    complaint = Complaint.objects.get()
    content = response.content.decode()
    assert response.redirect_chain == [(f"/complaints/{complaint.public_id}/", 302)]
    assert complaint.public_id in content
    assert f"By {complaint.due_on:%-d %B %Y} at the latest" in content
    assert complaint.due_on == (complaint.received_at + 30 * DAY).date()


def test_it_is_acknowledged_by_mail_that_quotes_nothing(client, facilitator, administrator, editor):
    """Or anybody could have us write anything to anybody."""
    client.post("/complaints/", {**FORM, "name": "Buy Now", "text": "Cheap pills at evil.example"})

    mails = {delivery.address: delivery for delivery in Delivery.objects.select_related("message")}
    assert set(mails) == {FORM["address"], facilitator.email, administrator.email}
    for delivery in mails.values():
        assert "evil.example" not in text_of(delivery)
        assert "Buy Now" not in text_of(delivery)
    assert Complaint.objects.get().public_id in mails[FORM["address"]].message.subject


def test_the_page_of_the_reference_tells_no_word_of_it(client):
    complaint = ComplaintFactory(
        name="Quillwort", address="quillwort@nowhere.example", text="Quillwort", answered=True, answer="Quillwort"
    )

    content = client.get(f"/complaints/{complaint.public_id}/").content.decode()

    assert "We have answered your complaint" in content
    assert "uillwort" not in content
    assert client.get("/complaints/2222222222/").status_code == 404


@pytest.mark.parametrize("missing", ["about", "text", "address"])
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, missing):
    response = client.post("/complaints/", {**FORM, missing: ""})

    content = response.content.decode()
    assert "Some answers need another look" in content
    assert not Complaint.objects.exists()
    assert (FORM["text"] in content) == (missing != "text")


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: c@d.example", '"two words"@nowhere.example'])
def test_an_address_that_we_cannot_write_to_is_refused(client, address):
    client.post("/complaints/", {**FORM, "address": address})

    assert not Complaint.objects.exists()


def test_a_member_finds_their_address_filled_in_and_their_complaint_in_their_data(client, member):
    client.force_login(member, backend=BACKEND)
    assert member.email in client.get("/complaints/").content.decode()

    client.post("/complaints/", FORM)

    assert personal_data.export(member)["hub.members"]["complaints"][0]["text"] == FORM["text"]
    assert Complaint.objects.get().public_id in client.get("/account/privacy/").content.decode()


def test_a_facilitator_sees_the_clock_with_what_is_due_first_in_front(client, facilitator, monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    ComplaintFactory(about="mail", received_at=now - 2 * DAY)
    ComplaintFactory(about="wrong", received_at=now - 31 * DAY)
    ComplaintFactory(about="erase", received_at=now - 30 * DAY)
    client.force_login(facilitator, backend=BACKEND)

    content = client.get("/members/complaints/").content.decode()

    clocks = re.findall(r"Late|Due today|\d+ days? left", content)
    assert clocks == ["Late", "Due today", "28 days left"]


def test_answering_mails_it_and_stops_the_clock(client, facilitator):
    complaint = ComplaintFactory()
    client.force_login(facilitator, backend=BACKEND)

    client.post(f"/members/complaints/{complaint.public_id}/", {"text": "We put it right on Monday."}, follow=True)

    complaint.refresh_from_db()
    delivery = Delivery.objects.select_related("message").get()
    assert (complaint.answer, complaint.answered_by, complaint.is_open) == ("We put it right on Monday.", facilitator, False)
    assert delivery.address == complaint.address
    assert "We put it right on Monday." in text_of(delivery)
    assert "Nobody waits" in client.get("/members/complaints/").content.decode()


def test_two_who_answer_at_once_send_one_answer(facilitator, administrator, now):
    complaint = ComplaintFactory()
    seen_before = Complaint.objects.get()
    actions.answer_complaint(complaint=complaint, text="The first", by=facilitator, now=now)

    with pytest.raises(AnsweredAlready):
        actions.answer_complaint(complaint=seen_before, text="The second", by=administrator, now=now)

    assert Delivery.objects.count() == 1


def test_an_answered_one_is_read_and_not_answered_again(client, facilitator):
    complaint = ComplaintFactory(answered=True)
    client.force_login(facilitator, backend=BACKEND)

    response = client.post(f"/members/complaints/{complaint.public_id}/", {"text": "Again"})

    assert "We put it right." in response.content.decode()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("who", ["member", "lead", "supplier_person", "pending", "editor"])
def test_nobody_else_reads_them(client, who, request):
    complaint = ComplaintFactory()
    client.force_login(request.getfixturevalue(who), backend=BACKEND)

    for address in ("/members/complaints/", f"/members/complaints/{complaint.public_id}/", "/members/complaints/2222222222/"):
        assert client.get(address).status_code == 403


def test_the_list_costs_the_same_however_long_it_gets(client, facilitator, assert_constant_queries):
    ComplaintFactory()
    ComplaintFactory(answered=True, answered_by=facilitator)
    client.force_login(facilitator, backend=BACKEND)

    def grow():
        ComplaintFactory.create_batch(3)
        ComplaintFactory.create_batch(3, answered=True, answered_by=facilitator)

    assert_constant_queries(lambda: client.get("/members/complaints/"), grow=grow)


def test_a_year_after_the_answer_its_words_are_gone_and_it_still_counts(now):
    old = ComplaintFactory(received_at=now - 400 * DAY, answered=True, answered_at=now - 365 * DAY)
    recent = ComplaintFactory(received_at=now - 400 * DAY, answered=True, answered_at=now - 364 * DAY)
    waiting = ComplaintFactory(received_at=now - 400 * DAY)

    assert actions.blank_complaints(now=now) == 1
    assert actions.blank_complaints(now=now) == 0

    for complaint in (old, recent, waiting):
        complaint.refresh_from_db()
    assert (old.name, old.address, old.text, old.answer, old.blanked_at) == ("", "", "", "", now)
    assert recent.text
    assert waiting.text


def test_those_who_answer_find_the_list_on_their_account_page_and_nobody_else_does(client, facilitator, member):
    for person, finds in ((facilitator, True), (member, False)):
        client.force_login(person, backend=BACKEND)

        assert ("/members/complaints/" in client.get("/account/").content.decode()) is finds
