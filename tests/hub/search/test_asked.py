"""What question time has about a system or a project, on their pages."""

from __future__ import annotations

import pytest

from hub.search.asked import asked_about
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.stepshare import ProductFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["system", "project"])
def thing(request):
    return ProductFactory(name="Openline", slug="openline") if request.param == "system" else ProjectFactory(audience="public")


def ask_about(thing, **fields):
    question = QuestionFactory(**fields)
    (question.products if hasattr(thing, "supplier") else question.projects).add(thing)
    return question


def test_nothing_stands_there_where_nobody_asked(client, thing):
    response = client.get(thing.get_absolute_url())

    assert response.status_code == 200
    assert b"Questions about this" not in response.content


def test_the_latest_stand_there_with_how_many_wait(client, thing):
    for number in range(6):
        ask_about(thing, title=f"Number {number}?")
    AnswerFactory(question=ask_about(thing, title="Answered?"))
    QuestionFactory(title="Of something else?")

    page = client.get(thing.get_absolute_url()).content.decode()

    assert '<span class="quiet">(7)</span>' in page
    assert "6 wait for an answer" in page
    assert page.count("?</a></h3>") == 5
    assert "Of something else?" not in page


def test_a_systems_lead_to_the_list_of_them_all(client):
    system = ProductFactory(name="Openline", slug="openline")
    ask_about(system, title="Number one?")

    assert 'href="/question-time/?system=openline"' in client.get(system.get_absolute_url()).content.decode()
    assert "Number one?" in client.get("/question-time/?system=openline").content.decode()


def test_what_one_may_not_read_changes_no_number(thing, visitor, member):
    ask_about(thing)
    ask_about(thing, for_members=True)
    ask_about(thing, hidden=True)

    assert (asked_about(visitor, thing).number, asked_about(visitor, thing).unanswered) == (1, 1)
    assert (asked_about(member, thing).number, len(asked_about(member, thing).questions)) == (2, 2)


def test_it_costs_the_same_however_much_was_asked(client, thing, assert_constant_queries):
    def grow(number=8):
        for _ in range(number):
            AnswerFactory(question=ask_about(thing))

    grow(1)
    assert_constant_queries(lambda: client.get(thing.get_absolute_url()), grow=grow)
