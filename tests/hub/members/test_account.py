from __future__ import annotations

BACKEND = "hub.members.backends.SignInBackend"


def test_a_visitor_is_led_to_sign_in(client, db):
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_a_member_sees_their_council_and_since_when(client, member):
    client.force_login(member, backend=BACKEND)

    content = client.get("/account/").content.decode()

    assert "Ambleford District Council" in content
    assert "since 1 January 2020" in content


def test_a_pending_member_is_told_what_they_wait_for(client, pending):
    client.force_login(pending, backend=BACKEND)

    assert "still has to confirm" in client.get("/account/").content.decode()


def test_somebody_without_a_council_is_told_what_they_can_do(client, editor):
    client.force_login(editor, backend=BACKEND)

    content = client.get("/account/").content.decode()

    assert "Editor" in content
    assert "We do not know yet where you work" in content


def test_it_leads_to_what_is_ones_own_in_question_time(client, pending):
    client.force_login(pending, backend=BACKEND)
    account, questions = (client.get(page).content.decode() for page in ("/account/", "/question-time/"))

    for address in ("list/mine/", "drafts/", "help/", "unnamed/"):
        assert f'href="/question-time/{address}"' in account
        assert f'href="/question-time/{address}"' in questions
        assert client.get(f"/question-time/{address}").status_code == 200
    client.logout()
    assert 'href="/question-time/drafts/"' not in client.get("/question-time/").content.decode()
