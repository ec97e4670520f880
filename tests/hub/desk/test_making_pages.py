"""A thread becomes a draft page: who agreed is named, nobody else, and both ends lead to each other once it is published."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from hub.core.markdown import render
from hub.desk import actions, queries
from hub.desk.actions.pages import CannotMakePage
from hub.desk.models import SettledPage
from hub.desk.rich_text import as_rich_text
from hub.library.models import BriefingPaperPage
from tests.factories.accounts import UserFactory
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.organisations import CouncilFactory
from tests.factories.pages import BriefingPaperIndexPageFactory, CaseStudyIndexPageFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db

FORM = {"kind": "paper", "title": "Counting contact", "summary": "How three councils count.", "council": ""}


@pytest.fixture
def places(home_page):
    return BriefingPaperIndexPageFactory(parent=home_page), CaseStudyIndexPageFactory(parent=home_page)


@pytest.fixture
def thread(places):
    """A question with an accepted answer from a council, and another that was written without a name."""
    question = QuestionFactory(title="How do you count?", concepts=[ConceptFactory(label="Contact")])
    ambleford = CouncilFactory(name="Ambleford District Council")
    helped = AnswerFactory(
        question=question,
        accepted=True,
        council=ambleford,
        author=UserFactory(first_name="Rose", last_name="Bell"),
        body="By hand.",
    )
    AnswerFactory(question=question, author=None, is_sealed=True, body="In secret.", body_html="<p>In secret.</p>")
    return question, helped


def make(question, answers, by, now, **given):
    said = {"title": "Counting contact", "summary": "How.", "credited": [], **given}
    return actions.make_page(question=question, answers=answers, by=by, now=now, **said)


def test_the_draft_has_question_and_answers_and_names_who_was_ticked(thread, editor, as_):
    question, helped = thread
    answers = [answer.public_id for answer in question.answers.all()]
    content = as_(editor).get(f"/desk/page/{question.public_id}/").content.decode()
    assert "Rose Bell, Ambleford District Council" in content
    assert content.count('name="credited"') == 2  # the asker and Rose; nobody for the one without a name

    as_(editor).post(f"/desk/page/{question.public_id}/", {**FORM, "answers": answers, "credited": [helped.public_id]})

    page = BriefingPaperPage.objects.get()
    text = str(page.body)
    assert (page.live, page.authors) == (False, "Rose Bell, Ambleford District Council")
    assert "By hand." in text
    assert "In secret." in text
    assert "From Ambleford District Council" in text
    assert [concept.label for concept in page.concepts_shown] == ["Contact"]
    assert page.latest_revision is not None


def test_nobody_is_named_who_was_not_ticked(thread, editor, as_):
    question, helped = thread
    as_(editor).post(f"/desk/page/{question.public_id}/", {**FORM, "answers": [helped.public_id]})

    page = BriefingPaperPage.objects.get()
    assert page.authors == ""
    assert "Rose" not in str(page.body)


def test_a_case_study_is_of_one_of_the_councils_in_the_thread(thread, facilitator, as_):
    question, helped = thread
    address, client = f"/desk/page/{question.public_id}/", as_(facilitator)
    said = {**FORM, "kind": "case-study", "answers": [helped.public_id], "credited": [helped.public_id]}

    assert "Choose whose case study it is" in client.post(address, said).content.decode()
    assert client.post(address, {**said, "council": CouncilFactory().public_id}).status_code == 200
    client.post(address, {**said, "council": helped.council.public_id})

    study = CaseStudyPage.objects.get()
    assert (study.live, study.council) == (False, helped.council)
    assert "With thanks to Rose Bell" in str(study.body)


def test_both_ends_lead_to_each_other_once_it_is_published(thread, editor, as_, client, now):
    question, helped = thread
    settled = make(question, [helped], editor, now)
    assert "Settled:" not in client.get(question.get_absolute_url()).content.decode()
    assert "finish it" in as_(editor).get(question.get_absolute_url()).content.decode()

    settled.page.specific.get_latest_revision().publish()

    page = Page.objects.get(pk=settled.page_id)
    assert page.url in client.get(question.get_absolute_url()).content.decode()
    assert question.get_absolute_url() in client.get(page.url).content.decode()


def test_a_members_thread_makes_a_members_page(places, editor, member, client, as_, now):
    question = QuestionFactory(for_members=True)
    settled = make(question, [AnswerFactory(question=question)], editor, now)
    settled.page.specific.get_latest_revision().publish()
    page = Page.objects.get(pk=settled.page_id)

    assert client.get(page.url).status_code == 404
    assert as_(member).get(page.url).status_code == 200
    assert not SettledPage.objects.visible_to(AnonymousUser()).exists()
    assert SettledPage.objects.visible_to(member).exists()


def test_a_page_says_nothing_of_a_thread_that_has_been_hidden(thread, editor, client, now):
    question, helped = thread
    settled = make(question, [helped], editor, now)
    settled.page.specific.get_latest_revision().publish()
    question.status = "hidden"
    question.save()

    page = Page.objects.get(pk=settled.page_id)
    assert question.title not in client.get(page.url).content.decode()
    assert queries.thread_of_page(editor, page) is None


def test_a_thread_makes_one_page(thread, editor, as_, now):
    question, helped = thread
    settled = make(question, [helped], editor, now)

    with pytest.raises(CannotMakePage):
        make(question, [helped], editor, now)
    response = as_(editor).get(f"/desk/page/{question.public_id}/")
    assert response["Location"] == f"/admin/pages/{settled.page_id}/edit/"


def test_only_those_who_write_pages_make_one(thread, member, lead, as_):
    question, _ = thread

    assert {as_(who).get(f"/desk/page/{question.public_id}/").status_code for who in (member, lead)} == {403}
    assert "Make this a page" not in as_(member).get(question.get_absolute_url()).content.decode()


def test_no_word_is_lost_where_rich_text_knows_less_than_a_post():
    html = render(
        "# Head\n\na **b** *c* `d` [e](https://x.example/?a=1&b=2)\n\n> f\n\n1. g\n   - h\n\n```\ni <j>\nk\n```\n\n| l | m |\n|---|---|\n| n | o |\n\np  \nq"
    )

    assert as_rich_text(html) == (
        '<p>Head</p><p>a <b>b</b> <i>c</i> d <a href="https://x.example/?a=1&amp;b=2">e</a></p><p>f</p><ol><li>g\n<ul><li>h</li></ul></li></ol>'
        "<p>i &lt;j&gt;<br/>k</p><p>l | m</p><p>n | o</p><p>p<br/>\nq</p>"
    )
