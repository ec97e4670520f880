"""Once each, with the topics they chose, and nothing that was hidden on the way."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from forum import actions as forum
from hub.bulletin import actions, compose_page, duties, editions, progress, topics, writing
from hub.bulletin.actions import sending
from hub.bulletin.models import BulletinIssue, Subscriber
from hub.library.models import BriefingPaperConcept
from hub.mail import queries as ledger
from hub.mail import sender
from hub.mail.actions import freeze as freeze_message
from hub.mail.models import Delivery, Lane, Message
from hub.mail.transports import Accepted, FolderTransport, Refused, Uncertain
from hub.members.models import Membership
from taxonomy.models import Concept
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.factories.forum import QuestionFactory
from tests.factories.mail import ScriptedTransport
from tests.factories.members import MembershipFactory, OfficeFactory
from tests.factories.pages import BriefingPaperPageFactory, EventPageFactory, members_only
from tests.factories.taxonomy import ConceptFactory
from tests.hub.bulletin.mailed import hand_over, html_of, parse, path_to, text_of, write_down

ANN, BOB = "ann@council.example", "bob@council.example"
MINUTE = dt.timedelta(minutes=1)
CROWDS = int(os.environ.get("HUB_SEQUENCES", "3"))


def send_to(issue, *addresses, by, now, **topics):
    for address in addresses:
        SubscriberFactory(email=address, **topics)
    actions.send(issue=issue, by=by, now=now)
    write_down(now)


def about(paper, *concepts):
    paper.concept_tags = [BriefingPaperConcept(concept=concept) for concept in concepts]
    paper.save()
    return paper


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
    assert mail["List-Help"] == "<http://testserver/bulletin/subscribe/>"
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

    assert len(data) < writing.LARGEST
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


@pytest.fixture
def data_and_people(paper, facilitator, now):
    """Two topics; the paper is about something below the first of them."""
    data, people = ConceptFactory(label="Data"), ConceptFactory(label="People")
    narrower = ConceptFactory(label="Address lists", broader=[ConceptFactory(label="Lists", broader=[data])])
    about(paper, narrower)
    actions.choose_topics(concepts=[data, people], by=facilitator, now=now)
    return [topic.bits for topic in topics.offered()]


def test_topics_narrow_what_is_new_and_nothing_else(data_and_people, draft, facilitator, now):
    data, people = data_and_people
    everybodys = BriefingPaperPageFactory(title="About nothing in particular")
    actions.add_item(issue=draft, obj=everybodys, by=facilitator, now=now)
    actions.freeze(issue=draft, by=facilitator, now=now)
    for address, chosen in ((ANN, 0), (BOB, data), ("cat@council.example", people), ("dan@council.example", data | people)):
        SubscriberFactory(email=address, topic_key=chosen)

    actions.send(issue=draft, by=facilitator, now=now)

    mails = {mail["To"]: mail for mail in hand_over(Lane.BULK, now)}
    assert len(mails) == 4
    for address, mail in mails.items():
        for part in (text_of(mail), html_of(mail)):
            assert ("What contact costs" in part) is (address != "cat@council.example")
            for words in ("Cost clinic", "Who mends the street light?", "About nothing in particular"):
                assert words in part
    # Ann, Bob and Dan get the very same mail.
    assert Message.objects.count() == 2


def test_a_choice_that_makes_no_difference_to_an_issue_makes_no_mail_of_its_own(data_and_people, frozen, facilitator, now):
    for chosen in range(1, 256):
        SubscriberFactory(topic_key=chosen)

    actions.send(issue=frozen, by=facilitator, now=now)

    write_down(now)
    assert Message.objects.count() == 2
    assert Delivery.objects.count() == 255


def test_whoever_is_the_first_to_choose_so_after_the_freeze_gets_their_own(data_and_people, frozen, facilitator, now):
    _, people = data_and_people
    assert frozen.editions.count() == 1

    send_to(frozen, ANN, by=facilitator, now=now, topic_key=people)

    (mail,) = hand_over(Lane.BULK, now)
    assert "What contact costs" not in text_of(mail)


def test_whoever_chose_only_what_this_issue_lacks_gets_nothing_if_nothing_is_left(data_and_people, paper, facilitator, now):
    _, people = data_and_people
    issue = BulletinIssueFactory()
    actions.add_item(issue=issue, obj=paper, by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    SubscriberFactory(email=ANN, topic_key=people)

    send_to(issue, BOB, by=facilitator, now=now)

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
    SubscriberFactory(email="late@council.example", confirmed_at=now + MINUTE)
    client.force_login(facilitator)

    actions.send(issue=BulletinIssue.objects.get(pk=frozen.pk), by=facilitator, now=now + MINUTE)
    client.post(url(frozen))

    assert sorted(mail["To"] for mail in hand_over(Lane.BULK, now + MINUTE)) == [ANN, BOB]
    assert Message.objects.count() == 1


def test_a_draft_cannot_be_sent(draft, facilitator, now):
    from hub.bulletin.refusals import Refusal

    with pytest.raises(Refusal, match="approved"):
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

    assert compose_page.before_sending(frozen, now).gone == 2
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
    finished = [actions.look_after(issue=frozen, now=now + MINUTE)]
    sender.drain(Lane.BULK, transport, now + MINUTE)
    finished.append(actions.look_after(issue=frozen, now=now + MINUTE))

    assert sorted(transport.recipients) == [ANN, BOB]
    assert question.title in text_of(parse(transport.handed[0].data))
    assert question.title not in text_of(parse(transport.handed[1].data))
    assert finished == [False, True]
    told = progress.progress(frozen)
    assert (told.total, told.accepted, told.skipped) == (2, 2, 0)


def test_if_nothing_is_left_the_issue_ends_and_the_count_says_who_got_none(facilitator, question, now):
    issue = BulletinIssueFactory()
    actions.add_item(issue=issue, obj=question, by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    send_to(issue, ANN, by=facilitator, now=now)
    forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now)

    assert hand_over(Lane.BULK, now) == []
    assert actions.look_after(issue=issue, now=now)
    assert progress.progress(issue).skipped == 1


@pytest.fixture
def two_at_once(monkeypatch):
    monkeypatch.setattr(sending, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(editions, "PAGE", 2)


def until_it_ends(issue, transport, now) -> int:
    """How many looks of the worker it took."""
    for look in range(1, 20):
        sender.drain(Lane.BULK, transport, now + look * MINUTE)
        if actions.look_after(issue=issue, now=now + look * MINUTE):
            return look
    return pytest.fail("It never ended.")


def test_many_who_were_held_back_are_written_to_some_at_a_time(two_at_once, frozen, facilitator, question, now):
    send_to(frozen, *(f"reader{number}@council.example" for number in range(5)), by=facilitator, now=now)
    forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now)
    transport = ScriptedTransport()

    looks = until_it_ends(frozen, transport, now)

    assert looks == 4
    assert sorted(transport.recipients) == [f"reader{number}@council.example" for number in range(5)]
    assert all(question.title not in text_of(parse(envelope.data)) for envelope in transport.handed)
    assert Message.objects.count() == 2


def test_the_uncertain_to_whom_it_goes_again_get_what_the_others_got_instead(frozen, facilitator, question, now):
    send_to(frozen, ANN, BOB, by=facilitator, now=now)
    lost = lambda envelope: (  # noqa: E731 - one line of a script
        forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now),
        Uncertain(text="lost"),
    )[1]
    transport = ScriptedTransport(lost)
    until_it_ends(frozen, transport, now)

    actions.send_to_uncertain(issue=frozen, by=facilitator, now=now + dt.timedelta(hours=1))
    until_it_ends(frozen, transport, now + dt.timedelta(hours=1))

    first, *after = transport.recipients
    assert sorted(after) == [ANN, BOB]
    assert first in after
    assert all(question.title not in text_of(parse(envelope.data)) for envelope in transport.handed[1:])
    assert progress.progress(frozen).accepted == 2


# --- Changes of mind while it is written down who gets it --------------------------------------


def test_the_list_is_read_as_it_is_when_its_page_is_written_down(two_at_once, frozen, facilitator, now):
    """No page is half read while others are written: SQLite would refuse the writing as soon as anybody else has written."""
    for number in range(4):
        SubscriberFactory(email=f"reader{number}@council.example")
    actions.send(issue=frozen, by=facilitator, now=now)
    found = actions.recipients_of(Message.objects.get())

    first = [next(found).address for _ in range(2)]
    actions.unsubscribe(subscriber=Subscriber.objects.get(email="reader2@council.example"), now=now)

    assert [*first, *(recipient.address for recipient in found)] == [f"reader{number}@council.example" for number in (0, 1, 3)]


class TestChangesOfMind(TestCase):
    """Editions are written down one after the other, and meanwhile people change what they get, or cease to be members."""

    @settings(max_examples=CROWDS, deadline=None)
    @given(changes=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(0, 3), st.booleans(), st.booleans())))
    @example(changes=[(0, 0, 1, True, True), (3, 0, 0, True, True)])
    @example(changes=[(0, 0, 0, False, True), (3, 0, 0, True, True)])
    def test_everybody_gets_one_edition_and_only_members_the_members_one(self, changes):
        now = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)
        by = OfficeFactory(role="facilitator").user
        concepts = ConceptFactory.create_batch(2)
        actions.choose_topics(concepts=concepts, by=by, now=now)
        issue = BulletinIssueFactory()
        things = [about(BriefingPaperPageFactory(), concept) for concept in concepts]
        for thing in [*things, QuestionFactory(title="Who pays?", for_members=True), QuestionFactory()]:
            actions.add_item(issue=issue, obj=thing, by=by, now=now)
        actions.freeze(issue=issue, by=by, now=now)
        members = [MembershipFactory() for _ in range(3)]
        people = [SubscriberFactory(user=membership.user) for membership in members]
        for chosen in (0, 1, 2):
            SubscriberFactory(topic_key=chosen)
            SubscriberFactory(topic_key=chosen, user=MembershipFactory().user)
        actions.send(issue=issue, by=by, now=now)
        messages = list(ledger.to_freeze())
        assert len(messages) == 6

        for place, message in enumerate([*messages, None]):
            for when, who, chosen, wants, stays in changes:
                if when == place:
                    Subscriber.objects.filter(pk=people[who].pk).update(topic_key=chosen, wants_members_edition=wants)
                    if not stays:
                        Membership.objects.filter(pk=members[who].pk).update(ended_at=now)
            if message:
                freeze_message(message=message, now=now)
        transport = ScriptedTransport()
        until_it_ends(issue, transport, now)

        assert sorted(transport.recipients) == sorted(Subscriber.objects.values_list("email", flat=True))
        theirs = {envelope.recipient for envelope in transport.handed if "Who pays?" in text_of(parse(envelope.data))}
        readers = Subscriber.objects.who_get_members_edition(now)
        assert theirs <= set(readers.values_list("email", flat=True))
        told = progress.progress(issue)
        assert (told.total, told.accepted, told.is_balanced) == (9, 9, True)


def test_whoever_changes_their_choice_days_later_gets_no_old_issue(data_and_people, paper, facilitator, now):
    _, people = data_and_people
    issue = BulletinIssueFactory()
    actions.add_item(issue=issue, obj=paper, by=facilitator, now=now)
    actions.freeze(issue=issue, by=facilitator, now=now)
    SubscriberFactory(email=ANN, topic_key=people)
    send_to(issue, BOB, by=facilitator, now=now)
    transport = ScriptedTransport(Uncertain(text="lost"))
    until_it_ends(issue, transport, now)
    later = now + dt.timedelta(days=4)

    Subscriber.objects.filter(email=ANN).update(topic_key=0)
    actions.send_to_uncertain(issue=issue, by=facilitator, now=later)
    until_it_ends(issue, transport, later)

    assert transport.recipients == [BOB, BOB]


# --- The end ----------------------------------------------------------------------------------


def test_it_is_sent_when_everybody_is_accounted_for(frozen, facilitator, now):
    send_to(frozen, ANN, BOB, by=facilitator, now=now)
    assert not actions.look_after(issue=frozen, now=now)

    sender.drain(Lane.BULK, ScriptedTransport(Refused(550, "No such person"), Uncertain(text="lost")), now)

    assert actions.look_after(issue=frozen, now=now)
    assert duties.keep_going() == 0
    frozen.refresh_from_db()
    assert frozen.state == BulletinIssue.State.SENT
    told = progress.progress(frozen)
    assert (told.total, told.failed, told.uncertain, told.waiting) == (2, 1, 1, 0)


def test_with_no_subscriber_it_goes_into_the_archive(client, frozen, facilitator):
    client.force_login(facilitator)
    assert "Put it into the archive" in page_of(client.get(url(frozen)))

    client.post(url(frozen))

    assert client.get("/bulletin/7/").status_code == 404
    assert duties.keep_going() > 0
    frozen.refresh_from_db()
    assert frozen.state == BulletinIssue.State.SENT
    assert client.get("/bulletin/7/").status_code == 200


def test_the_last_page_before_sending_says_to_how_many(client, data_and_people, frozen, facilitator):
    _, people = data_and_people
    client.force_login(facilitator)
    SubscriberFactory.create_batch(3)
    SubscriberFactory(topic_key=people)

    page = page_of(client.get(url(frozen)))

    assert "Everyone, the whole issue" in page
    assert "Everyone, without what is new under a topic" in page
    assert "Send it now to 4 people" in page
    assert not Message.objects.exists()


def test_what_was_sent_is_listed_as_it_was_whatever_people_and_topics_are_now(
    client, data_and_people, draft, facilitator, now, editor
):
    """The topics of an edition go by the names they had; what nobody would choose today can still be read."""
    data, _ = data_and_people
    about_people = about(BriefingPaperPageFactory(title="Who does what"), Concept.objects.get(label="People"))
    actions.add_item(issue=draft, obj=about_people, by=facilitator, now=now)
    SubscriberFactory.create_batch(2)
    reader = SubscriberFactory(topic_key=data)
    actions.freeze(issue=draft, by=facilitator, now=now)
    Subscriber.objects.filter(pk=reader.pk).update(topic_key=0)
    client.force_login(editor)
    preview = f"{reverse('bulletin:preview', kwargs={'public_id': draft.public_id})}?edition=public&topics={data}"
    assert "What contact costs" in page_of(client.get(preview.replace("/preview/", "/preview/html/")))
    Subscriber.objects.filter(pk=reader.pk).update(topic_key=data)
    actions.send(issue=draft, by=facilitator, now=now)
    hand_over(Lane.BULK, now)
    actions.look_after(issue=draft, now=now)
    actions.choose_topics(concepts=[ConceptFactory(label="Money")], by=facilitator, now=now)

    page = " ".join(page_of(client.get(preview)).split())

    assert 'Everyone, the whole issue <span class="quiet">(2)</span>' in page
    assert 'Everyone, new reading on Data <span class="quiet">(1)</span>' in page
    assert "Money" not in page


def test_progress_is_told_in_the_ledgers_counts_and_names_only_to_those_who_send(client, frozen, facilitator, editor):
    now = timezone.now()
    send_to(frozen, ANN, BOB, "cat@council.example", by=facilitator, now=now)
    sender.drain(Lane.BULK, ScriptedTransport(Accepted(250, "OK"), Uncertain(text="lost")), now, most=1)

    client.force_login(facilitator)
    full = page_of(client.get(url(frozen)))
    client.force_login(editor)
    counts_only = page_of(client.get(url(frozen)))

    for page in (full, counts_only):
        assert "3 of 3 done" in page
        assert "The counts balance" in page
    uncertain = Delivery.objects.get(state="uncertain").address
    assert uncertain in full
    assert uncertain not in counts_only


def test_sending_costs_the_same_number_of_queries_for_many_as_for_few(frozen, facilitator, now, django_assert_max_num_queries):
    SubscriberFactory.create_batch(300)

    with django_assert_max_num_queries(70):
        actions.send(issue=frozen, by=facilitator, now=now)
        write_down(now)

    assert Delivery.objects.count() == 300


class TestAnyCrowd(TestCase):
    """Whatever people chose, and whoever leaves on the way: each mailbox at most once, and the counts add up."""

    @settings(max_examples=CROWDS, deadline=None)
    @given(crowd=st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=8), new=st.lists(st.integers(0, 7), max_size=3))
    def test_each_mailbox_once(self, crowd, new):
        now = dt.datetime(2026, 5, 5, 10, 0, tzinfo=dt.UTC)
        by = OfficeFactory(role="facilitator").user
        issue = BulletinIssueFactory()
        concepts = ConceptFactory.create_batch(3)
        actions.choose_topics(concepts=concepts, by=by, now=now)
        papers = {}
        for bits in new:
            paper = about(BriefingPaperPageFactory(), *_of(concepts, bits))
            actions.add_item(issue=issue, obj=paper, by=by, now=now)
            papers[paper.title] = bits
        actions.add_item(issue=issue, obj=QuestionFactory(), by=by, now=now)
        actions.freeze(issue=issue, by=by, now=now)
        people = [(SubscriberFactory(topic_key=chosen), leaves) for chosen, leaves in crowd]
        addresses = {subscriber.email: subscriber.topic_key for subscriber, leaves in people if not leaves}

        actions.send(issue=issue, by=by, now=now)
        for subscriber, leaves in people:
            if leaves:
                actions.unsubscribe(subscriber=Subscriber.objects.get(pk=subscriber.pk), now=now)
        write_down(now)
        transport = ScriptedTransport()
        sender.drain(Lane.BULK, transport, now)

        assert actions.look_after(issue=issue, now=now)
        assert sorted(transport.recipients) == sorted(addresses)
        for envelope in transport.handed:
            said = text_of(mail := parse(envelope.data))
            chosen = addresses[mail["To"]]
            assert {title for title in papers if title in said} == {
                title for title, bits in papers.items() if not chosen or not bits or bits & chosen
            }
        told = progress.progress(issue)
        assert told.total == told.accepted + told.skipped


def _of(concepts, bits):
    """Slots are given in order."""
    return [concept for place, concept in enumerate(concepts) if bits >> place & 1]


@pytest.fixture(autouse=True)
def _database(db):
    """Every test here writes to the ledger."""
