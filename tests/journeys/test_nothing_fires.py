"""No text that a member can write runs anything in a reader's browser: looked at, clicked, focused or passed over.

The pages are the hub's own answers, shown without their content security policy: what fires here is not caught by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from modelsearch.backends import get_search_backends
from playwright.sync_api import Page

from forum.models import Answer, Question
from hub.accounts.models import User
from hub.core.markdown import render
from hub.search import outbox
from hub.search.similar import similar
from tests.factories.members import MembershipFactory
from tests.factories.organisations import CouncilFactory
from tests.journeys import vectors
from tests.journeys.firing import DO_EVERYTHING, FIND_HANDLERS, assert_nothing_fires, pages_of, show, signed_in, together

NOW = dt.datetime(2026, 5, 5, 10, tzinfo=dt.UTC)


def test_there_are_enough_of_them_and_they_would_fire(shown: Page) -> None:
    fired = set()
    for raw in vectors.bare():
        fired |= set(show(shown, f"<!doctype html><meta charset=utf-8><body>{raw}")[0])

    assert len(vectors.markdown()) >= 2_000
    assert len(fired) >= 47


def test_in_posts_and_previews(shown: Page) -> None:
    posts = "".join(f'<div class="prose">{render(text)}</div>' for text in vectors.markdown())

    assert_nothing_fires(shown, f"<!doctype html><meta charset=utf-8><body>{posts}")


def test_a_preview_put_into_the_page_by_script(shown: Page, db: None) -> None:
    client = signed_in(MembershipFactory().user)
    texts = vectors.markdown()
    bodies = ["\n\n".join(texts[start : start + 100]) for start in range(0, len(texts), 100)]
    answers = [client.post("/-/markdown-preview/", {"source": body[:30_000]}).content.decode() for body in bodies]
    show(shown, "<!doctype html><meta charset=utf-8><body><div id=preview></div>")

    for html in answers:
        shown.evaluate("html => { document.getElementById('preview').innerHTML = html }", html)
        shown.evaluate(DO_EVERYTHING)
        shown.wait_for_timeout(20)
        assert shown.evaluate("window.fired") == []
        assert shown.evaluate(FIND_HANDLERS) == []


@pytest.fixture
def written(db: None) -> Iterator[list[Question]]:
    """One question for each vector: in its title, its text, its asker's name and job, and its council's name."""
    bare = vectors.bare()
    questions = []
    for number, vector in enumerate(bare):
        text = vector.replace("\0", "")
        asker = MembershipFactory(
            user__first_name=text[:150],
            user__last_name=text[:150],
            organisation=CouncilFactory(name=text[:120], short_name=text[:60], slug=f"council-{number}"),
        )
        body = "quillfire\n\n" + text
        questions.append(
            Question(
                title=text[:140],
                body=body,
                body_html=render(body),
                author=asker.user,
                author_job=text[:120],
                council=asker.organisation,
                audience="public",
                asked_at=NOW,
                last_activity_at=NOW,
            )
        )
    questions = Question.objects.bulk_create(questions)
    Answer.objects.bulk_create(
        Answer(
            question=questions[0],
            body=question.body,
            body_html=question.body_html,
            author=question.author,
            author_job=question.author_job,
            council=question.council,
            answered_at=NOW,
        )
        for question in questions
    )
    outbox.enqueue(questions)
    while outbox.drain(NOW):
        pass
    yield questions
    for backend in get_search_backends():
        backend.store.clear()


def test_in_titles_names_jobs_and_councils(shown: Page, written: list[Question]) -> None:
    client = signed_in(MembershipFactory().user)
    addresses = [
        "/question-time/",
        written[0].get_absolute_url(),
        "/members/",
        "/share/councils/",
        *(f"/search/?q=quillfire&page={number}" for number in range(1, 6)),
        *(question.get_absolute_url() for question in written[1::9]),
        *(f"/question-time/ask/?title=quillfire+{number}" for number in (1, 2)),
    ]
    for html in together([page for address in addresses for page in pages_of(client, address)]):
        assert_nothing_fires(shown, html)


def test_beside_a_question_being_written(shown: Page, written: list[Question]) -> None:
    reader = User.objects.exclude(pk=None).first() or AnonymousUser()
    groups = [group for title in vectors.bare() for group in similar(reader, title=title)]
    assert groups
    block = render_to_string("search/includes/similar_list.html", {"groups": groups})

    assert_nothing_fires(shown, f"<!doctype html><meta charset=utf-8><body><form>{block}</form>")
