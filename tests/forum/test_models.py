from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from forum.models import TAKEN_SLUGS, Answer, AnswerMark, Post, Question
from forum.urls import urlpatterns
from hub.organisations.models import Organisation
from taxonomy.models import Concept
from tests.factories.forum import ASKED, AnswerFactory, InterestFactory, QuestionFactory
from tests.factories.organisations import CouncilFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

READERS_OF_PUBLIC = ["visitor", "pending", "supplier_person", "member", "lead", "editor", "facilitator", "administrator"]
READERS_OF_MEMBERS = ["member", "colleague", "stranger", "lead", "editor", "facilitator", "administrator"]


def card(question: Question) -> Question:
    return Question.objects.for_cards().get(pk=question.pk)


@pytest.mark.parametrize("persona", READERS_OF_PUBLIC)
def test_everybody_sees_an_open_public_question(request, persona, question, answer):
    viewer = request.getfixturevalue(persona)

    assert question in Question.objects.visible_to(viewer)
    assert answer in Answer.objects.visible_to(viewer)


@pytest.mark.parametrize("persona", READERS_OF_PUBLIC)
def test_members_only_is_for_those_who_read_members_content(request, db, persona):
    answer = AnswerFactory(question=QuestionFactory(for_members=True))
    viewer = request.getfixturevalue(persona)

    assert Question.objects.visible_to(viewer).exists() is (persona in READERS_OF_MEMBERS)
    assert (answer in Answer.objects.visible_to(viewer)) is (persona in READERS_OF_MEMBERS)


@pytest.mark.parametrize("status", [Post.Status.HIDDEN, Post.Status.WITHDRAWN])
@pytest.mark.parametrize("persona", [*READERS_OF_PUBLIC, "colleague", "stranger"])
def test_what_is_not_open_is_for_its_author_and_those_who_moderate(request, question, answer, status, persona):
    viewer = request.getfixturevalue(persona)
    Answer.objects.filter(pk=answer.pk).update(status=status)
    assert (answer in Answer.objects.visible_to(viewer)) is (persona in {"stranger", "facilitator", "administrator"})

    Question.objects.filter(pk=question.pk).update(status=status)

    assert (question in Question.objects.visible_to(viewer)) is (persona in {"member", "facilitator", "administrator"})


def test_an_answer_never_shows_without_its_question(question, answer, stranger):
    Question.objects.filter(pk=question.pk).update(status=Post.Status.HIDDEN)

    assert not Answer.objects.visible_to(stranger).exists()


def test_a_hidden_question_of_nobody_is_nobodys(db, visitor, member):
    QuestionFactory(author=None, hidden=True)

    assert not Question.objects.visible_to(visitor).exists()
    assert not Question.objects.visible_to(member).exists()


def test_leaving_the_council_closes_even_ones_own_members_only_question(member, supplier_person):
    question = QuestionFactory(for_members=True, author=supplier_person)

    assert question not in Question.objects.visible_to(supplier_person)
    assert question in Question.objects.visible_to(member)


def test_one_council_waits_when_its_member_asks(question):
    assert card(question).councils_waiting == 1


def test_councils_are_counted_once_and_the_askers_with_them(question, council):
    other = CouncilFactory()
    InterestFactory.create_batch(2, question=question, council=other)
    InterestFactory(question=question, council=council)
    InterestFactory(question=question)

    assert card(question).councils_waiting == 3


def test_nobody_waits_for_a_question_without_council_or_interest(db):
    assert card(QuestionFactory()).councils_waiting == 0


def test_another_questions_answers_and_councils_are_not_counted(question):
    AnswerFactory.create_batch(2)
    InterestFactory.create_batch(2)

    assert (card(question).answer_count, card(question).councils_waiting) == (0, 1)


def test_a_card_counts_open_answers_only(question):
    AnswerFactory(question=question)
    AnswerFactory(question=question, hidden=True)
    AnswerFactory(question=question, withdrawn=True)

    assert card(question).answer_count == 1
    assert not card(question).is_accepted


def test_a_card_knows_that_an_answer_is_accepted(question):
    AnswerFactory(question=question, accepted=True)

    assert card(question).is_accepted


def test_a_card_shows_published_terms_by_name(db):
    terms = [ConceptFactory(label="Web chat"), ConceptFactory(label="Data matching")]
    question = QuestionFactory(concepts=[*terms, ConceptFactory(label="A notion", status=Concept.Status.CANDIDATE)])

    assert [concept.label for concept in card(question).concepts_shown] == ["Data matching", "Web chat"]


@pytest.mark.parametrize(
    ("tier", "line"),
    [
        (Organisation.Tier.DISTRICT, "asked by a district council"),
        (Organisation.Tier.UNITARY, "asked by a unitary council"),
        (Organisation.Tier.LONDON, "asked by a London borough council"),
        (Organisation.Tier.NORTHERN_IRISH, "asked by a Northern Irish council"),
        ("", "asked by a council"),
    ],
)
def test_a_card_tells_the_kind_of_council_and_no_name(db, tier, line):
    assert QuestionFactory(council=CouncilFactory(tier=tier)).asker_line == line


def test_without_a_council_a_member_asked(db):
    assert QuestionFactory().asker_line == "asked by a member"


def test_an_askers_own_afterthought_leaves_the_question_unanswered(question, member, stranger):
    AnswerFactory(question=question, author=member)
    assert question in Question.objects.unanswered()

    AnswerFactory(question=question, author=stranger)

    assert question not in Question.objects.unanswered()


@pytest.mark.parametrize("asker", ["erased", "present"])
def test_an_answer_from_somebody_since_erased_is_an_answer(request, db, asker):
    question = QuestionFactory(author=None) if asker == "erased" else QuestionFactory()
    AnswerFactory(question=question, author=None)

    assert question not in Question.objects.unanswered()


def test_an_answer_to_somebody_since_erased_is_an_answer(db):
    question = AnswerFactory(question=QuestionFactory(author=None)).question

    assert question not in Question.objects.unanswered()


def test_accepting_ones_own_answer_ends_the_waiting(question, member):
    AnswerFactory(question=question, author=member, accepted=True)

    assert question not in Question.objects.unanswered()
    assert question in Question.objects.accepted()


def test_a_hidden_answer_leaves_the_question_unanswered(question):
    AnswerFactory(question=question, hidden=True)

    assert question in Question.objects.unanswered()


def test_only_open_questions_wait(db):
    QuestionFactory(hidden=True)
    QuestionFactory(withdrawn=True)

    assert not Question.objects.unanswered().exists()


def test_what_most_councils_want_comes_first_then_the_oldest(db):
    young = QuestionFactory(asked_at=ASKED, council=CouncilFactory())
    old = QuestionFactory(asked_at=ASKED - dt.timedelta(days=9), council=CouncilFactory())
    wanted = QuestionFactory(council=CouncilFactory())
    InterestFactory(question=wanted)

    assert list(Question.objects.unanswered().for_cards().most_wanted()) == [wanted, old, young]


def test_filters_by_term_and_system(db):
    term, system = ConceptFactory(label="Web chat"), ProductFactory(slug="dovetail-crm")
    tagged, about = QuestionFactory(concepts=[term]), QuestionFactory(products=[system])

    assert list(Question.objects.filtered({"concept": "web-chat"})) == [tagged]
    assert list(Question.objects.filtered({"system": "dovetail-crm"})) == [about]
    assert not Question.objects.filtered({"concept": "web-chat", "system": "dovetail-crm"}).exists()
    assert not Question.objects.filtered({"concept": "no-such-term"}).exists()


def test_filters_ignore_what_they_do_not_know(question):
    assert list(Question.objects.filtered({"show": "nonsense", "page": "2", "colour": "red"})) == [question]


def test_an_unpublished_term_finds_nothing(db):
    QuestionFactory(concepts=[ConceptFactory(label="A notion", status=Concept.Status.CANDIDATE)])

    assert not Question.objects.filtered({"concept": "a-notion"}).exists()


def test_the_database_allows_one_accepted_answer(question):
    AnswerFactory(question=question, accepted=True)
    second = AnswerFactory(question=question)

    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerMark.objects.create(kind="accepted", answer=second, question=question, marked_at=ASKED)


def test_a_slug_never_meets_an_address_of_our_own(db):
    routes = [str(pattern.pattern).strip("/").split("/") for pattern in urlpatterns]
    taken = {parts[1] for parts in routes if len(parts) == 2 and parts[0] == "<str:public_id>"}

    assert taken - {"<str:slug>"} == TAKEN_SLUGS
    assert Question(title="Edit?").slug == "edit-question"


@pytest.mark.parametrize("title", ["???", "日本", "—"])
def test_a_title_without_letters_has_a_slug_all_the_same(title):
    assert Question(title=title).slug == "question"


def test_search_reads_open_answers_of_open_questions(question):
    AnswerFactory(question=question, body="Ask the county.")
    AnswerFactory(question=question, body="A secret.", hidden=True)
    QuestionFactory(hidden=True)

    found = Question.get_indexed_objects()

    assert [item.answers_text for item in found] == ["Ask the county."]


def test_a_byline_never_shows_an_address(question):
    question.author.first_name = question.author.last_name = ""

    assert question.author_name == "A member"
