from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions, personal_data
from hub.members.models import Membership, Role, Suspension
from hub.members.refusals import Refusal
from hub.members.roles import roles_of
from tests.factories.accounts import UserFactory
from tests.factories.members import MembershipFactory, OfficeFactory, SuspensionFactory
from tests.factories.organisations import MailDomainFactory, SupplierFactory
from tests.hub.members.mailed import link_in, mail_to

BACKEND = "hub.members.backends.SignInBackend"
PASSWORD = "eleven old systems"
pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def with_password(user: User, *, verified: bool = True) -> User:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


def suspend(user: User, by: User) -> None:
    actions.suspend(user=user, reason="Posted advertisements.", by=by, now=timezone.now())


def test_the_next_request_of_every_session_is_refused(member, facilitator):
    sessions = [signed_in(member), signed_in(member)]
    assert {client.get("/members/").status_code for client in sessions} == {200}

    signed_in(facilitator).post(f"/members/{member.public_id}/suspend/", {"reason": "Posted advertisements."})

    assert {client.get("/members/").status_code for client in sessions} == {404}
    assert {client.get("/account/").status_code for client in sessions} == {302}
    suspension = Suspension.objects.get()
    assert (suspension.user, suspension.suspended_by, suspension.reason) == (member, facilitator, "Posted advertisements.")


def test_lifting_it_gives_back_what_they_have_now(member, facilitator):
    suspend(member, facilitator)

    signed_in(facilitator).post(f"/members/{member.public_id}/lift/")

    suspension = Suspension.objects.get()
    assert (suspension.lifted_by, suspension.ended_at is not None) == (facilitator, True)
    assert signed_in(User.objects.get(pk=member.pk)).get("/members/").status_code == 200


def test_a_password_is_of_no_use(member, facilitator):
    with_password(member)
    suspend(member, facilitator)
    client = Client()

    client.post("/account/login/", {"login": member.email, "password": PASSWORD})

    assert client.get("/account/").status_code == 302


def test_a_password_reset_key_from_before_does_nothing_even_after_it_is_lifted(member, facilitator):
    with_password(member)
    Client().post("/account/password/reset/", {"email": member.email})
    link = link_in(mail_to(member.email)[-1][1])
    suspend(member, facilitator)
    assert try_reset(link) is False
    actions.lift_suspension(user=member, by=facilitator, now=timezone.now())

    assert try_reset(link) is False


def test_a_password_reset_key_works_for_whoever_is_not_suspended(member):
    """Otherwise the test above could not fail."""
    with_password(member)
    Client().post("/account/password/reset/", {"email": member.email})

    assert try_reset(link_in(mail_to(member.email)[-1][1])) is True


def try_reset(link: str) -> bool:
    client = Client()
    response = client.get(link)
    if response.status_code == 302:
        client.post(response["Location"], {"password1": "twelve newer systems", "password2": "twelve newer systems"})
    return any(user.check_password("twelve newer systems") for user in User.objects.all())


@pytest.mark.parametrize("is_suspended", [True, False])
def test_a_sign_in_code_does_nothing_while_suspended(member, facilitator, is_suspended):
    with_password(member)
    client = Client()
    client.post("/account/login/code/", {"email": member.email})
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail_to(member.email)[-1][1], re.MULTILINE)
    assert code
    if is_suspended:
        suspend(member, facilitator)

    client.post("/account/login/code/confirm/", {"code": code[1]})

    assert client.get("/account/").status_code == (302 if is_suspended else 200)


@pytest.mark.parametrize("is_suspended", [True, False])
def test_a_confirmation_link_does_nothing_while_suspended(council, facilitator, is_suspended):
    MailDomainFactory(domain="ambleford.example", organisation=council)
    user = with_password(UserFactory(email="mira@ambleford.example"), verified=False)
    address = EmailAddress.objects.get(user=user)
    key = get_emailconfirmation_model().create(address).key
    if is_suspended:
        suspend(user, facilitator)

    Client().post(f"/account/confirm-email/{key}/")

    address.refresh_from_db()
    assert address.verified is not is_suspended
    assert Membership.objects.exists() is not is_suspended


def test_the_yearly_link_does_nothing_while_suspended(council, facilitator):
    MailDomainFactory(domain="ambleford.example", organisation=council)
    user = with_password(UserFactory(email="mira@ambleford.example"))
    actions.send_link(user=user, council=council, now=timezone.now())
    link = link_in(mail_to(user.email)[-1][1])
    suspend(user, facilitator)

    assert Client().post(link).status_code == 404
    assert not Membership.objects.exists()


# --- Whom -------------------------------------------------------------------------------------------


def holder(role: Role | None) -> User:
    if role is None:
        return UserFactory()
    if role in (Role.EDITOR, Role.FACILITATOR, Role.ADMINISTRATOR):
        return OfficeFactory(role=role).user
    where = {"organisation": SupplierFactory()} if role == Role.SUPPLIER else {}
    return MembershipFactory(pending=role == Role.PENDING, is_lead=role == Role.LEAD, **where).user


@pytest.mark.parametrize("actor", [None, Role.SUPPLIER, Role.LEAD, Role.EDITOR, Role.FACILITATOR, Role.ADMINISTRATOR])
def test_only_facilitators_and_administrators_suspend_and_only_whom_they_stand_above(actor, subtests):
    roles = [None, *Role]
    client, may_ask = signed_in(holder(actor)), actor in (Role.FACILITATOR, Role.ADMINISTRATOR)
    for target in roles:
        with subtests.test(target=target):
            whom, stands_above = holder(target), roles.index(actor) > roles.index(target)

            status = client.post(f"/members/{whom.public_id}/suspend/", {"reason": "Because."}).status_code

            assert status == (302 if may_ask and stands_above else 403 if may_ask else 404)
            whom.refresh_from_db()
            assert whom.is_active is not (may_ask and stands_above)


def test_an_office_protects_though_its_second_factor_is_missing(settings, facilitator, administrator):
    settings.SECOND_FACTOR_REQUIRED = True

    with pytest.raises(PermissionDenied):
        suspend(administrator, facilitator)


def test_nobody_suspends_themselves(facilitator):
    with pytest.raises(PermissionDenied):
        suspend(facilitator, facilitator)


def test_a_facilitator_lifts_nobody_of_their_own_role(facilitator, administrator):
    other = OfficeFactory(role=Role.FACILITATOR).user
    suspend(other, administrator)

    assert signed_in(facilitator).post(f"/members/{other.public_id}/lift/").status_code == 403


def test_suspending_twice_is_refused_by_the_action_and_by_the_database(member, facilitator):
    suspend(member, facilitator)

    with pytest.raises(Refusal):
        suspend(member, facilitator)
    with pytest.raises(IntegrityError), transaction.atomic():
        SuspensionFactory(user=member)


def test_the_record_is_for_facilitators_and_administrators(facilitator, administrator, editor, lead, member):
    suspend(member, facilitator)

    for person in (facilitator, administrator):
        assert "Posted advertisements." in signed_in(person).get("/members/suspended/").content.decode()
    for person in (editor, lead):
        assert signed_in(person).get("/members/suspended/").status_code == 404


def test_the_record_costs_the_same_however_long(client, facilitator, assert_constant_queries):
    client.force_login(facilitator, backend=BACKEND)

    def grow() -> None:
        SuspensionFactory.create_batch(6, suspended_by=facilitator)

    grow()
    assert_constant_queries(lambda: client.get("/members/suspended/"), grow=grow)


# --- Their data -------------------------------------------------------------------------------------


def test_the_person_gets_the_reason_with_their_data_and_it_goes_with_them(member, facilitator):
    suspend(member, facilitator)

    assert personal_data.export(member)["suspensions"][0]["reason"] == "Posted advertisements."
    personal_data.erase(member)

    suspension = Suspension.objects.get()
    assert (suspension.reason, suspension.ended_at is not None) == ("", True)
    with pytest.raises(Refusal):
        actions.lift_suspension(user=member, by=facilitator, now=timezone.now())
    assert roles_of(member, timezone.now()) == set()
