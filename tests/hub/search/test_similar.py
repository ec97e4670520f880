"""What stands beside a question while it is written: by its words, for whoever may see it, however little there is."""

from __future__ import annotations

import pytest

from forum.models import Answer, Question
from hub.search.similar import MOST, MOST_OF_A_KIND, named, similar
from tests.factories.pages import BriefingPaperPageFactory, members_only
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory


def ask(title, now, body="Words.", **fields):
    fields = {"audience": "public", **fields}
    return Question.objects.create(title=title, body=body, body_html=f"<p>{body}</p>", asked_at=now, last_activity_at=now, **fields)


def titles(groups):
    return {group.kind: [item.hit.title for item in group.items] for group in groups}


def test_one_question_is_enough(member, drain, now):
    ask("How do you move missed bin reports into the CRM?", now)
    drain()

    assert titles(similar(member, title="Reporting a missed bin")) == {
        "question": ["How do you move missed bin reports into the CRM?"]
    }


def test_whole_words_count_and_not_parts_of_them(member, drain, now):
    ask("Does anybody use cabinet minutes?", now)
    drain()

    assert similar(member, title="Who has changed their bin rounds?") == []


def test_things_of_every_kind_stand_together(member, drain, now, papers):
    ask("Telephony and the CRM", now)
    BriefingPaperPageFactory(parent=papers, title="Telephony that knows who rings")
    ProductFactory(name="Telephony Plus")
    ConceptFactory(label="Telephony", slug="telephony")
    drain()

    assert set(titles(similar(member, title="Which telephony do you use?"))) == {"question", "paper", "system", "term"}


def test_at_most_six_and_three_of_a_kind(member, drain, now, papers):
    for number in range(8):
        ask(f"Telephony question number {number}", now)
        BriefingPaperPageFactory(parent=papers, title=f"Telephony paper {number}", slug=f"telephony-{number}")
        ProductFactory(name=f"Telephony {number}")
    drain()

    groups = titles(similar(member, title="Telephony"))

    assert sum(map(len, groups.values())) == MOST
    assert max(map(len, groups.values())) <= MOST_OF_A_KIND


def test_the_details_help_to_find_it(member, drain, now):
    ask("Payments by Quillpay", now)
    drain()

    assert similar(member, title="Something goes wrong each evening") == []
    assert titles(similar(member, title="Something goes wrong each evening", body="We take money with Quillpay.")) == {
        "question": ["Payments by Quillpay"]
    }


def test_what_has_more_of_the_words_comes_first(member, drain, now):
    for number in range(5):
        ask(f"Contract number {number}", now)
    ask("Ending a telephony contract early", now)
    drain()

    assert titles(similar(member, title="How to end a telephony contract"))["question"][0] == "Ending a telephony contract early"


def test_a_question_says_whether_it_was_answered(member, drain, now):
    question = ask("Telephony?", now)
    drain()
    assert similar(member, title="Telephony")[0].items[0].standing == "no answer yet"

    Answer.objects.create(question=question, body="Yes.", body_html="<p>Yes.</p>", answered_at=now)

    assert similar(member, title="Telephony")[0].items[0].standing == "1 answer"


@pytest.mark.parametrize("typed", ["", " ", "?", "\0", "the of and", '"' * 300, "a" * 5000, "NEAR( *", "😀", "界"])
def test_anything_may_be_typed(member, drain, now, typed):
    ask("Telephony?", now)
    drain()

    assert similar(member, title=typed, body=typed) == []


def test_nobody_is_shown_what_they_may_not_read(visitor, member, pending, drain, now, papers):
    ask("Telephony for all", now)
    ask("Telephony among members", now, audience="members")
    ask("Telephony, hidden", now, status="hidden")
    ask("Telephony, waiting", now, status="held", author=member)
    members_only(BriefingPaperPageFactory(parent=papers, title="Telephony between us"))
    drain()

    assert titles(similar(visitor, title="Telephony")) == {"question": ["Telephony for all"]}
    assert titles(similar(pending, title="Telephony")) == {"question": ["Telephony for all"]}
    assert sorted(titles(similar(member, title="Telephony"))["question"]) == ["Telephony among members", "Telephony for all"]


def test_what_was_hidden_since_the_index_was_written_is_not_shown(member, drain, now):
    question = ask("Telephony", now)
    drain()
    Question.objects.filter(pk=question.pk).update(status="hidden")

    assert similar(member, title="Telephony") == []


def test_a_form_names_only_what_its_viewer_may_see(visitor, member, now):
    question = ask("Telephony", now, audience="members")

    assert named(member, f"question:{question.public_id}")[1] == question
    assert named(visitor, f"question:{question.public_id}") is None
    for ref in ("", "question", "question:", f"question:{question.pk}", "council:ambleford", "nothing:x", "question:\0"):
        assert named(member, ref) is None


def test_it_costs_the_same_however_much_there_is(member, drain, now, assert_constant_queries):
    def grow(number=3):
        for _ in range(number):
            ask("Telephony", now)
        drain()

    grow()
    assert_constant_queries(lambda: similar(member, title="Telephony"), grow=lambda: grow(12))
