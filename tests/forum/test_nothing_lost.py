"""Comments, changes and what a facilitator types for somebody: kept through a sign-in, and when what it was written to has gone."""

from __future__ import annotations

import pytest
from django.test import Client

from forum import actions, queries
from forum.models import Comment, Draft
from hub.core import personal_data
from tests.factories.forum import AnswerFactory, CommentFactory, QuestionFactory
from tests.forum.test_drafts import BACKEND, sign_in

ASK_FOR = "/question-time/ask/for-somebody/"
WORDS = {"title": "How do you bill?", "body": "Like this.", "submission": "draft00003"}
HEADINGS = {
    "comment_on_question": "Comment on “Who bills?”",
    "comment_on_answer": "Comment on an answer to “Who bills?”",
    "edit_question": "Change to “Who bills?”",
    "edit_answer": "Change to your answer to “Who bills?”",
    "edit_comment": "Change to your comment on “Who bills?”",
}


def signed_in(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def as_member(member):
    return signed_in(member)


@pytest.fixture
def question(member):
    return QuestionFactory(title="Who bills?", author=member)


@pytest.fixture
def addresses(question, member):
    answer = AnswerFactory(question=question, author=member)
    comment = CommentFactory(question=question, author=member)
    return {
        "comment_on_question": f"/question-time/{question.public_id}/comment/",
        "comment_on_answer": f"/question-time/answers/{answer.public_id}/comment/",
        "edit_question": f"/question-time/{question.public_id}/edit/",
        "edit_answer": f"/question-time/answers/{answer.public_id}/edit/",
        "edit_comment": f"/question-time/comments/{comment.public_id}/edit/",
    }


@pytest.mark.parametrize("form", HEADINGS)
def test_it_is_kept_through_a_sign_in(client, as_member, member, addresses, form):
    writer = as_member.get(addresses[form]).context["writer"]

    client.post(addresses[form], {**WORDS, "writer": writer})
    sign_in(client, member)

    draft = queries.drafts_of(member).get()
    assert draft.heading == HEADINGS[form]
    assert draft.get_absolute_url() == f"{addresses[form]}?draft=draft00003"
    page = client.get(draft.get_absolute_url())
    assert "Like this.</textarea>" in page.content.decode()
    assert page.context["form"]["submission"].value() == "draft00003"

    client.post(addresses[form], WORDS)

    assert not Draft.objects.exists()


@pytest.mark.parametrize("form", HEADINGS)
def test_it_is_kept_and_shown_when_the_question_has_gone(as_member, member, facilitator, addresses, question, now, form):
    actions.hide_question(question=question, reason="It names somebody.", by=facilitator, now=now)

    page = as_member.post(addresses[form], WORDS)

    assert page.status_code in (403, 404)
    assert "Like this.</textarea>" in page.content.decode()
    assert "This was not posted" in page.content.decode()
    draft = queries.drafts_of(member).get()
    assert draft.form == form
    assert "Like this.</textarea>" in as_member.get(draft.get_absolute_url()).content.decode()


@pytest.mark.parametrize("form", HEADINGS)
def test_a_button_saves_it_and_a_refused_one_is_kept(as_member, member, addresses, form):
    assert as_member.post(addresses[form], {**WORDS, "save": "1"}).headers["Location"].endswith("?draft=draft00003")
    assert queries.drafts_of(member).get().heading == HEADINGS[form]

    as_member.post(addresses[form], {**WORDS, "body": "a" * 60_000})

    assert len(queries.drafts_of(member).get().first("body")) == 60_000


def test_a_comment_without_a_name_is_not_kept(as_member, addresses):
    as_member.post(addresses["comment_on_question"], WORDS | {"save": "1"})

    page = as_member.post(addresses["comment_on_question"], {**WORDS, "save": "1", "unnamed": "on"})

    assert page.context["form"]["unnamed"].value() is True
    assert not Draft.objects.exists()
    assert not Comment.objects.filter(body="Like this.").exists()


# --- A facilitator's ------------------------------------------------------------------------------


def test_what_is_typed_for_somebody_else_is_kept_through_a_sign_in(client, facilitator, pending):
    writer = signed_in(facilitator).get(ASK_FOR).context["writer"]
    client.post(ASK_FOR, {**WORDS, "writer": writer, "way": "telephone", "name": "Pat", "email": pending.email.upper()})
    sign_in(client, facilitator)

    page = client.get(f"{ASK_FOR}?draft=draft00003")

    typed = {name: page.context["form"][name].value() for name in ("way", "name", "email", "title")}
    assert typed == {"way": "telephone", "name": "Pat", "email": pending.email.upper(), "title": "How do you bill?"}
    # Whoever is erased goes from there too.
    personal_data.erase(pending)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("email", "said"), [("pat@nowhere.example", "hears of the answers"), ("", "You gave no address")])
def test_it_is_said_who_hears_of_the_answers(facilitator, email, said):
    page = signed_in(facilitator).post(ASK_FOR, {**WORDS, "audience": "public", "way": "telephone", "email": email}, follow=True)

    assert said in page.content.decode()


def test_a_form_gone_stale_says_how_to_keep_what_was_typed(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member, backend=BACKEND)

    page = client.post("/question-time/ask/", WORDS)

    assert page.status_code == 403
    assert "Copy it, reload the page, put it in again" in page.content.decode()
