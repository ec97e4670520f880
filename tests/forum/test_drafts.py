"""Nothing typed is lost: not by a refused post, an expired session, a question closed meanwhile; and nobody else reads it."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from forum import actions, queries
from forum.actions import drafting
from forum.models import Answer, Draft, Question
from tests.factories.forum import QuestionFactory

BACKEND = "hub.members.backends.SignInBackend"
ASK, SAVE, DRAFTS = "/question-time/ask/", "/question-time/drafts/save/", "/question-time/drafts/"
TYPED = {"title": "How do you bill?", "body": "We try\r\nto.", "audience": "members", "concepts": ["Billing", "Tax"]}


@pytest.fixture
def as_member(member):
    client = Client()
    client.force_login(member, backend=BACKEND)
    return client


def save(client, submission="draft00001", **fields):
    return client.post(SAVE, {**TYPED, "submission": submission, **fields})


def test_what_is_typed_comes_back_as_it_was_typed(as_member):
    assert save(as_member).json() == {"state": "saved"}

    page = as_member.get(f"{ASK}?draft=draft00001").content.decode()

    assert 'value="How do you bill?"' in page
    assert "We try" in page
    assert 'value="Billing"' in page
    assert 'value="Tax"' in page
    assert 'value="draft00001"' in page


def test_later_words_of_the_same_form_replace_the_earlier(as_member, member):
    save(as_member)
    save(as_member, title="How do you send bills?")

    assert [draft.heading for draft in Draft.objects.visible_to(member)] == ["How do you send bills?"]


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ({"title": ["How do you bill?"], "body": ["We try."]}, "How do you bill?"),
        ({"title": [""], "body": ["We try."]}, "We try."),
        ({"title": [""], "concepts": ["", "Billing"], "products": ["Dovetail"]}, "A question about Billing"),
        ({"products": ["Dovetail"]}, "A question about Dovetail"),
        ({"title": []}, "A question without a title"),
    ],
)
def test_a_draft_is_known_by_what_there_is_of_it(typed, heading):
    assert Draft(typed=typed).heading == heading


def test_nobody_else_sees_it(as_member, facilitator, colleague, member):
    save(as_member)

    for other in (facilitator, colleague):
        client = Client()
        client.force_login(other, backend=BACKEND)
        assert client.get(f"{ASK}?draft=draft00001").status_code == 404
        assert client.post(f"{DRAFTS}draft00001/delete/").status_code == 404
        assert b"How do you bill" not in client.get(DRAFTS).content
        # Theirs, under the same number, is another one.
        assert save(client, title="Mine").json() == {"state": "saved"}
    assert Draft.objects.visible_to(member).get().first("title") == "How do you bill?"


def test_posting_makes_an_end_of_it(as_member, member):
    save(as_member)

    as_member.post(ASK, {**TYPED, "concepts": [], "submission": "draft00001"})

    assert Question.objects.get().title == "How do you bill?"
    assert not Draft.objects.exists()
    # A script that comes late does not bring it back.
    assert save(as_member).json() == {"state": "posted"}
    assert not Draft.objects.exists()


def test_a_refused_post_is_kept_as_a_draft(as_member, member):
    page = as_member.post(ASK, {**TYPED, "audience": "", "concepts": [], "submission": "draft00001"})

    assert page.status_code == 200
    assert Draft.objects.visible_to(member).get().first("title") == "How do you bill?"


def test_without_script_a_button_saves(as_member, member):
    answer = as_member.post(ASK, {**TYPED, "submission": "draft00001", "save": "1"})

    assert answer.headers["Location"] == f"{ASK}?draft=draft00001"
    assert "How do you bill?" in as_member.get(DRAFTS).content.decode()
    assert not Question.objects.exists()

    as_member.post(f"{DRAFTS}draft00001/delete/")

    assert not Draft.objects.exists()


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(as_member, member, client):
    writer = as_member.get(ASK).context["writer"]

    sent = client.post(ASK, {**TYPED, "submission": "draft00001", "writer": writer})
    assert sent.headers["Location"].startswith("/account/login/?next=/question-time/ask/%3Fdraft%3Ddraft00001")
    assert not Draft.objects.exists()
    sign_in(client, member)

    assert Draft.objects.visible_to(member).get().first("body") == "We try\r\nto."
    assert client.get(f"{ASK}?draft=draft00001").status_code == 200


def test_whoever_else_signs_in_there_does_not_get_it(as_member, stranger, client):
    writer = as_member.get(ASK).context["writer"]
    client.post(ASK, {**TYPED, "submission": "draft00001", "writer": writer})
    sign_in(client, stranger)

    assert not Draft.objects.exists()
    assert "forum_typed" not in client.session


def test_an_answer_is_kept_through_a_sign_in_too(as_member, member, client):
    question = QuestionFactory(audience="members")
    address = f"/question-time/{question.public_id}/answer/"
    writer = as_member.get(address).context["writer"]
    client.post(address, {"body": "Like this.", "submission": "draft00002", "writer": writer})
    sign_in(client, member)

    draft = Draft.objects.visible_to(member).get()
    assert draft.question == question
    assert "Like this." in client.get(draft.get_absolute_url()).content.decode()


def test_an_answer_to_a_question_closed_meanwhile_is_kept(as_member, member, facilitator, now):
    question = QuestionFactory(audience="public")
    actions.close_question(question=question, reason="Settled.", by=facilitator, now=now)

    page = as_member.post(f"/question-time/{question.public_id}/answer/", {"body": "Like this.", "submission": "draft00002"})

    assert page.status_code == 403
    assert "/question-time/drafts/" in page.content.decode()
    assert Draft.objects.visible_to(member).get().first("body") == "Like this."
    assert not Answer.objects.exists()


def test_the_title_of_a_question_that_went_among_members_is_not_told_by_a_draft(pending, client, now):
    question = QuestionFactory(title="Who bills by hand?")
    client.force_login(pending, backend=BACKEND)
    client.post(SAVE, {"body": "Like this.", "question": question.public_id, "submission": "draft00002"})
    client.force_login(pending, backend=BACKEND)
    assert "Who bills by hand?" in client.get(DRAFTS).content.decode()
    Question.objects.update(title="Who lost the money?", audience="members")

    page = client.get(DRAFTS).content.decode()

    assert "Who lost the money?" not in page
    assert "Answer to a question that you can no longer read" in page


@pytest.fixture
def shut(request, facilitator, stranger, now):
    """A question that takes no answers any more, and how."""
    question = QuestionFactory(title="Who bills by hand?")
    if request.param == "closed":
        actions.close_question(question=question, reason="Settled.", by=facilitator, now=now)
    elif request.param == "hidden":
        actions.hide_question(question=question, reason="It names somebody.", by=facilitator, now=now)
    return question


@pytest.mark.parametrize("shut", ["closed", "hidden"], indirect=True)
@pytest.mark.parametrize("name", [{}, {"unnamed": "on"}])
def test_an_answer_that_comes_too_late_is_shown_to_be_copied(as_member, shut, name):
    page = as_member.post(f"/question-time/{shut.public_id}/answer/", {"body": "Like <this>.", "submission": "draft00002", **name})

    assert page.status_code == (403 if shut.status == "open" else 404)
    assert "Like &lt;this&gt;.</textarea>" in page.content.decode()
    assert Draft.objects.exists() == (not name)


@pytest.mark.parametrize("shut", ["closed", "hidden"], indirect=True)
def test_a_draft_of_such_an_answer_can_still_be_read(as_member, member, shut):
    as_member.post(f"/question-time/{shut.public_id}/answer/", {"body": "Like this.", "submission": "draft00002"})

    draft = queries.drafts_of(member).get()

    assert "Like this.</textarea>" in as_member.get(DRAFTS).content.decode()
    assert "Like this.</textarea>" in as_member.get(draft.get_absolute_url()).content.decode()


def test_a_question_that_cannot_be_read_and_one_that_never_was_keep_the_same(as_member, member, now):
    there = QuestionFactory(title="Who bills by hand?", status="hidden")
    pages = []
    for public_id in (there.public_id, "2" * 10):
        page = as_member.post(f"/question-time/{public_id}/answer/", {"body": "Like this.", "submission": "draft00002"})
        row = Draft.objects.values("form", "question").get()
        pages.append((page.status_code, page.context["kept"], page.context["text"], row))
        Draft.objects.all().delete()

    assert pages[0] == pages[1]
    assert pages[0][3] == {"form": "answer", "question": None}


def test_what_it_was_an_answer_to_is_not_forgotten_when_the_question_goes(as_member, member, facilitator, now):
    question = QuestionFactory(title="Who bills by hand?")
    typed = {"body": "Like this.", "question": question.public_id, "submission": "draft00002"}
    as_member.post(SAVE, typed)
    actions.hide_question(question=question, reason="It names somebody.", by=facilitator, now=now)

    assert as_member.post(SAVE, {**typed, "body": "Like that."}).json() == {"state": "saved"}

    actions.unhide_question(question=question, by=facilitator, now=now)
    draft = queries.drafts_of(member).get()
    assert (draft.heading, draft.first("body")) == ("Answer to “Who bills by hand?”", "Like that.")


@pytest.mark.parametrize("name", [{}, {"unnamed": "on"}])
def test_an_answer_to_a_question_joined_meanwhile_stands_in_the_form_of_the_other(as_member, member, facilitator, now, name):
    source, target = QuestionFactory(), QuestionFactory(title="Who bills by hand?")
    actions.merge(source=source, target=target, by=facilitator, now=now)
    typed = {"body": "Like this.", "submission": "draft00002", **name}

    page = as_member.post(f"/question-time/{source.public_id}/answer/", typed)

    text = page.content.decode()
    assert "Like this.</textarea>" in text
    assert f'action="/question-time/{target.public_id}/answer/"' in text
    assert page.context["form"]["unnamed"].value() == bool(name)
    assert not Answer.objects.exists()
    if not name:
        assert queries.drafts_of(member).get().heading == "Answer to “Who bills by hand?”"
        back = as_member.get(f"/question-time/{source.public_id}/answer/?draft=draft00002", follow=True)
        assert "Like this.</textarea>" in back.content.decode()


def test_an_answer_begun_where_there_is_nothing_to_read_is_not_saved_meanwhile(as_member):
    """As typed, that is: sent, it is kept."""
    for public_id in (QuestionFactory(status="hidden").public_id, "2" * 10, "../2"):
        saved = as_member.post(SAVE, {"body": "Like this.", "question": public_id, "submission": "draft00002"})

        assert (saved.status_code, saved.json()) == (404, {"state": "gone"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize("place", [{"form": "answer"}, {"form": "nowhere", "question": "2" * 10}])
def test_what_stands_nowhere_is_not_kept(as_member, place):
    assert save(as_member, **place).json() == {"state": "nothing"}


def test_a_visitor_saves_nothing(client, db):
    assert client.post(SAVE, {**TYPED, "submission": "draft00001"}).json() == {"state": "signed-out"}
    assert client.post(ASK, {**TYPED, "submission": "draft00001"}).status_code == 302
    assert "forum_typed" not in client.session


@pytest.mark.parametrize("submission", ["", "x" * 21])
def test_what_has_no_number_of_ours_is_not_kept(as_member, submission):
    assert save(as_member, submission=submission).json() == {"state": "nothing"}


def test_an_empty_form_is_no_draft_and_one_too_long_to_post_is(as_member):
    assert as_member.post(SAVE, {"audience": "public", "body": " ", "submission": "draft00001"}).json() == {"state": "nothing"}
    assert save(as_member, body="a" * 60_000).json() == {"state": "saved"}
    assert save(as_member, body="a" * 130_000).json() == {"state": "nothing"}


def test_drafts_go_after_half_a_year_and_the_oldest_of_too_many(member, now):
    for number in range(drafting.MOST_DRAFTS + 2):
        actions.save_draft(submission=f"draft{number}", typed={"title": ["T"]}, by=member, now=now + dt.timedelta(minutes=number))
    kept = set(Draft.objects.values_list("public_id", flat=True))
    assert len(kept) == drafting.MOST_DRAFTS
    assert not kept & {"draft0", "draft1"}

    assert drafting.forget_old_drafts(now + drafting.KEPT_FOR) == 0
    assert drafting.forget_old_drafts(now + drafting.KEPT_FOR + dt.timedelta(days=1)) == drafting.MOST_DRAFTS


def sign_in(client, user):
    user.set_password("learn-from-mistakes")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    answer = client.post("/account/login/", {"login": user.email, "password": "learn-from-mistakes"})
    assert answer.status_code == 302, answer.content
