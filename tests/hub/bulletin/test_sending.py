"""Once each, with the topics they chose, and nothing that was hidden on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from forum import actions as forum
from hub.bulletin import actions, duties, editions, queries
from hub.bulletin.models import ALL_SECTIONS, BulletinIssue, Section, Subscriber
from hub.mail import sender
from hub.mail.models import Delivery, Lane, Message
from hub.mail.transports import Accepted, FolderTransport, Refused, Uncertain
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.factories.forum import QuestionFactory
from tests.factories.mail import ScriptedTransport
from tests.factories.members import OfficeFactory
from tests.factories.pages import EventPageFactory, members_only
from tests.hub.bulletin.mailed import hand_over, html_of, parse, path_to, text_of

ANN, BOB = "ann@council.example", "bob@council.example"
MINUTE = dt.timedelta(minutes=1)


def send_to(issue, *addresses, by, now, **topics):
    for address in addresses:
        SubscriberFactory(email=address, **topics)
    actions.send(issue=issue, by=by, now=now)


def page_of(response) -> str:
    return response.content.decode()


def url(issue) -> str:
    return reverse("bulletin:send", kwargs={"public_id": issue.public_id})


# --- The mail ---------------------------------------------------------------------------------


def test_a_mail_has_what_its_reader_and_their_mail_program_need(frozen, facilitator, now):
    send_to(frozen, ANN, by=facilitator, now=now)

    (mail,) = hand_over(Lane.BULK, now)

    assert mail["Subject"] == "STEP bulletin 7"
    assert mail["To"] == ANN
    assert mail["List-Id"] == "<bulletin.testserver>"
    assert mail["List-Unsubscribe"] == f"<http://testserver{path_to(mail, 'unsubscribe')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Archive"] == "<http://testserver/bulletin/>"
    assert mail["Archived-At"] == "<http://testserver/bulletin/7/>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert len(mail.get_all("List-Unsubscribe")) == len(mail.get_all("List-Id")) == 1


def test_both_parts_say_everything_and_hold_no_marker(frozen, facilitator, question, paper, now):
    send_to(frozen, ANN, by=facilitator, now=now)

    (mail,) = hand_over(Lane.BULK, now)

    for part in (text_of(mail), html_of(mail)):
        for words in ("Cost clinic", "An accountant will be there.", "Figures from five councils.", question.title):
            assert words in part
        for path in (
            paper.url,
            question.get_absolute_url(),
            "/bulletin/7/",
            path_to(mail, "preferences"),
            path_to(mail, "unsubscribe"),
        ):
            assert f"http://testserver{path}" in part
        assert "[[" not in part
    assert "<strong>all</strong>" in html_of(mail)
    assert 'lang="en-GB"' in html_of(mail)
    assert "<script" not in html_of(mail)
    assert "<img" not in html_of(mail)
    assert all('role="presentation"' in table for table in html_of(mail).split("<table")[1:])


def test_a_full_issue_stays_far_below_what_mail_programs_cut_off(facilitator, now):
    issue = BulletinIssueFactory()
    for thing in [*EventPageFactory.create_batch(12, summary="s" * 300), *QuestionFactory.create_batch(12)]:
        actions.add_item(issue=issue, obj=thing, note="n" * 300, by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    send_to(issue, ANN, by=facilitator, now=now)
    transport = ScriptedTransport()
    sender.drain(Lane.BULK, transport, now)

    data = transport.handed[0].data

    assert len(data) < editions.LARGEST
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_a_title_cannot_smuggle_a_header_or_a_tag_into_the_mail(facilitator, now):
    issue = BulletinIssueFactory(title="Hello\r\nBcc: everybody@council.example")
    actions.add_item(issue=issue, obj=QuestionFactory(title="<b>&[[unsubscribe_url]]?"), note="<i>", by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    send_to(issue, ANN, by=facilitator, now=now)

    (mail,) = hand_over(Lane.BULK, now)

    assert mail["Bcc"] is None
    assert "&lt;b&gt;&amp;" in html_of(mail)
    assert "<i>" not in html_of(mail)


def test_a_relative_link_in_the_opening_leads_to_the_hub(draft, facilitator, now):
    actions.edit_issue(issue=draft, title="T", opening="See [the terms](/a-z/).", by=facilitator, now=now)
    actions.freeze(issue=draft, by=facilitator, now=now)

    assert 'href="http://testserver/a-z/"' in draft.editions.first().html


def test_the_mail_as_the_folder_of_the_demo_gets_it(frozen, facilitator, now, tmp_path):
    send_to(frozen, ANN, by=facilitator, now=now)

    sender.drain(Lane.BULK, FolderTransport(tmp_path), now)

    (file,) = tmp_path.glob("*.eml")
    assert parse(file.read_bytes())["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# --- Topics -----------------------------------------------------------------------------------


@pytest.mark.parametrize("topics", list(editions.topic_choices()))
def test_each_gets_the_sections_they_chose_and_no_others(frozen, facilitator, topics, now):
    send_to(frozen, ANN, by=facilitator, now=now, **{f"wants_{section}": section in topics for section in ALL_SECTIONS})

    (mail,) = hand_over(Lane.BULK, now)

    words = {Section.EVENTS: "Cost clinic", Section.CONTENT: "What contact costs", Section.QUESTIONS: "Who mends the street light?"}
    for section in ALL_SECTIONS:
        assert (words[section] in text_of(mail)) is (section in topics)
        assert (words[section] in html_of(mail)) is (section in topics)


def test_there_are_seven_choices_and_never_more_messages(frozen, facilitator, now):
    for topics in editions.topic_choices():
        SubscriberFactory.create_batch(2, **{f"wants_{section}": section in topics for section in ALL_SECTIONS})

    actions.send(issue=frozen, by=facilitator, now=now)

    assert Message.objects.count() == 7
    assert Delivery.objects.count() == 14
    assert Message.objects.filter(key=f"bulletin:{frozen.public_id}:events+content+questions").exists()


def test_whoever_chose_only_what_this_issue_lacks_gets_nothing(facilitator, question, now):
    issue = BulletinIssueFactory()
    actions.add_item(issue=issue, obj=question, by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    SubscriberFactory(email=ANN, wants_questions=False)

    before = queries.before_sending(issue)
    send_to(issue, BOB, by=facilitator, now=now)

    assert before.recipients == 0
    assert [mail["To"] for mail in hand_over(Lane.BULK, now)] == [BOB]


# --- Who gets it ------------------------------------------------------------------------------


def test_only_confirmed_subscribers_get_it(frozen, facilitator, now):
    SubscriberFactory(pending=True)
    left = SubscriberFactory()
    actions.unsubscribe(subscriber=left, now=now)

    send_to(frozen, ANN, by=facilitator, now=now)

    assert [mail["To"] for mail in hand_over(Lane.BULK, now)] == [ANN]


def test_sent_twice_it_goes_once(client, frozen, facilitator, now):
    send_to(frozen, ANN, BOB, by=facilitator, now=now)
    SubscriberFactory(email="late@council.example")
    client.force_login(facilitator)

    actions.send(issue=BulletinIssue.objects.get(pk=frozen.pk), by=facilitator, now=now + MINUTE)
    client.post(url(frozen))

    assert sorted(mail["To"] for mail in hand_over(Lane.BULK, now + MINUTE)) == [ANN, BOB]
    assert Message.objects.count() == 1


def test_a_draft_cannot_be_sent(draft, facilitator, now):
    from hub.bulletin.refusals import Refusal

    with pytest.raises(Refusal, match="Freeze"):
        actions.send(issue=draft, by=facilitator, now=now)


def test_whoever_leaves_by_one_click_before_their_turn_gets_nothing(client, frozen, facilitator, now):
    send_to(frozen, ANN, BOB, by=facilitator, now=now)
    ann = Delivery.objects.get(address=ANN)

    client.post(ann.fields["unsubscribe_url"])

    assert [mail["To"] for mail in hand_over(Lane.BULK, now)] == [BOB]
    ann.refresh_from_db()
    assert ann.skip_reason == Delivery.SkipReason.OPTED_OUT


# --- What was hidden meanwhile ----------------------------------------------------------------


def test_what_was_hidden_between_freeze_and_send_is_left_out(frozen, facilitator, question, paper, now):
    forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now)
    members_only(paper)

    assert queries.before_sending(frozen).gone == 2
    send_to(frozen, ANN, by=facilitator, now=now)

    (mail,) = hand_over(Lane.BULK, now)
    for part in (text_of(mail), html_of(mail)):
        assert "Cost clinic" in part
        assert question.title not in part
        assert paper.title not in part


def test_what_is_deleted_between_freeze_and_send_is_left_out(frozen, facilitator, paper, now):
    paper.delete()

    send_to(frozen, ANN, by=facilitator, now=now)

    (mail,) = hand_over(Lane.BULK, now)
    assert "Cost clinic" in text_of(mail)
    assert "What contact costs" not in text_of(mail)


def test_what_is_hidden_while_the_issue_goes_out_reaches_nobody_else_and_nobody_goes_without(frozen, facilitator, question, now):
    send_to(frozen, ANN, BOB, by=facilitator, now=now)
    hide = lambda envelope: (  # noqa: E731 - one line of a script
        forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now),
        Accepted(250, "OK"),
    )[1]
    transport = ScriptedTransport(hide)

    sender.drain(Lane.BULK, transport, now)
    finished = [actions.finish(issue=frozen, now=now + MINUTE)]
    sender.drain(Lane.BULK, transport, now + MINUTE)
    finished.append(actions.finish(issue=frozen, now=now + MINUTE))

    assert sorted(transport.recipients) == [ANN, BOB]
    assert question.title in text_of(parse(transport.handed[0].data))
    assert question.title not in text_of(parse(transport.handed[1].data))
    assert finished == [False, True]
    progress = queries.progress(frozen)
    assert (progress.total, progress.accepted, progress.skipped) == (2, 2, 0)


def test_if_nothing_is_left_the_issue_ends_and_the_count_says_who_got_none(facilitator, question, now):
    issue = BulletinIssueFactory()
    actions.add_item(issue=issue, obj=question, by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    send_to(issue, ANN, by=facilitator, now=now)
    forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now)

    assert hand_over(Lane.BULK, now) == []
    assert actions.finish(issue=issue, now=now)
    assert queries.progress(issue).skipped == 1


# --- The end ----------------------------------------------------------------------------------


def test_it_is_sent_when_everybody_is_accounted_for(frozen, facilitator, now):
    send_to(frozen, ANN, BOB, by=facilitator, now=now)
    assert not actions.finish(issue=frozen, now=now)

    sender.drain(Lane.BULK, ScriptedTransport(Refused(550, "No such person"), Uncertain(text="lost")), now)

    assert duties.finish_what_went_out() == 1
    assert duties.finish_what_went_out() == 0
    frozen.refresh_from_db()
    assert frozen.state == BulletinIssue.State.SENT
    progress = queries.progress(frozen)
    assert (progress.total, progress.failed, progress.uncertain, progress.waiting) == (2, 1, 1, 0)


def test_with_no_subscriber_it_goes_into_the_archive(client, frozen, facilitator):
    client.force_login(facilitator)
    assert "Put it into the archive" in page_of(client.get(url(frozen)))

    client.post(url(frozen))

    assert duties.finish_what_went_out() == 1
    assert client.get("/bulletin/7/").status_code == 200


def test_the_last_page_before_sending_says_to_how_many(client, frozen, facilitator):
    client.force_login(facilitator)
    SubscriberFactory.create_batch(3)
    SubscriberFactory(wants_events=False)

    page = page_of(client.get(url(frozen)))

    assert "It goes to 4 people; 1 of them chose a part of it and gets only that" in page
    assert "Send to 4 people" in page
    assert not Message.objects.exists()


def test_progress_is_told_in_the_ledgers_counts_and_names_only_to_those_who_send(client, frozen, facilitator, editor):
    now = timezone.now()
    send_to(frozen, ANN, BOB, "cat@council.example", by=facilitator, now=now)
    sender.drain(Lane.BULK, ScriptedTransport(Accepted(250, "OK"), Uncertain(text="lost")), now, most=1)

    client.force_login(facilitator)
    full = page_of(client.get(url(frozen)))
    client.force_login(editor)
    counts_only = page_of(client.get(url(frozen)))

    for page in (full, counts_only):
        assert "2 of 3 handed over, 1 uncertain" in page
    uncertain = Delivery.objects.get(state="uncertain").address
    assert uncertain in full
    assert uncertain not in counts_only


def test_sending_costs_the_same_number_of_queries_for_many_as_for_few(frozen, facilitator, now, django_assert_max_num_queries):
    SubscriberFactory.create_batch(300)

    with django_assert_max_num_queries(70):
        actions.send(issue=frozen, by=facilitator, now=now)

    assert Delivery.objects.count() == 300


class TestAnyCrowd(TestCase):
    """Whatever people chose, and whoever leaves on the way: each mailbox at most once, and the counts add up."""

    @settings(max_examples=12, deadline=None)
    @given(
        crowd=st.lists(st.tuples(st.sets(st.sampled_from(list(Section)), min_size=1), st.booleans()), max_size=8),
        held=st.sets(st.sampled_from(list(Section))),
    )
    def test_each_mailbox_once(self, crowd, held):
        now = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)
        by = OfficeFactory(role="facilitator").user
        issue, question = BulletinIssueFactory(), QuestionFactory()
        things = {Section.EVENTS: EventPageFactory(), Section.QUESTIONS: question}
        in_it = {section for section in things if section not in held} or {Section.QUESTIONS}
        for section in in_it:
            actions.add_item(issue=issue, obj=things[section], by=by, now=now)
        actions.freeze(issue=issue, by=by, now=now)
        people = [
            (SubscriberFactory(**{f"wants_{section}": section in topics for section in ALL_SECTIONS}), topics, leaves)
            for topics, leaves in crowd
        ]
        addresses = {subscriber.email: topics for subscriber, topics, leaves in people if not leaves}

        actions.send(issue=issue, by=by, now=now)
        for subscriber, _, leaves in people:
            if leaves:
                actions.unsubscribe(subscriber=Subscriber.objects.get(pk=subscriber.pk), now=now)
        transport = ScriptedTransport()
        sender.drain(Lane.BULK, transport, now)

        assert actions.finish(issue=issue, now=now)
        assert sorted(transport.recipients) == sorted(email for email, topics in addresses.items() if topics & in_it)
        progress = queries.progress(issue)
        assert progress.total == progress.accepted + progress.skipped


@pytest.fixture(autouse=True)
def _database(db):
    """Every test here writes to the ledger."""
