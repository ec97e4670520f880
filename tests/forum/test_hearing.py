"""Who hears of questions, answers, comments and marks, and that a name which was not given is nowhere."""

from __future__ import annotations

import datetime as dt

import pytest

from forum import actions
from forum.models import NewQuestionsFollow, Post, Question, QuestionEvent, QuestionFollow
from forum.signals import question_event
from hub.core.audience import Audience
from hub.mail.models import Message
from hub.notifications import actions as notifications
from hub.notifications import queries
from hub.notifications.models import Notification
from stepshare.actions import follow_system
from taxonomy.actions import follow as follow_term
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def concept():
    return ConceptFactory(label="Single view")


@pytest.fixture
def asked(member, concept, now) -> Question:
    return actions.ask(title="Who counts?", body="We do.", audience=Audience.MEMBERS, by=member, now=now, concepts=[concept])


def heard_by(person) -> list[tuple[str, list[str]]]:
    return [(line.says, line.because) for line in queries.lines(person, queries.visible_to(person))]


def answer(question, by, now, body="Thus."):
    return actions.answer(question=question, body=body, by=by, now=now)


def test_a_new_question_is_told_once_to_followers_of_its_terms_and_systems_and_of_all(member, stranger, concept, now):
    product = ProductFactory(name="Dovetail CRM")
    for person in (member, stranger):
        follow_term(concept=concept, by=person, now=now)
        follow_system(product=product, by=person, now=now)
        notifications.follow(model=NewQuestionsFollow, by=person, now=now)
    about = {"concepts": [concept], "products": [product]}
    actions.ask(title="Who counts?", body="We do.", audience=Audience.MEMBERS, by=member, now=now, **about)

    why = ["you follow all new questions", "you follow the system “Dovetail CRM”", "you follow the term “Single view”"]
    assert heard_by(stranger) == [("New question", why)]
    assert heard_by(member) == []  # asked it


def test_a_question_among_members_is_nothing_to_who_waits_to_be_let_in(pending, asked, concept, member, now):
    follow_term(concept=concept, by=pending, now=now)
    actions.ask(title="And who pays?", body="We do.", audience=Audience.MEMBERS, by=member, now=now, concepts=[concept])

    assert heard_by(pending) == []
    assert queries.number_new(pending) == 0


def test_what_waits_for_a_facilitator_is_told_when_it_is_let_through_and_once(pending, facilitator, stranger, now):
    notifications.follow(model=NewQuestionsFollow, by=stranger, now=now)
    question = actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=pending, now=now)
    assert heard_by(stranger) == []

    actions.approve_post(post=question, by=facilitator, now=now + HOUR)
    actions.reconsider_post(post=question, by=facilitator, now=now + HOUR)
    actions.approve_post(post=question, by=facilitator, now=now + HOUR)

    assert heard_by(stranger) == [("New question", ["you follow all new questions"])]


def test_who_wrote_what_is_reviewed_hears_what_came_of_it(pending, facilitator, stranger, asked, now):
    public = QuestionFactory()
    posts = {
        "question": actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=pending, now=now),
        "answer": answer(public, pending, now),
        "comment": actions.comment(on=public, body="Why?", by=pending, now=now),
    }
    hide = {"question": actions.hide_question, "answer": actions.hide_answer, "comment": actions.hide_comment}
    show = {"question": actions.unhide_question, "answer": actions.unhide_answer, "comment": actions.unhide_comment}
    for kind, why in (("question", "you asked it"), ("answer", "you answered it"), ("comment", "you commented there")):
        post, who = posts[kind], {"by": facilitator}
        actions.decline_post(post=post, reason="It sells.", now=now + HOUR, **who)
        actions.reconsider_post(post=post, now=now + HOUR, **who)
        actions.approve_post(post=post, now=now + 2 * HOUR, **who)
        hide[kind](**{kind: post}, reason="Rude.", now=now + 3 * HOUR, **who)
        assert heard_by(pending)[:3] == [
            (f"Your {kind} was taken out of sight: read why", [why]),
            (f"Your {kind} was posted", [why]),
            (f"Your {kind} was not posted: read why", [why]),
        ]
        assert heard_by(stranger) == []
        show[kind](**{kind: post}, now=now + 4 * HOUR, **who)
        assert heard_by(pending)[0] == (f"Your {kind} can be read again", [why])
        now += 5 * HOUR


def test_a_reason_is_in_no_mail(pending, facilitator, now):
    question = actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=pending, now=now)
    actions.decline_post(post=question, reason="It sells.", by=facilitator, now=now)

    notifications.post_at_once(now)

    text = bytes(Message.objects.get().template).decode()
    assert "Your question was not posted: read why" in text
    assert question.get_absolute_url() in text
    assert "It sells." not in text


def test_an_answer_is_told_to_the_asker_to_followers_and_to_earlier_answerers(asked, member, colleague, stranger, lead, now):
    notifications.follow(model=QuestionFollow, question=asked, by=colleague, now=now)
    actions.need_this_too(question=asked, by=lead, now=now)
    answer(asked, stranger, now)
    answer(asked, colleague, now + HOUR)

    assert heard_by(member) == [("New answer", ["you asked it"])] * 2
    assert heard_by(stranger) == [("New answer", ["you answered it"])]
    assert heard_by(colleague) == [("New answer", ["you follow the question “Who counts?”"])]
    assert heard_by(lead) == [("New answer", ["you said that your council needs it too"])] * 2


def test_an_askers_own_afterthought_is_told_to_others_only(asked, member, stranger, now):
    answer(asked, stranger, now)
    answer(asked, member, now + HOUR)

    assert len(heard_by(member)) == 1
    assert len(heard_by(stranger)) == 1


def test_a_comment_is_told_to_whose_answer_it_is_on(asked, member, stranger, colleague, now):
    given = answer(asked, stranger, now)
    actions.comment(on=given, body="How long?", by=colleague, now=now + HOUR)
    actions.comment(on=given, body="A week.", by=stranger, now=now + 2 * HOUR)

    assert heard_by(stranger) == [("New comment", ["you answered it"])]
    assert heard_by(colleague) == [("New comment", ["you commented there"])]


def test_acceptance_is_told_once_to_who_answered(asked, member, stranger, now):
    given = answer(asked, stranger, now)
    for _ in range(2):
        actions.accept(answer=given, by=member, now=now)
        actions.unaccept(answer=given, by=member, now=now)

    assert heard_by(stranger) == [("Answer accepted", ["you answered it"])]


def test_that_it_worked_for_a_council_is_told_to_who_answered(asked, member, stranger, colleague, now):
    given = answer(asked, stranger, now)
    actions.mark_for_council(answer=given, kind="worked", by=colleague, now=now)

    assert heard_by(stranger) == [("The answer worked for a council", ["you answered it"])]


def test_what_is_hidden_is_heard_of_no_more(asked, member, stranger, facilitator, now):
    given = answer(asked, stranger, now)
    actions.hide_answer(answer=given, reason="Rude.", by=facilitator, now=now)

    assert heard_by(member) == []


def test_whoever_follows_a_question_follows_what_it_was_joined_to(asked, colleague, stranger, now):
    other = QuestionFactory(title="Who else counts?")
    notifications.follow(model=QuestionFollow, question=asked, by=colleague, now=now)
    Question.objects.filter(pk=asked.pk).update(status=Post.Status.MERGED, duplicate_of=other)
    asked.refresh_from_db()
    question_event.send(QuestionEvent, event=QuestionEvent(kind=QuestionEvent.Kind.MERGED, question=asked, at=now, details={}))
    answer(other, stranger, now)

    assert heard_by(colleague) == [("New answer", ["you follow the question “Who else counts?”"])]


def test_whoever_asked_what_was_joined_to_another_hears_of_its_answers_until_they_part(lead, stranger, facilitator, now):
    """Where one council asked both, so that nobody needs it too; and through two joinings."""
    mine = actions.ask(title="Who counts them?", body="We do.", audience=Audience.PUBLIC, by=stranger, now=now)
    middle, last = QuestionFactory.create_batch(2, council=mine.council)
    first = actions.merge(source=mine, target=middle, by=facilitator, now=now)
    second = actions.merge(source=middle, target=last, by=facilitator, now=now)

    answer(last, lead, now)
    assert heard_by(stranger) == [("New answer", ["you asked a question that was joined to it"])]

    actions.unmerge(reshaping=second, by=facilitator, now=now)
    answer(last, lead, now)
    assert len(heard_by(stranger)) == 1
    actions.unmerge(reshaping=first, by=facilitator, now=now)
    answer(mine, lead, now + HOUR)
    assert ("New answer", ["you asked it"]) in heard_by(stranger)


def test_whoever_may_not_read_what_theirs_was_joined_to_hears_nothing(asked, pending, stranger, facilitator, now):
    mine = actions.ask(title="May I?", body="Ask.", audience=Audience.PUBLIC, by=pending, now=now)
    actions.approve_post(post=mine, by=facilitator, now=now)
    actions.merge(source=mine, target=asked, by=facilitator, now=now)
    answer(asked, stranger, now)

    assert heard_by(pending) == [("Your question was posted", ["you asked it"])]


def test_a_sealed_author_is_neither_told_nor_left_out(member, stranger, concept, now):
    """Rows are the same whoever it was: there is a relay for those who are to be told."""
    for person in (member, stranger):
        follow_term(concept=concept, by=person, now=now)
    question = QuestionFactory(author=None, is_sealed=True, concepts=[concept])
    sealed = AnswerFactory(question=question, author=None, is_sealed=True)
    for post in (question, sealed):
        event = {"question": question, "answer": post if post is sealed else None}
        question_event.send(QuestionEvent, event=QuestionEvent(kind=QuestionEvent.Kind.POSTED, at=now, details={}, **event))

    told = Notification.objects.values_list("person", "kind")
    assert set(told) == {(member.pk, "question-asked"), (stranger.pk, "question-asked")}


def test_a_question_is_followed_and_unfollowed_on_its_page(client, asked, stranger):
    client.force_login(stranger, backend="hub.members.backends.SignInBackend")
    page = asked.get_absolute_url()
    press = {"what": f"question:{asked.public_id}", "next": page}

    assert ">Follow<" in client.get(page).content.decode()
    assert client.post("/account/notifications/follow/", press)["Location"] == page
    assert "Stop following" in client.get(page).content.decode()
    client.post("/account/notifications/unfollow/", press)
    assert not QuestionFollow.objects.exists()


def test_a_button_leads_nowhere_else(client, asked, stranger):
    client.force_login(stranger, backend="hub.members.backends.SignInBackend")
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        answered = client.post("/account/notifications/follow/", {"what": f"question:{asked.public_id}", "next": elsewhere})
        assert answered["Location"] == "/account/notifications/settings/"


def test_a_popular_question_costs_as_many_queries_as_any(asked, stranger, now, assert_constant_queries):
    from tests.factories.members import MembershipFactory

    def grow() -> None:
        for _ in range(8):
            notifications.follow(model=QuestionFollow, question=asked, by=MembershipFactory().user, now=now)

    grow()
    assert_constant_queries(lambda: answer(asked, stranger, now), grow=grow, most=60)
