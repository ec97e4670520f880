"""Where a byline leads, and what it tells of the author."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forum import actions
from hub.core.audience import Audience
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.members import MembershipFactory, ProfileFactory

BACKEND = "hub.members.backends.SignInBackend"

pytestmark = pytest.mark.django_db


def content_of(client, question) -> str:
    return client.get(question.get_absolute_url()).content.decode()


def link_to(user) -> str:
    return f'<a href="/members/{user.public_id}/">{user.get_full_name()}</a>'


@pytest.fixture
def question(stranger):
    return QuestionFactory(author=stranger)


def test_a_byline_leads_members_to_its_author(client, member, stranger, question):
    answerer = MembershipFactory().user
    AnswerFactory(question=question, author=answerer)
    client.force_login(member, backend=BACKEND)

    content = content_of(client, question)

    assert f"Asked by {link_to(stranger)}" in content
    assert f"Answer 1 from {link_to(answerer)}" in content


@pytest.mark.parametrize("persona", ["visitor", "pending", "supplier_person"])
def test_to_anybody_else_it_is_a_name(request, client, stranger, question, persona):
    person = request.getfixturevalue(persona)
    if person.is_authenticated:
        client.force_login(person, backend=BACKEND)

    content = content_of(client, question)

    assert f"Asked by {stranger.get_full_name()}" in content
    assert stranger.public_id not in content


def test_it_leads_nowhere_once_its_author_has_gone(client, member, stranger, question):
    stranger.memberships.update(ended_at=timezone.now())
    AnswerFactory(question=question, author=None)
    client.force_login(member, backend=BACKEND)

    content = content_of(client, question)

    assert stranger.get_full_name() in content
    assert stranger.public_id not in content
    assert "former member" in content.lower()


def test_a_thread_costs_the_same_however_many_have_answered(client, member, question, assert_constant_queries):
    client.force_login(member, backend=BACKEND)

    def grow() -> None:
        for _ in range(4):
            AnswerFactory(question=question, author=MembershipFactory().user)

    grow()

    assert_constant_queries(lambda: client.get(question.get_absolute_url()), grow=grow)


@pytest.mark.parametrize(("shows", "beside"), [(True, "Analyst"), (False, "")])
def test_a_job_role_stands_beside_a_post_unless_it_is_kept_back(member, now, shows, beside):
    member.memberships.update(job_role="Analyst")
    ProfileFactory(user=member, shows_job_role=shows)

    question = actions.ask(title="How?", body="We cannot.", audience=Audience.PUBLIC, by=member, now=now)

    assert question.author_job == beside
