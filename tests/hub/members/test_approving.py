from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions
from hub.members.models import Membership, Role
from hub.members.refusals import Refusal
from hub.members.roles import roles_of
from tests.factories.members import MembershipFactory, SupplierClaimFactory
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.hub.members.mailed import mail_to

BACKEND = "hub.members.backends.SignInBackend"


@pytest.fixture
def as_lead(lead) -> Client:
    return signed_in(lead)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def belonging(user: User) -> Membership:
    return user.memberships.order_by("started_at").last()


# --- Who waits --------------------------------------------------------------------------------------


def test_a_lead_sees_who_waits_at_their_council_and_nowhere_else(as_lead, pending):
    elsewhere = MembershipFactory(pending=True).user
    claim = SupplierClaimFactory()

    content = as_lead.get("/members/waiting/").content.decode()

    assert str(pending) in content
    assert str(elsewhere) not in content
    assert str(claim.user) not in content


def test_a_facilitator_sees_everybody_who_waits(client, facilitator, pending):
    elsewhere, claim = MembershipFactory(pending=True).user, SupplierClaimFactory()
    client.force_login(facilitator, backend=BACKEND)

    content = client.get("/members/waiting/").content.decode()

    assert {str(pending) in content, str(elsewhere) in content, str(claim.user) in content} == {True}


@pytest.mark.parametrize("persona", ["member", "pending", "supplier_person", "editor", "stranger"])
def test_to_others_the_pages_are_not_there(client, persona, request, pending, council):
    client.force_login(request.getfixturevalue(persona), backend=BACKEND)

    for address in ("/members/waiting/", "/members/councils/", f"/members/councils/{council.slug}/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/members/waiting/{belonging(pending).public_id}/approve/").status_code == 404


def test_an_approved_person_is_a_member_at_the_next_request_and_hears_of_it(as_lead, pending, lead):
    as_lead.post(f"/members/waiting/{belonging(pending).public_id}/approve/")

    membership = belonging(pending)
    assert (membership.approved_by, membership.basis) == (lead, Membership.Basis.APPROVAL)
    assert roles_of(pending, timezone.now()) == {Role.MEMBER}
    assert "Ambleford District Council" in mail_to(pending.email)[-1][0]


def test_approving_is_undone_by_ending_the_membership(as_lead, pending):
    as_lead.post(f"/members/waiting/{belonging(pending).public_id}/approve/")

    as_lead.post(f"/members/belonging/{belonging(pending).public_id}/end/", {"reason": "I mixed you up with a namesake."})

    assert roles_of(pending, timezone.now()) == set()
    assert "I mixed you up with a namesake." in mail_to(pending.email)[-1][1]


def test_whoever_is_declined_reads_why_and_may_ask_again(as_lead, pending, council, now):
    address = f"/members/waiting/{belonging(pending).public_id}/decline/"

    assert "Write the reason" in as_lead.post(address, {"reason": ""}).content.decode()
    as_lead.post(address, {"reason": "Nobody here knows you."})

    membership = belonging(pending)
    assert (membership.ending, membership.ending_note) == (Membership.Ending.DECLINED, "Nobody here knows you.")
    assert "Nobody here knows you." in mail_to(pending.email)[-1][1]
    actions.ask_to_join(user=pending, organisation=council, now=timezone.now())
    assert roles_of(pending, timezone.now()) == {Role.PENDING}


def test_another_councils_requests_are_not_there(as_lead):
    elsewhere = belonging(MembershipFactory(pending=True).user)

    for verb in ("approve", "decline"):
        assert as_lead.post(f"/members/waiting/{elsewhere.public_id}/{verb}/", {"reason": "No."}).status_code == 404
    elsewhere.refresh_from_db()
    assert (elsewhere.approved_at, elsewhere.ended_at) == (None, None)


def test_a_lead_decides_about_no_supplier(as_lead):
    supplier = belonging(MembershipFactory(organisation=SupplierFactory(), pending=True).user)

    assert as_lead.post(f"/members/waiting/{supplier.public_id}/approve/").status_code == 404


def test_nobody_approves_themselves(client, facilitator, council):
    own = MembershipFactory(user=facilitator, organisation=council, pending=True)
    client.force_login(facilitator, backend=BACKEND)

    assert client.post(f"/members/waiting/{own.public_id}/approve/").status_code == 403


def test_a_suspended_persons_request_waits_unseen(as_lead, pending):
    pending.is_active = False
    pending.save()

    assert str(pending) not in as_lead.get("/members/waiting/").content.decode()
    assert as_lead.post(f"/members/waiting/{belonging(pending).public_id}/approve/").status_code == 404


def test_a_request_that_was_taken_back_meanwhile_is_not_approved(pending, lead, now):
    membership = belonging(pending)
    actions.leave(membership=Membership.objects.get(pk=membership.pk), now=timezone.now())

    with pytest.raises(Refusal):
        actions.approve(membership=membership, by=lead, now=timezone.now())
    with pytest.raises(Refusal):
        actions.decline(membership=membership, reason="No.", by=lead, now=timezone.now())


def test_lists_cost_the_same_however_long(client, facilitator, council, assert_constant_queries):
    client.force_login(facilitator, backend=BACKEND)

    def grow() -> None:
        for _ in range(8):
            MembershipFactory(organisation=council, pending=True)
            MembershipFactory(organisation=council)
            MembershipFactory(pending=True)
            SupplierClaimFactory()

    grow()
    for address in ("/members/waiting/", "/members/councils/", f"/members/councils/{council.slug}/"):
        assert_constant_queries(lambda address=address: client.get(address), grow=grow)


# --- Leads ------------------------------------------------------------------------------------------


def test_a_facilitator_appoints_the_first_lead_and_leads_appoint_others(client, facilitator, member, colleague):
    client.force_login(facilitator, backend=BACKEND)
    client.post(f"/members/belonging/{belonging(member).public_id}/lead/")
    assert roles_of(member, timezone.now()) == {Role.LEAD}

    signed_in(member).post(f"/members/belonging/{belonging(colleague).public_id}/lead/")

    assert roles_of(colleague, timezone.now()) == {Role.LEAD}


def test_a_lead_steps_down_and_is_told_if_nobody_leads_then(as_lead, lead):
    address = f"/members/belonging/{belonging(lead).public_id}/step-down/"

    assert "Nobody else leads this council" in as_lead.get(address).content.decode()
    as_lead.post(address)

    assert roles_of(lead, timezone.now()) == {Role.MEMBER}
    assert as_lead.get("/members/waiting/").status_code == 404


def test_a_lead_removes_no_other_lead_and_not_themselves(as_lead, lead, council):
    other = MembershipFactory(organisation=council, is_lead=True)

    for membership in (other, belonging(lead)):
        assert as_lead.post(f"/members/belonging/{membership.public_id}/end/", {"reason": "No."}).status_code == 403
    assert as_lead.post(f"/members/belonging/{other.public_id}/step-down/").status_code == 403


def test_a_facilitator_ends_any_membership_a_leads_too(client, facilitator, lead, supplier_person):
    client.force_login(facilitator, backend=BACKEND)

    for user in (lead, supplier_person):
        client.post(f"/members/belonging/{belonging(user).public_id}/end/", {"reason": "You asked us to."})
        assert roles_of(user, timezone.now()) == set()


def test_a_supplier_gets_no_lead(client, facilitator, supplier_person):
    client.force_login(facilitator, backend=BACKEND)

    assert client.post(f"/members/belonging/{belonging(supplier_person).public_id}/lead/").status_code == 403


@pytest.mark.parametrize("verb", ["end", "lead", "step-down", "still-here"])
def test_what_a_lead_does_at_home_is_not_there_elsewhere(as_lead, stranger, verb):
    assert as_lead.post(f"/members/belonging/{belonging(stranger).public_id}/{verb}/", {"reason": "No."}).status_code == 404


def test_the_people_page_offers_what_may_be_done(as_lead, lead, member, council):
    content = as_lead.get("/members/councils/ambleford/").content.decode()

    assert f"/members/belonging/{belonging(member).public_id}/end/" in content
    assert f"/members/belonging/{belonging(member).public_id}/lead/" in content
    assert f"/members/belonging/{belonging(lead).public_id}/end/" not in content
    assert "Step down" in content


def test_a_council_without_a_lead_says_who_decides(client, facilitator, member):
    client.force_login(facilitator, backend=BACKEND)

    assert "No lead yet" in client.get("/members/councils/ambleford/").content.decode()


def test_a_lead_of_one_council_is_led_straight_to_its_people(as_lead, council):
    assert as_lead.get("/members/councils/")["Location"] == "/members/councils/ambleford/"
    assert as_lead.get(f"/members/councils/{CouncilFactory().slug}/").status_code == 404


def test_a_lead_says_that_somebody_still_works_there(as_lead, member):
    membership = belonging(member)
    membership.approved_at = timezone.now() - dt.timedelta(days=400)
    membership.save()
    assert "Still here" in as_lead.get("/members/councils/ambleford/").content.decode()

    as_lead.post(f"/members/belonging/{membership.public_id}/still-here/")

    assert f"belonging/{membership.public_id}/still-here/" not in as_lead.get("/members/councils/ambleford/").content.decode()
