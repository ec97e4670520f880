"""What members get and what everybody gets, and what somebody gets who is no member any more."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.bulletin import actions, compose_page, progress
from hub.core.audience import Audience
from hub.mail import sender
from hub.mail.models import Delivery, Lane
from hub.members.models import Membership
from hub.members.queries import readers_of_members_content
from tests.factories.bulletin import SubscriberFactory
from tests.factories.forum import QuestionFactory
from tests.factories.mail import ScriptedTransport
from tests.factories.pages import BriefingPaperPageFactory, members_only
from tests.hub.bulletin.mailed import hand_over, html_of, parse, text_of, write_down

pytestmark = pytest.mark.django_db

ANN, BOB = "ann@council.example", "bob@council.example"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def closed(db):
    return members_only(BriefingPaperPageFactory(title="Contract prices", summary="What we pay."))


@pytest.fixture
def mixed(draft, closed, facilitator, now):
    """With one item that only members may read, approved."""
    actions.add_item(issue=draft, obj=closed, note="Do not pass it on.", by=facilitator, now=now)
    actions.freeze(issue=draft, by=facilitator, now=now)
    return draft


@pytest.fixture
def people(member):
    SubscriberFactory(email=ANN)
    SubscriberFactory(email=BOB, user=member)


def mails(now):
    return {mail["To"]: mail for mail in hand_over(Lane.BULK, now)}


def test_members_are_told_of_what_is_theirs_and_everybody_else_is_not(mixed, people, facilitator, now, closed):
    actions.send(issue=mixed, by=facilitator, now=now)

    found = mails(now)

    for part in (text_of(found[BOB]), html_of(found[BOB])):
        assert "Contract prices" in part
        assert closed.url in part
        assert "Members only" in part
        assert "What we pay." not in part
        assert "Do not pass it on." not in part
        assert "Cost clinic" in part
    for part in (text_of(found[ANN]), html_of(found[ANN])):
        assert "Contract prices" not in part
        assert "Cost clinic" in part


def test_without_anything_closed_everybody_gets_the_same_mail(frozen, people, facilitator, now):
    actions.send(issue=frozen, by=facilitator, now=now)

    assert len({mail.get_body(("plain",)).get_content().split("-- ")[0] for mail in mails(now).values()}) == 1
    assert frozen.editions.count() == 1


def test_a_member_who_wants_the_public_edition_gets_it(mixed, member, facilitator, now):
    SubscriberFactory(email=BOB, user=member, wants_members_edition=False)

    actions.send(issue=mixed, by=facilitator, now=now)

    assert "Contract prices" not in text_of(mails(now)[BOB])


def test_whoever_loses_their_rights_on_the_way_gets_the_public_edition(mixed, people, member, facilitator, now):
    actions.send(issue=mixed, by=facilitator, now=now)
    write_down(now)
    Membership.objects.filter(user=member).update(ended_at=now)
    transport = ScriptedTransport()

    sender.drain(Lane.BULK, transport, now)
    ended = [actions.look_after(issue=mixed, now=now)]
    sender.drain(Lane.BULK, transport, now + MINUTE)
    ended.append(actions.look_after(issue=mixed, now=now + MINUTE))

    assert sorted(transport.recipients) == [ANN, BOB]
    assert all("Contract prices" not in text_of(parse(envelope.data)) for envelope in transport.handed)
    assert ended == [False, True]
    told = progress.progress(mixed)
    assert (told.total, told.accepted, told.is_balanced) == (2, 2, True)


def test_what_members_alone_may_read_from_now_on_becomes_a_link_in_theirs(mixed, people, paper, facilitator, now):
    members_only(paper)

    actions.send(issue=mixed, by=facilitator, now=now)

    found = mails(now)
    assert "What contact costs" in text_of(found[BOB])
    assert "Figures from five councils." not in text_of(found[BOB])
    assert "What contact costs" not in text_of(found[ANN])


def test_what_members_may_no_longer_read_is_in_no_mail(mixed, people, closed, facilitator, now):
    closed.unpublish()

    actions.send(issue=mixed, by=facilitator, now=now)

    assert all("Contract prices" not in text_of(mail) for mail in mails(now).values())


def test_an_event_that_is_over_by_then_is_left_out(frozen, people, event, facilitator, now):
    event.date = now.date() - dt.timedelta(days=1)
    event.save()

    actions.send(issue=frozen, by=facilitator, now=now)

    assert all("Cost clinic" not in text_of(mail) for mail in mails(now).values())


def test_the_page_before_approval_says_who_gets_what(draft, closed, people, facilitator, now):
    actions.add_item(issue=draft, obj=closed, by=facilitator, now=now)

    before = compose_page.before_approval(draft, now.date(), now)

    assert [(row.name, row.people) for row in before.editions] == [
        ("Everyone, the whole issue", 1),
        ("Members, the whole issue", 1),
    ]
    assert before.people == 2
    assert [item.title for item in before.closed] == ["Contract prices"]


def test_of_what_is_closed_nothing_is_copied_but_its_title(mixed):
    item = mixed.items.get(audience=Audience.MEMBERS)

    assert (item.title, item.kicker, item.summary) == ("Contract prices", "", "")
    assert all("What we pay." not in edition.html + edition.text for edition in mixed.editions.all())


def test_the_hashes_are_of_what_was_frozen(mixed):
    from hub.bulletin.editions import fingerprint
    from hub.bulletin.writing import Mail

    for edition in mixed.editions.all():
        assert edition.sha256 == fingerprint(Mail(edition.subject, edition.html, edition.text))
    assert len(set(mixed.editions.values_list("sha256", flat=True))) == 2


def test_a_question_for_members_is_theirs_alone(draft, people, facilitator, now):
    actions.add_item(issue=draft, obj=QuestionFactory(title="What do you pay?", for_members=True), by=facilitator, now=now)
    actions.freeze(issue=draft, by=facilitator, now=now)
    actions.send(issue=draft, by=facilitator, now=now)

    found = mails(now)

    assert "What do you pay?" in text_of(found[BOB])
    assert "What do you pay?" not in text_of(found[ANN])
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    "persona", ["pending", "supplier_person", "member", "lead", "editor", "facilitator", "administrator", "stranger"]
)
def test_the_one_query_for_all_agrees_with_the_rights_of_each(request, persona, now, django_user_model):
    user = request.getfixturevalue(persona)
    reads = django_user_model.objects.get(pk=user.pk).has_perm("core.read_members_content")

    from django.utils import timezone

    assert readers_of_members_content(timezone.now()).filter(pk=user.pk).exists() is reads
