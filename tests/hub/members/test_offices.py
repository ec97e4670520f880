from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions
from hub.members.models import Office, Role
from hub.members.refusals import Refusal
from hub.members.roles import roles_of
from tests.factories.members import OfficeFactory

BACKEND = "hub.members.backends.SignInBackend"


@pytest.fixture
def as_administrator(administrator) -> Client:
    client = Client()
    client.force_login(administrator, backend=BACKEND)
    return client


def test_an_administrator_gives_an_office_and_ends_it(as_administrator, administrator, member):
    as_administrator.post(f"/members/{member.public_id}/roles/", {"role": "editor"})

    office = Office.objects.get(user=member)
    assert (office.role, office.granted_by) == (Role.EDITOR, administrator)
    assert Role.EDITOR in roles_of(member, timezone.now())
    address = f"/members/{member.public_id}/roles/editor/end/"
    assert "no longer editor?" in as_administrator.get(address).content.decode()
    as_administrator.post(address)
    assert Role.EDITOR not in roles_of(member, timezone.now())


@pytest.mark.parametrize("role", ["member", "lead", "", "root"])
def test_only_offices_are_given(as_administrator, member, role):
    content = as_administrator.post(f"/members/{member.public_id}/roles/", {"role": role}).content.decode()

    assert "Choose" in content
    assert not Office.objects.filter(user=member).exists()


@pytest.mark.parametrize("persona", ["facilitator", "editor", "lead", "member"])
def test_nobody_else_gives_offices(client, persona, request, colleague):
    client.force_login(request.getfixturevalue(persona), backend=BACKEND)

    assert client.get(f"/members/{colleague.public_id}/roles/").status_code == 404
    assert client.post(f"/members/{colleague.public_id}/roles/", {"role": "administrator"}).status_code == 404
    assert not Office.objects.filter(user=colleague).exists()


def test_the_last_administrator_stays(as_administrator, administrator):
    response = as_administrator.post(f"/members/{administrator.public_id}/roles/administrator/end/", follow=True)

    assert "This is the last administrator" in response.content.decode()
    assert Role.ADMINISTRATOR in roles_of(administrator, timezone.now())


def test_a_closed_account_is_no_other_administrator(administrator):
    OfficeFactory(role=Role.ADMINISTRATOR, user__is_active=False)

    with pytest.raises(Refusal):
        actions.end_office(user=administrator, role=Role.ADMINISTRATOR, now=timezone.now())


def test_with_another_there_one_may_go(as_administrator, administrator):
    OfficeFactory(role=Role.ADMINISTRATOR)

    as_administrator.post(f"/members/{administrator.public_id}/roles/administrator/end/")

    assert roles_of(administrator, timezone.now()) == set()


def test_the_command_line_keeps_the_last_administrator_too(administrator):
    with pytest.raises(CommandError, match="last administrator"):
        call_command("grant_role", administrator.email, "administrator", "--end")

    assert User.objects.get(pk=administrator.pk).has_perm("members.grant_offices")


def test_wagtails_list_of_users_leads_to_somebodys_offices_and_suspension(client, administrator, pending):
    client.force_login(administrator, backend=BACKEND)

    content = client.get("/admin/users/").content.decode()

    assert f'/members/{pending.public_id}/roles/"' in content
    assert f'/members/{pending.public_id}/suspend/"' in content
    assert f'/members/{administrator.public_id}/suspend/"' not in content
