from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from allauth.account.signals import user_signed_up
from django.test import Client
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions
from hub.members.models import Membership, Role, SupplierClaim
from hub.members.refusals import Refusal
from hub.members.roles import roles_of
from hub.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.members import EmailAddressFactory, MembershipFactory
from tests.factories.organisations import CouncilFactory, MailDomainFactory, SupplierFactory
from tests.hub.members.mailed import link_in, mail_to

BACKEND = "hub.members.backends.SignInBackend"
pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def confirm(email: str, client: Client | None = None) -> None:
    """As the link in the mail does."""
    address = EmailAddress.objects.get(email=email)
    key = get_emailconfirmation_model().create(address).key
    response = (client or Client()).post(f"/account/confirm-email/{key}/")
    assert response.status_code == 302
    assert EmailAddress.objects.get(email=email).verified


def newcomer(email: str) -> User:
    """Has signed up and not confirmed yet."""
    user: User = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, primary=True)
    return user


@pytest.fixture
def domain(council):
    return MailDomainFactory(domain="ambleford.example", organisation=council)


# --- By address -------------------------------------------------------------------------------------


def test_an_address_of_one_council_makes_a_member_at_once(domain, council):
    user = newcomer("mira@ambleford.example")

    confirm(user.email)

    membership = user.memberships.get()
    assert membership.organisation == council
    assert (membership.basis, membership.approved_by) == (Membership.Basis.ADDRESS, None)
    assert membership.approved_at == membership.confirmed_at == membership.started_at
    assert roles_of(user, timezone.now()) == {Role.MEMBER}


def test_signing_up_through_the_site_ends_in_the_council(client, domain, council):
    client.post(
        "/account/signup/",
        {"email": "New.Person@Ambleford.example", "password1": "eleven new systems", "first_name": "New", "last_name": "Person"},
    )

    confirm("new.person@ambleford.example", client)

    assert User.objects.get(email="new.person@ambleford.example").memberships.get().organisation == council


@pytest.mark.parametrize(
    "email",
    [
        "mira@mail.ambleford.example",
        "mira@ambleford.example.com",
        "mira%ambleford.example@nowhere.example",
        "a!b@ambleford.example",
    ],
)
def test_an_address_that_only_looks_like_it_makes_nobody_a_member(domain, email):
    user = newcomer(email)

    confirm(email)

    assert not user.memberships.exists()


def test_an_address_that_is_not_confirmed_makes_nobody_a_member(domain, now):
    user = newcomer("mira@ambleford.example")

    assert actions.join_by_address(user=user, email=user.email, now=now) == []
    assert not user.memberships.exists()


def test_somebody_elses_confirmed_address_makes_nobody_a_member(domain, now):
    EmailAddressFactory(email="mira@ambleford.example")
    user = newcomer("other@nowhere.example")

    assert actions.join_by_address(user=user, email="mira@ambleford.example", now=now) == []


def test_a_second_address_makes_a_member_the_same_way(domain, council):
    user = newcomer("mira@nowhere.example")
    confirm(user.email)
    EmailAddress.objects.create(user=user, email="mira@ambleford.example")

    confirm("mira@ambleford.example", signed_in(user))

    assert user.memberships.get().organisation == council


def test_a_pending_request_is_confirmed_by_an_address(domain, council, now):
    user = newcomer("mira@ambleford.example")
    actions.ask_to_join(user=user, organisation=council, now=now, reason="Ask Leo.")

    confirm(user.email)

    membership = user.memberships.get()
    assert membership.approved_at
    assert membership.basis == Membership.Basis.ADDRESS


def test_a_councils_own_sign_in_makes_a_member_at_once(rf, domain, council):
    """It comes with a confirmed address, so nothing is confirmed later."""
    user = newcomer("mira@ambleford.example")
    user.emailaddress_set.update(verified=True)
    request = rf.get("/")
    request.session, request._messages = {}, _Messages()

    user_signed_up.send(sender=User, request=request, user=user)

    assert user.memberships.get().organisation == council


class _Messages:
    def add(self, *args: object) -> None:
        """Nobody reads them here."""


def test_of_several_councils_the_person_picks_one(domain, council):
    other = CouncilFactory(name="Westmere District Council")
    MailDomainFactory(domain="ambleford.example", organisation=other)
    stranger = CouncilFactory()
    user = newcomer("mira@ambleford.example")
    confirm(user.email)
    client = signed_in(user)

    page = client.get("/account/council/").content.decode()
    refused = client.post("/account/council/", {"council": stranger.public_id})
    assert not user.memberships.exists()
    client.post("/account/council/", {"council": other.public_id, "job_role": "Analyst"})

    assert council.name in page
    assert other.name in page
    assert stranger.name not in page
    assert "Choose one of these councils" in refused.content.decode()
    membership = user.memberships.get()
    assert (membership.organisation, membership.job_role, membership.basis) == (other, "Analyst", Membership.Basis.ADDRESS)
    assert membership.approved_at


def test_nobody_picks_a_council_that_no_address_of_theirs_belongs_to(council, now):
    with pytest.raises(Refusal):
        actions.pick_council(user=newcomer("mira@nowhere.example"), council=council, now=now)


def test_whoever_was_sent_away_does_not_come_back_by_the_same_address(domain, council, facilitator, now):
    user = newcomer("mira@ambleford.example")
    confirm(user.email)
    actions.end_membership(membership=user.memberships.get(), reason="Left in May.", by=facilitator, now=timezone.now())

    actions.join_by_address(user=user, email=user.email, now=timezone.now())

    assert not user.memberships.filter(ended_at=None).exists()
    assert "Your address belongs" not in signed_in(user).get("/account/council/").content.decode()


def test_whoever_left_comes_back_by_a_message_to_the_address_not_by_its_old_mark(domain, council):
    user = newcomer("mira@ambleford.example")
    confirm(user.email)
    actions.leave(membership=user.memberships.get(), now=timezone.now())
    client = signed_in(user)

    with pytest.raises(Refusal):
        actions.pick_council(user=user, council=council, now=timezone.now())
    client.post(f"/account/council/{council.public_id}/send-link/")
    link = link_in(mail_to(user.email)[-1][1])
    assert client.get(link).status_code == 200
    assert not user.memberships.filter(ended_at=None).exists()
    Client().post(link)

    assert user.memberships.get(ended_at=None).approved_at


def test_a_link_that_we_never_signed_or_that_is_old_is_not_there(client, domain, council, now):
    user = EmailAddressFactory(email="mira@ambleford.example").user
    actions.send_link(user=user, council=council, now=timezone.now() - dt.timedelta(days=31))

    assert client.get("/account/council/still-here/forged/").status_code == 404
    assert client.post(link_in(mail_to("mira@ambleford.example")[-1][1])).status_code == 404


def test_a_link_dies_with_the_address_it_went_to(client, domain, council):
    address = EmailAddressFactory(email="mira@ambleford.example")
    actions.send_link(user=address.user, council=council, now=timezone.now())
    link = link_in(mail_to(address.email)[-1][1])
    address.delete()

    assert "This link no longer works" in client.post(link).content.decode()
    assert not Membership.objects.exists()


# --- By asking --------------------------------------------------------------------------------------


def test_any_other_address_asks_and_waits_and_those_who_decide_are_told(client, council, lead, facilitator, stranger):
    user = newcomer("mira@nowhere.example")
    client.force_login(user, backend=BACKEND)

    client.post("/account/council/ask/", {"council": "ambleford", "job_role": "Analyst", "reason": "Leo knows me."})

    membership = user.memberships.get()
    assert (membership.organisation, membership.role, membership.reason) == (council, Role.PENDING, "Leo knows me.")
    for person in (lead, facilitator):
        subject, text = mail_to(person.email)[-1]
        assert council.name in subject
        assert "/members/waiting/" in text
        assert "Leo knows me" not in text
    assert mail_to(stranger.email) == []


def test_asking_twice_is_asking_once(council, lead, now):
    user = newcomer("mira@nowhere.example")
    for _ in range(2):
        actions.ask_to_join(user=user, organisation=council, now=now)

    assert user.memberships.count() == 1
    assert len(mail_to(lead.email)) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Nowhere", "We know of no council called “Nowhere”"),
        ("a", "may be any of these"),
        ("", "Write the name of your council"),
        ("Olden", "We know of no council called “Olden”"),
    ],
)
def test_a_council_that_is_not_found_is_asked_for_again_with_what_was_typed(client, council, typed, answer):
    CouncilFactory(name="Amblesea Council", short_name="Amblesea")
    CouncilFactory(name="Olden Council", short_name="Olden", abolished_on=dt.date(2020, 1, 1))
    client.force_login(newcomer("mira@nowhere.example"), backend=BACKEND)

    content = client.post("/account/council/ask/", {"council": typed, "reason": "Leo knows me."}).content.decode()

    assert answer in content
    assert "Leo knows me." in content
    assert not Membership.objects.exists()


def test_the_list_to_search_in_has_the_councils_of_today(client, council):
    CouncilFactory(name="Olden Council", abolished_on=dt.date(2020, 1, 1))
    client.force_login(newcomer("mira@nowhere.example"), backend=BACKEND)

    content = client.get("/account/council/ask/").content.decode()

    assert '<option value="Ambleford District Council">' in content
    assert "Olden Council" not in content


def test_a_supplier_on_record_waits_for_a_facilitator(client, facilitator, lead):
    supplier = SupplierFactory(name="Acme Systems")
    user = newcomer("sam@acme.example")
    client.force_login(user, backend=BACKEND)

    client.post("/account/council/supplier/", {"supplier": "acme systems", "reason": "See our site."})

    membership = user.memberships.get()
    assert (membership.organisation, membership.role) == (supplier, Role.PENDING)
    assert len(mail_to(facilitator.email)) == 1
    assert mail_to(lead.email) == []


def test_a_supplier_that_is_not_on_record_is_nobodys_to_see_until_a_facilitator_takes_it_up(client, facilitator, member):
    user = newcomer("sam@newcomer.example")
    client.force_login(user, backend=BACKEND)

    client.post("/account/council/supplier/", {"supplier": "Newcomer Systems", "reason": "See our site."})

    claim = SupplierClaim.objects.get()
    assert not Organisation.objects.suppliers().exists()
    assert signed_in(member).get(f"/members/waiting/supplier/{claim.public_id}/").status_code == 404
    signed_in(facilitator).post(f"/members/waiting/supplier/{claim.public_id}/", {"supplier_name": "Newcomer Systems Ltd"})
    assert roles_of(user, timezone.now()) == {Role.SUPPLIER}
    assert Organisation.objects.suppliers().get().name == "Newcomer Systems Ltd"
    assert "Newcomer Systems Ltd" in mail_to(user.email)[-1][0]


def test_a_claim_can_be_declined_and_taken_back(client, facilitator):
    user = newcomer("sam@newcomer.example")
    client.force_login(user, backend=BACKEND)
    client.post("/account/council/supplier/", {"supplier": "Newcomer", "reason": "See our site."})
    claim = SupplierClaim.objects.get()

    signed_in(facilitator).post(
        f"/members/waiting/supplier/{claim.public_id}/", {"decline": "yes", "reason": "We found no such firm."}
    )
    assert "We found no such firm." in mail_to(user.email)[-1][1]

    client.post("/account/council/supplier/", {"supplier": "Newcomer", "reason": "See our site."})
    client.post(f"/account/council/supplier/{SupplierClaim.objects.get(decided_at=None).public_id}/withdraw/")
    assert not SupplierClaim.objects.filter(decided_at=None).exists()


# --- Changing and leaving ---------------------------------------------------------------------------


def test_whoever_changes_council_leaves_the_old_one_with_a_date(client, member, council):
    other = CouncilFactory(name="Westmere District Council", short_name="Westmere")
    client.force_login(member, backend=BACKEND)

    client.post("/account/council/ask/", {"council": "Westmere", "reason": "I moved.", "leaving": "on"})

    old = member.memberships.get(organisation=council)
    assert old.ended_at
    assert old.ending == Membership.Ending.LEFT
    assert roles_of(member, timezone.now()) == {Role.PENDING}
    assert member.memberships.get(organisation=other).ended_at is None


def test_leaving_is_confirmed_first_and_ends_rights_at_once(client, member, council):
    client.force_login(member, backend=BACKEND)
    address = f"/account/council/{member.memberships.get().public_id}/leave/"

    assert "Leave Ambleford District Council?" in client.get(address).content.decode()
    assert client.get("/members/").status_code == 200
    client.post(address)

    assert client.get("/members/").status_code == 404
    assert client.get(address).status_code == 404


def test_nobody_leaves_for_somebody_else(client, member, colleague):
    client.force_login(member, backend=BACKEND)

    assert client.post(f"/account/council/{colleague.memberships.get().public_id}/leave/").status_code == 404


def test_the_only_lead_is_told_what_leaving_means(client, lead, council):
    client.force_login(lead, backend=BACKEND)
    address = f"/account/council/{lead.memberships.get().public_id}/leave/"

    assert "You are its only lead" in client.get(address).content.decode()
    MembershipFactory(organisation=council, is_lead=True)
    assert "You are its only lead" not in client.get(address).content.decode()


# --- Where sign-in leads ----------------------------------------------------------------------------


def test_whoever_belongs_nowhere_is_asked_where_they_work_after_signing_in(client, member):
    for user, leads_to in ((newcomer("mira@nowhere.example"), "/account/council/"), (member, "/")):
        user.set_password("eleven old systems")
        user.save()
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        response = Client().post("/account/login/", {"login": user.email, "password": "eleven old systems"})

        assert response["Location"] == leads_to


def test_opening_a_page_writes_nothing(client, domain, council, django_assert_num_queries):
    user = newcomer("mira@ambleford.example")
    user.emailaddress_set.update(verified=True)
    client.force_login(user, backend=BACKEND)

    assert client.get("/account/council/").status_code == 200
    assert not Membership.objects.exists()
