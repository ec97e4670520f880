"""The page of a thread: pages of answers, comments, what councils say, what is new, and earlier wordings."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from forum import access, actions, queries
from forum.models import Answer, AnswerMark, LastRead, Post, PostRevision, Question, QuestionEvent
from hub.core.audience import Audience
from tests.factories.forum import AnswerFactory, CommentFactory, QuestionFactory
from tests.factories.members import MembershipFactory
from tests.factories.stepshare import ProductFactory

HOUR = dt.timedelta(hours=1)


def page_of(client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def url(name: str, post) -> str:
    return reverse(f"forum:{name}", kwargs={"public_id": post.public_id})


def test_a_link_to_an_answer_leads_to_its_page_and_numbers_go_on(client, question):
    answers = [AnswerFactory(question=question, answered_at=question.asked_at + n * HOUR) for n in range(21)]

    address = client.get(answers[20].get_absolute_url()).url

    assert address == f"{question.get_absolute_url()}?page=2#{answers[20].anchor}"
    assert "Answer 21 from" in page_of(client, address)
    assert "Answer 21 from" not in page_of(client, question.get_absolute_url())


def test_hidden_answers_move_nobody_to_another_page(client, question):
    for n in range(5):
        AnswerFactory(question=question, answered_at=question.asked_at + n * HOUR, hidden=True)
    last = [AnswerFactory(question=question, answered_at=question.asked_at + (10 + n) * HOUR) for n in range(20)][-1]

    assert client.get(last.get_absolute_url()).url == f"{question.get_absolute_url()}#{last.anchor}"


@pytest.mark.parametrize("persona", ["visitor", "member", "facilitator"])
def test_a_thread_of_any_length_costs_the_same(request, client, question, assert_constant_queries, persona):
    if persona != "visitor":
        client.force_login(request.getfixturevalue(persona))

    def grow(number=25):
        for n in range(number):
            answer = AnswerFactory(question=question, answered_at=question.asked_at + n * HOUR)
            CommentFactory(question=question, answer=answer)
            CommentFactory(question=question)
            council = MembershipFactory().organisation
            AnswerMark.objects.create(kind="worked", answer=answer, question=question, council=council, marked_at=question.asked_at)

    grow(5)
    # A facilitator is told besides what was joined and split, and can be taken back.
    assert_constant_queries(lambda: client.get(question.get_absolute_url()), grow=grow, most=26)


def test_comments_stand_beneath_what_they_are_about_and_go_with_it(client, question, answer, stranger, facilitator, now):
    actions.comment(on=question, body="Which street?", by=stranger, now=now)
    remark = actions.comment(on=answer, body="By whom?", by=stranger, now=now)
    page = page_of(client, question.get_absolute_url())
    assert page.index("Which street?") < page.index("Answer 1 from") < page.index("By whom?")

    actions.hide_answer(answer=answer, reason="A name.", by=facilitator, now=now)

    assert "By whom?" not in page_of(client, question.get_absolute_url())
    assert client.get(remark.get_absolute_url()).status_code == 404
    question.refresh_from_db()
    assert question.last_activity_at == now


def test_a_council_says_once_that_it_worked_and_a_colleague_can_take_it_back(client, question, answer, member, colleague, now):
    for somebody in (member, colleague):
        actions.mark_for_council(answer=answer, kind=AnswerMark.Kind.WORKED, by=somebody, now=now)
    assert AnswerMark.objects.count() == 1

    assert "Worked for 1 council" in page_of(client, question.get_absolute_url())
    assert "Ambleford" not in page_of(client, question.get_absolute_url()).partition("Worked for 1 council")[2].partition("</p>")[0]
    client.force_login(colleague)
    assert "yours among them" in page_of(client, question.get_absolute_url())
    client.post(url("not_worked", answer))
    assert not AnswerMark.objects.exists()


def test_a_council_says_with_which_of_the_questions_systems_it_worked_and_takes_that_back(
    client, question, answer, colleague, stranger
):
    kestrel, other = ProductFactory(name="Kestrel"), ProductFactory(name="Of another question")
    question.products.add(kestrel)
    client.force_login(colleague)
    assert "It worked with" not in page_of(client, question.get_absolute_url())
    assert "Say first that it worked" in client.post(url("worked_with", answer), {"system": kestrel.slug}, follow=True).text

    client.post(url("worked", answer))
    assert "It worked with" in page_of(client, question.get_absolute_url())
    assert "Choose one of the systems" in client.post(url("worked_with", answer), {"system": other.slug}, follow=True).text
    client.post(url("worked_with", answer), {"system": kestrel.slug})
    assert "(with Kestrel)" in page_of(client, question.get_absolute_url())
    client.force_login(stranger)
    assert "(with Kestrel)" in page_of(client, question.get_absolute_url())
    assert "It worked with" not in page_of(client, question.get_absolute_url())

    client.force_login(colleague)
    client.post(url("worked_with", answer), {"system": ""})
    assert AnswerMark.objects.get().product is None


def test_who_speaks_for_no_council_marks_nothing(editor, answer, now):
    with pytest.raises(actions.NoCouncil):
        actions.mark_for_council(answer=answer, kind=AnswerMark.Kind.WORKED, by=editor, now=now)


def test_what_came_since_one_read_is_new_until_the_reader_says_otherwise(client, question, member, stranger, now):
    actions.has_read(question, by=member, now=now)
    actions.answer(question=question, body="We do.", by=stranger, now=now + HOUR)
    client.force_login(member)

    for _ in range(2):
        page = page_of(client, question.get_absolute_url())
        assert "1 post is new since you read this" in page
        assert "New to you" in page

    client.post(url("mark_read", question), {"until": (now + 2 * HOUR).isoformat()})
    assert "New to you" not in page_of(client, question.get_absolute_url())


def test_reading_never_goes_back_and_never_beyond_now(client, question, member, now):
    actions.has_read(question, by=member, now=now)
    actions.has_read(question, by=member, now=now - HOUR)
    assert LastRead.objects.get().read_at == now

    client.force_login(member)
    client.post(url("mark_read", question), {"until": "9999-01-01T00:00:00+00:00"})
    assert LastRead.objects.get().read_at.year < 9999


def test_each_change_can_be_read_and_a_wording_can_be_hidden(client, question, member, facilitator, now):
    change = {"concepts": [], "products": [], "by": member}
    actions.edit_question(question=question, title="Who mends the lamp?", body="The light at number nine.", now=now, **change)
    actions.edit_question(question=question, title="Who mends the lamp?", body="The light.", now=now + HOUR, **change)
    history = url("question_history", question)

    page = page_of(client, history)
    assert "number nine" in page
    assert "<del>" in page
    assert "<ins>" in page

    revision = PostRevision.objects.get(body__contains="number nine")
    actions.hide_revision(revision=revision, by=facilitator, now=now)
    assert "number nine" not in page_of(client, history)
    client.force_login(facilitator)
    assert "number nine" in page_of(client, history)


def test_pending_members_words_wait_until_a_facilitator_lets_them_through(client, question, pending, facilitator, visitor, now):
    held = actions.answer(question=question, body="Ring the depot.", by=pending, now=now)

    assert queries.awaiting(visitor) == queries.awaiting(pending) == []
    assert queries.awaiting(facilitator) == [held]
    assert held not in Answer.objects.visible_to(visitor)
    assert held in Answer.objects.visible_to(pending)
    assert question in Question.objects.unanswered()

    actions.approve_post(post=held, by=facilitator, now=now + HOUR)
    assert held in Answer.objects.visible_to(visitor)
    assert held.answered_at == now + HOUR

    actions.reconsider_post(post=held, by=facilitator, now=now + 2 * HOUR)
    actions.decline_post(post=held, reason="It sells something.", by=facilitator, now=now + 3 * HOUR)
    client.force_login(pending)
    assert "It sells something." in page_of(client, question.get_absolute_url())
    with pytest.raises(actions.NotOpen):
        actions.approve_post(post=held, by=facilitator, now=now)


def test_a_closed_question_is_read_and_takes_no_more_answers(client, question, stranger, facilitator, now):
    actions.close_question(question=question, reason="The contract has ended.", by=facilitator, now=now)
    assert "The contract has ended." in page_of(client, question.get_absolute_url())
    assert question not in Question.objects.unanswered()
    with pytest.raises(actions.NotOpen):
        actions.answer(question=question, body="We do.", by=stranger, now=now)

    actions.reopen_question(question=question, by=facilitator, now=now)
    actions.answer(question=question, body="We do.", by=stranger, now=now)


def test_a_joined_questions_addresses_lead_on_for_whoever_may_read_where(client, question, answer, member, facilitator, now):
    target = QuestionFactory(title="The same again")
    reshaping = actions.merge(source=question, target=target, by=facilitator, now=now)

    for address in (question.get_absolute_url(), url("question_by_id", question)):
        assert client.get(address).url == target.get_absolute_url()
    assert client.get(answer.get_absolute_url()).url.startswith(target.get_absolute_url())
    assert "Who mends the street light?" in page_of(client, target.get_absolute_url())

    actions.move(question=target, audience=Audience.MEMBERS, by=facilitator, now=now + HOUR)
    assert client.get(question.get_absolute_url()).status_code == 404
    client.force_login(member)
    assert client.get(question.get_absolute_url()).url == target.get_absolute_url()

    actions.unmerge(reshaping=reshaping, by=facilitator, now=now + 2 * HOUR)
    client.logout()
    assert "Answer 1 from" in page_of(client, question.get_absolute_url())


@pytest.mark.parametrize("unnamed", [True, False], ids=["without a name", "with one"])
def test_who_asked_a_question_is_the_asker_of_that_one_alone(member, question, facilitator, stranger, now, unnamed):
    mine = actions.ask(title="Who pays?", body="B", audience=Audience.PUBLIC, by=stranger, now=now, unnamed=unnamed)
    if unnamed:
        actions.approve_post(post=mine, by=facilitator, now=now)
    own = actions.answer(question=mine, body="We found out.", by=stranger, now=now, unnamed=unnamed)
    if unnamed:
        actions.approve_post(post=own, by=facilitator, now=now)
    remark = actions.comment(on=own, body="And soon.", by=stranger, now=now, unnamed=unnamed)
    if unnamed:
        actions.approve_post(post=remark, by=facilitator, now=now)

    def called():
        return [model.objects.get(pk=post.pk).author_name for model, post in ((Answer, own), (type(remark), remark))]

    before = called()
    assert mine in Question.objects.unanswered()

    reshaping = actions.merge(source=mine, target=question, by=facilitator, now=now)
    assert question not in Question.objects.unanswered()
    assert called() == (["A member who gave no name"] * 2 if unnamed else before)

    actions.unmerge(reshaping=reshaping, by=facilitator, now=now)
    assert set(Question.objects.unanswered()) == {mine, question}
    assert called() == before

    split = actions.split(question=mine, answers=[own], title="Apart", body="B", by=facilitator, now=now)
    assert set(Question.objects.unanswered()) == {mine, question}
    assert called() == (["A member who gave no name"] * 2 if unnamed else before)

    actions.unsplit(reshaping=split, by=facilitator, now=now)
    assert called() == before


def test_a_joined_question_without_a_name_is_not_told_as_the_threads_askers(client, question, member, facilitator, stranger, now):
    sealed = actions.ask(title="Who pays?", body="B", audience=Audience.PUBLIC, by=stranger, now=now, unnamed=True)
    actions.approve_post(post=sealed, by=facilitator, now=now)
    actions.merge(source=sealed, target=question, by=facilitator, now=now)

    page = page_of(client, question.get_absolute_url())

    assert "Also asked by a member who gave no name on" in page


def test_the_words_of_a_joined_question_are_hidden_and_shown_again(client, question, answer, stranger, member, facilitator, now):
    target = QuestionFactory(title="The same again")
    reshaping = actions.merge(source=question, target=target, by=facilitator, now=now)
    client.force_login(facilitator)
    assert url("hide_question", question) in page_of(client, target.get_absolute_url())
    assert "What was answered stays there" in page_of(client, url("hide_question", question))

    client.post(url("hide_question", question), {"reason": "It names a resident."})

    def read_by(reader):
        client.force_login(reader)
        return page_of(client, target.get_absolute_url())

    assert "It names a resident." in read_by(facilitator)
    assert "It names a resident." in read_by(member)
    assert "Show it again" in read_by(facilitator)
    assert "Show it again" not in read_by(member)
    assert question.title not in read_by(stranger)
    client.logout()
    assert question.title not in page_of(client, target.get_absolute_url())
    assert client.get(reverse("desk:report", args=["question", question.public_id])).status_code == 404
    assert "Answer 1 from" in page_of(client, target.get_absolute_url())

    actions.unmerge(reshaping=reshaping, by=facilitator, now=now)
    assert Question.objects.get(pk=question.pk).status == Post.Status.HIDDEN
    actions.unhide_question(question=question, by=facilitator, now=now)
    reshaping = actions.merge(source=question, target=target, by=facilitator, now=now)
    actions.hide_question(question=question, reason="R", by=facilitator, now=now)
    client.force_login(facilitator)
    client.post(url("unhide_question", question))
    client.logout()
    assert question.title in page_of(client, target.get_absolute_url())
    assert client.get(reverse("desk:report", args=["question", question.public_id])).status_code == 200


@pytest.mark.parametrize("unnamed", [True, False], ids=["without a name", "with one"])
def test_whoever_asked_withdraws_the_words_of_a_joined_question(client, question, stranger, facilitator, now, unnamed):
    mine = actions.ask(title="Who pays?", body="B", audience=Audience.PUBLIC, by=stranger, now=now, unnamed=unnamed)
    if unnamed:
        actions.approve_post(post=mine, by=facilitator, now=now)
    actions.merge(source=mine, target=question, by=facilitator, now=now)
    client.force_login(stranger)
    door, address = (
        ("withdraw_unnamed", reverse("forum:unnamed")) if unnamed else ("withdraw_question", question.get_absolute_url())
    )
    assert url(door, mine) in page_of(client, address)

    client.post(url(door, mine))

    assert Question.objects.get(pk=mine.pk).own_status == Post.Status.WITHDRAWN
    assert url(door, mine) not in page_of(client, address)
    assert "Withdrawn by its author" in page_of(client, address)
    client.logout()
    assert "Who pays?" not in page_of(client, question.get_absolute_url())
    with pytest.raises(actions.NotOpen):
        actions.hide_question(question=mine, reason="R", by=facilitator, now=now)


def test_what_others_wrote_among_members_gets_no_wider_readers(member, stranger, facilitator, now):
    inside = actions.ask(title="Q", body="B", audience=Audience.MEMBERS, by=member, now=now)
    outside = QuestionFactory(title="In public")
    with pytest.raises(actions.WouldExpose):
        actions.merge(source=inside, target=outside, by=facilitator, now=now)
    with pytest.raises(actions.WouldExpose):
        actions.move(question=inside, audience=Audience.PUBLIC, by=facilitator, now=now)

    reply = actions.answer(question=inside, body="A", by=stranger, now=now)
    actions.withdraw_answer(answer=reply, by=stranger, now=now)
    with pytest.raises(actions.WouldExpose):
        actions.move(question=inside, audience=Audience.PUBLIC, by=member, now=now)


def test_a_facilitator_who_moved_a_thread_by_mistake_takes_it_back(client, question, answer, facilitator, now):
    client.force_login(facilitator)
    assert client.post(url("move", question)).status_code == 302
    assert Question.objects.get().audience == Audience.MEMBERS
    assert "Let everyone read this question" in page_of(client, question.get_absolute_url())
    assert "again?" in page_of(client, url("move", question))

    client.post(url("move", question))

    assert Question.objects.get().audience == Audience.PUBLIC


def _in_another_thread(question, answer, by, now):
    inside = QuestionFactory(audience=Audience.MEMBERS)
    joined = actions.merge(source=question, target=inside, by=by, now=now)
    actions.comment(on=answer, body="C", by=by, now=now)
    actions.unmerge(reshaping=joined, by=by, now=now)


@pytest.mark.parametrize(
    "since",
    [
        pytest.param(lambda question, answer, by, now: actions.answer(question=question, body="A", by=by, now=now), id="answer"),
        pytest.param(lambda question, answer, by, now: actions.comment(on=answer, body="C", by=by, now=now), id="comment"),
        pytest.param(lambda question, answer, by, now: actions.edit_answer(answer=answer, body="E", by=by, now=now), id="change"),
        pytest.param(
            lambda question, answer, by, now: actions.mark_for_council(answer=answer, kind="worked", by=by, now=now), id="mark"
        ),
        pytest.param(
            lambda question, answer, by, now: actions.merge(
                source=QuestionFactory(audience=Audience.MEMBERS), target=question, by=by, now=now
            ),
            id="another joined to it",
        ),
        pytest.param(_in_another_thread, id="comment while joined to another"),
    ],
)
def test_what_was_said_since_a_thread_was_moved_stays_among_members(client, question, answer, stranger, facilitator, now, since):
    actions.move(question=question, audience=Audience.MEMBERS, by=facilitator, now=now)
    since(question, answer, stranger, now + HOUR)

    with pytest.raises(actions.WouldExpose):
        actions.move(question=question, audience=Audience.PUBLIC, by=facilitator, now=now + 2 * HOUR)
    client.force_login(facilitator)
    assert "Let everyone read this question" not in page_of(client, question.get_absolute_url())
    assert client.post(url("move", question)).status_code == 403


def test_a_system_that_was_named_among_members_keeps_the_thread_among_them(question, answer, stranger, facilitator, now):
    actions.mark_for_council(answer=answer, kind="worked", by=stranger, now=now - HOUR)
    actions.move(question=question, audience=Audience.MEMBERS, by=facilitator, now=now)
    assert access.can_move_back(facilitator, question)

    actions.say_what_it_worked_with(answer=answer, product=ProductFactory(), by=stranger, now=now + HOUR)

    assert not access.can_move_back(facilitator, question)
    with pytest.raises(actions.WouldExpose):
        actions.move(question=question, audience=Audience.PUBLIC, by=facilitator, now=now + 2 * HOUR)


def test_of_an_answer_out_of_sight_no_system_is_named(question, answer, stranger, facilitator, now):
    actions.mark_for_council(answer=answer, kind="worked", by=stranger, now=now)
    actions.hide_answer(answer=answer, reason="A name.", by=facilitator, now=now)

    with pytest.raises(actions.NotOpen):
        actions.say_what_it_worked_with(answer=answer, product=ProductFactory(), by=stranger, now=now)


@pytest.mark.parametrize("asker", ["sealed", "erased"])
def test_it_is_taken_back_whoever_asked(question, answer, facilitator, member, now, asker):
    Question.objects.update(author=None, council=None, is_sealed=asker == "sealed")
    question.refresh_from_db()
    actions.move(question=question, audience=Audience.MEMBERS, by=facilitator, now=now)
    with pytest.raises(actions.WouldExpose):
        actions.move(question=question, audience=Audience.PUBLIC, by=member, now=now)

    actions.move(question=question, audience=Audience.PUBLIC, by=facilitator, now=now)

    assert Question.objects.get().audience == Audience.PUBLIC


def test_the_facilitators_pages_say_what_will_happen_and_do_it(client, question, answer, facilitator):
    other = QuestionFactory(title="The same again")
    client.force_login(facilitator)

    asked = client.post(url("merge", question), {"into": f"http://testserver{other.get_absolute_url()}"}).content.decode()
    assert "These two become one thread" in asked
    assert Question.objects.get(pk=question.pk).is_open
    client.post(url("merge", question), {"into": f"{other.public_id}/", "confirmed": "1"})
    assert Question.objects.get(pk=question.pk).status == Post.Status.MERGED
    undo = reverse("forum:undo_reshaping", kwargs={"public_id": other.reshapings_to.get().public_id})
    assert "Part the two questions again?" in page_of(client, undo)
    client.post(undo)
    assert Question.objects.get(pk=question.pk).is_open

    client.post(url("split", question), {"answers": [answer.public_id], "title": "Another matter", "body": "It is."})
    new = Question.objects.get(title="Another matter")
    assert [*new.answers.all()] == [answer]
    assert "Another matter" in page_of(client, question.get_absolute_url())


def test_what_happened_stays_as_it_was_told(question, stranger, now):
    actions.answer(question=question, body="A", by=stranger, now=now)
    event = QuestionEvent.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionEvent.objects.update(kind=QuestionEvent.Kind.HIDDEN)
    with pytest.raises(TypeError):
        event.delete()
    QuestionEvent.objects.forget(stranger)
    event.refresh_from_db()
    assert (event.kind, event.by) == ("posted", None)
