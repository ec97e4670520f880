from __future__ import annotations

import pytest
from wagtail.permissions import policy_registry

from hub.media.models import Document, Image

BACKEND = "hub.members.backends.SignInBackend"


@pytest.mark.parametrize("model", [Image, Document])
def test_editors_and_facilitators_may_add_files_and_members_may_not(model, editor, facilitator, member):
    policy = policy_registry.get_by_type(model)

    assert policy.user_has_permission(editor, "add")
    assert policy.user_has_permission(facilitator, "choose")
    assert not policy.user_has_any_permission(member, ["add", "change", "choose", "delete"])


@pytest.mark.parametrize("address", ["/admin/images/add/", "/admin/documents/multiple/add/", "/admin/pages/"])
def test_an_editor_finds_the_screens_for_it(client, editor, address):
    client.force_login(editor, backend=BACKEND)

    assert client.get(address, follow=True).status_code == 200


def test_an_editor_may_edit_pages_anywhere(editor, member, home_page):
    assert home_page.permissions_for_user(editor).can_publish()
    assert not home_page.permissions_for_user(member).can_edit()


def test_users_and_settings_are_for_administrators(client, editor, administrator):
    client.force_login(editor, backend=BACKEND)
    assert client.get("/admin/users/").status_code == 302

    client.force_login(administrator, backend=BACKEND)
    assert client.get("/admin/users/").status_code == 200
