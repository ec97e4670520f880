"""What time does to memberships."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from hub.members import actions, duties
from hub.members.models import Membership, Role
from hub.members.roles import roles_of
from hub.organisations.actions import record_change
from hub.organisations.models import ChangeEvent
from tests.factories.members import EmailAddressFactory, MembershipFactory
from tests.factories.organisations import CouncilFactory, MailDomainFactory
from tests.hub.members.mailed import link_in, mail_to

BACKEND = "hub.members.backends.SignInBackend"
YEAR, DAY = dt.timedelta(days=366), dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> dt.datetime:
    """The clock that views and signatures read."""
    return timezone.now()


@pytest.fixture
def by_address(council, today) -> Membership:
    """Confirmed over a year ago."""
    MailDomainFactory(domain="ambleford.example", organisation=council)
    address = EmailAddressFactory(user__email="mira@ambleford.example")
    since = today - YEAR
    return MembershipFactory(
        user=address.user, organisation=council, started_at=since, approved_at=since, confirmed_at=since, basis="address"
    )


def test_after_a_year_the_address_is_asked_once(by_address, today):
    assert actions.ask_who_is_still_there(now=today) == 1
    assert actions.ask_who_is_still_there(now=today + DAY) == 0

    subject, text = mail_to("mira@ambleford.example")[0]
    assert subject == "Do you still work for Ambleford District Council?"
    assert f"{timezone.localtime(today + dt.timedelta(days=30)):%-d %B %Y}" in text
    assert len(mail_to("mira@ambleford.example")) == 1


def test_before_the_year_is_over_nobody_is_asked(by_address, today):
    assert actions.ask_who_is_still_there(now=today - 2 * DAY) == 0


def test_the_link_opens_a_page_and_its_button_confirms(client, by_address, today):
    actions.ask_who_is_still_there(now=today)
    link = link_in(mail_to("mira@ambleford.example")[0][1])

    assert client.get(link).status_code == 200
    by_address.refresh_from_db()
    assert by_address.recheck_asked_at == today
    client.post(link)

    by_address.refresh_from_db()
    assert by_address.recheck_asked_at is None
    assert by_address.confirmed_at >= today
    assert actions.let_lapse(now=today + 40 * DAY) == 0


def test_the_site_asks_too(client, by_address, today):
    actions.ask_who_is_still_there(now=today)
    client.force_login(by_address.user, backend=BACKEND)

    for address in ("/account/", "/account/council/"):
        assert "Do you still work" in client.get(address).content.decode()


def test_without_an_answer_it_lapses_after_30_days_and_not_before(by_address, today):
    actions.ask_who_is_still_there(now=today)

    assert actions.let_lapse(now=today + 29 * DAY) == 0
    assert actions.let_lapse(now=today + 30 * DAY) == 1

    by_address.refresh_from_db()
    assert by_address.ending == Membership.Ending.LAPSED
    assert roles_of(by_address.user, today + 31 * DAY) == set()
    assert "no answer for 30 days" in mail_to("mira@ambleford.example")[-1][1]


def test_whoever_lapsed_comes_back_by_a_new_message_and_the_press_of_its_button(by_address, today):
    actions.ask_who_is_still_there(now=today - 40 * DAY)
    by_address.recheck_asked_at = today - 40 * DAY
    by_address.save()
    actions.let_lapse(now=today)
    client = Client()
    client.force_login(by_address.user, backend=BACKEND)

    client.post(f"/account/council/{by_address.organisation.public_id}/send-link/")
    client.post(link_in(mail_to("mira@ambleford.example")[-1][1]))

    assert roles_of(by_address.user, timezone.now()) == {Role.MEMBER}


def test_a_leads_word_is_as_good(by_address, lead, today):
    actions.ask_who_is_still_there(now=today)

    actions.still_here(membership=by_address, by=lead, now=today + DAY)

    assert actions.let_lapse(now=today + 40 * DAY) == 0
    assert actions.ask_who_is_still_there(now=today + 40 * DAY) == 0


def test_whoever_has_no_address_there_any_more_is_told_who_can_help(by_address, today):
    by_address.user.emailaddress_set.all().delete()

    actions.ask_who_is_still_there(now=today)

    text = mail_to("mira@ambleford.example")[0][1]
    assert "ask your council's lead" in text
    assert "/account/council/still-here/" not in text


def test_memberships_by_approval_are_the_leads_to_check(member, today):
    assert actions.ask_who_is_still_there(now=today) == 0


# --- Councils that end ------------------------------------------------------------------------------


def end_council(council, successors, on):
    record_change(
        kind=ChangeEvent.Kind.MERGE, effective_on=on, predecessors=[council], successors=successors, by=None, now=timezone.now()
    )


def test_members_go_on_to_the_one_successor_on_the_day(by_address, lead, pending, council, today):
    successor, on = CouncilFactory(name="Greater Ambleford Council"), timezone.localdate(today)
    end_council(council, [successor], on)

    assert actions.follow_the_councils(now=today - DAY) == 0
    assert actions.follow_the_councils(now=today) == 3

    assert {row.organisation for row in Membership.objects.filter(ended_at=None)} == {successor}
    assert roles_of(lead, today) == {Role.LEAD}
    assert roles_of(pending, today) == {Role.PENDING}
    old, new = by_address.user.memberships.order_by("pk")
    assert (old.ending, timezone.localdate(old.ended_at)) == (Membership.Ending.SUCCEEDED, on)
    assert (new.started_at, new.confirmed_at, new.basis) == (old.ended_at, by_address.confirmed_at, "address")
    assert actions.follow_the_councils(now=today) == 0


def test_whoever_belongs_to_the_successor_already_belongs_once(member, council, today):
    successor = CouncilFactory()
    MembershipFactory(user=member, organisation=successor)
    end_council(council, [successor], timezone.localdate(today))

    actions.follow_the_councils(now=today)

    assert member.memberships.get(ended_at=None).organisation == successor


def test_of_two_successors_the_person_picks_and_belongs_nowhere_until_then(client, member, council, today):
    east, west = CouncilFactory(name="East Council"), CouncilFactory(name="West Council")
    end_council(council, [east, west], timezone.localdate(today))

    actions.follow_the_councils(now=today)

    assert roles_of(member, today) == set()
    assert "/account/council/" in mail_to(member.email)[-1][1]
    client.force_login(member, backend=BACKEND)
    content = client.get("/account/council/").content.decode()
    assert "East Council" in content
    assert "West Council" in content
    client.post("/account/council/", {"council": west.public_id})
    assert member.memberships.get(ended_at=None).organisation == west
    assert roles_of(member, timezone.now()) == {Role.MEMBER}
    assert "East Council" not in client.get("/account/council/").content.decode()


def test_whoever_only_waited_picks_nothing(client, pending, council, today):
    end_council(council, [CouncilFactory(name="East Council"), CouncilFactory()], timezone.localdate(today))

    actions.follow_the_councils(now=today)

    client.force_login(pending, backend=BACKEND)
    assert "East Council" not in client.get("/account/council/").content.decode()


def test_without_a_successor_the_membership_ends(member, council, today):
    council.abolished_on = timezone.localdate(today)
    council.save()

    actions.follow_the_councils(now=today)

    assert member.memberships.get().ending == Membership.Ending.ABOLISHED


def test_the_duty_does_all_of_it_and_then_rests(by_address, council, today):
    end_council(council, [CouncilFactory()], timezone.localdate(today))

    assert duties.keep_up_memberships() == 2
    assert duties.keep_up_memberships() == 0
