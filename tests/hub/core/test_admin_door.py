from __future__ import annotations

BACKEND = "hub.members.backends.SignInBackend"


def test_a_visitor_signs_in_at_the_sites_own_door_and_comes_back(client, db):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/account/login/?next=/admin/"


def test_a_member_is_told_and_not_sent_round_in_a_circle(client, member):
    client.force_login(member, backend=BACKEND)

    assert client.get("/admin/", follow=True).status_code == 403


def test_an_editor_goes_straight_in(client, editor):
    client.force_login(editor, backend=BACKEND)

    assert client.get("/admin/").status_code == 200


def test_wagtails_own_password_reset_leads_to_the_sites(client, db):
    assert client.get("/admin/password_reset/")["Location"] == "/account/password/reset/"
