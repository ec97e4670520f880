"""Asking and answering without one's name: what the rows hold, who is recognised, and what it takes to learn a name."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from forum import access, actions, sealing
from forum.models import Answer, Comment, Draft, LastRead, Question, QuestionEvent, Seal, SealBreak, SealedNote
from hub.core import personal_data
from hub.core.audience import Audience
from hub.mail.models import Delivery, Message
from tests.factories.forum import QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(member, now):
    return actions.ask(title="Who else lost it?", body="Words.", audience=Audience.PUBLIC, by=member, now=now, unnamed=True)


@pytest.fixture
def posted(question, facilitator, now):
    actions.approve_post(post=question, by=facilitator, now=now)
    return Question.objects.for_thread().get(pk=question.pk)


def answered(question, by, now, **more):
    return actions.answer(question=question, body="An answer.", by=by, now=now, **more)


# --- What the rows hold -----------------------------------------------------------------------------


def test_no_column_names_the_author_or_their_council(question, member):
    row = Question.objects.values().get(pk=question.pk)
    seal = Seal.objects.values().get(question=question)

    assert (row["author_id"], row["council_id"], row["author_job"]) == (None, None, "")
    assert member.public_id not in str(row) + str(seal)
    assert member.email not in str(row) + str(seal)
    assert set(QuestionEvent.objects.filter(question=question).values_list("by", flat=True)) == {None}
    assert not LastRead.objects.filter(question=question).exists()


def test_it_waits_for_a_facilitator_whoever_writes_it(question, facilitator, editor, now):
    assert question.status == Question.Status.HELD

    actions.approve_post(post=question, by=facilitator, now=now)

    assert answered(question, editor, now, unnamed=True).status == Answer.Status.HELD


def test_the_same_submission_asks_once_though_no_row_names_who_asked(member, now):
    told = {"title": "Once?", "body": "Words.", "audience": Audience.PUBLIC, "by": member, "now": now, "unnamed": True}

    first = actions.ask(**told, submission="pressed-twice")
    again = actions.ask(**told, submission="pressed-twice")

    assert first == again
    assert Seal.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(
            title="x", body="x", audience="public", asked_at=now, last_activity_at=now, is_sealed=True, submission="pressed-twice"
        )


def test_two_posts_of_one_person_have_nothing_in_common(posted, member, now):
    answered(posted, member, now, unnamed=True)

    one, other = Seal.objects.order_by("pk")

    assert one.mac != other.mac
    assert one.ciphertext[:40] != other.ciphertext[:40] or one.ciphertext != other.ciphertext


IDS = st.integers(0, 9).map("id{}".format)


@given(post=IDS, user=IDS, other=IDS)
@settings(deadline=None, max_examples=30)
def test_a_seal_opens_to_its_author_and_recognises_nobody_else(post, user, other):
    row = sealing.sealed(post, user)

    assert sealing.opened(post, row.ciphertext) == user
    assert sealing.is_by(post, row.mac, user)
    assert sealing.is_by(post, row.mac, other) == (user == other)
    assert len(row.ciphertext) == len(sealing.sealed(post, user).ciphertext)


def test_a_seal_put_beside_another_post_opens_to_nobody(question):
    seal = Seal.objects.get()

    with pytest.raises(sealing.Unreadable):
        sealing.opened("another-post", seal.ciphertext)


# --- Who is recognised ------------------------------------------------------------------------------


def test_the_asker_may_accept_and_a_stranger_may_not(posted, member, stranger, now):
    answer = answered(posted, stranger, now)

    assert access.can_accept(member, posted)
    assert not access.can_accept(stranger, posted)
    actions.accept(answer=answer, by=member, now=now)
    assert answer.marks.get().marked_by is None


def test_it_is_not_edited_once_it_was_read_and_withdrawn_by_its_author_alone(posted, member, stranger):
    assert not access.can_edit(member, posted)
    assert access.can_withdraw_unnamed(member, posted)
    assert not access.can_withdraw_unnamed(stranger, posted)


def test_the_asker_is_called_asker_throughout_and_another_is_not(posted, member, stranger, facilitator, now):
    for person in (member, stranger):
        actions.approve_post(post=answered(posted, person, now, unnamed=True), by=facilitator, now=now)
    comment = actions.comment(on=posted, body="Thanks.", by=member, now=now, unnamed=True)

    assert [answer.author_name for answer in Answer.objects.order_by("pk")] == ["Asker", "A member who gave no name"]
    assert posted.author_name == comment.author_name == "Asker"


@pytest.mark.parametrize("door", ["", "answer/", "comment/"])
def test_only_the_asker_finds_the_box_ticked_when_they_reply(client, posted, member, stranger, door):
    ticked = 'name="unnamed" aria-describedby="id_unnamed_helptext" id="id_unnamed" checked'

    def box(who):
        client.force_login(who)
        address = f"/question-time/{posted.public_id}/{door}" if door else posted.get_absolute_url()
        return ticked in client.get(address).content.decode()

    assert (box(member), box(stranger)) == (True, False)


def test_an_answer_under_ones_name_to_ones_own_unnamed_question_counts_as_anybodys(posted, member, now):
    """That it did not would tell who asked."""
    answer = answered(posted, member, now)

    assert not answer.by_asker
    assert not Question.objects.unanswered().exists()


def test_an_unnamed_answer_to_ones_own_named_question_counts_as_anybodys(member, facilitator, now):
    question = actions.ask(title="Named?", body="Words.", audience=Audience.PUBLIC, by=member, now=now)
    answer = answered(question, member, now, unnamed=True)
    actions.approve_post(post=answer, by=facilitator, now=now)

    assert not answer.by_asker
    assert answer.author_name == "A member who gave no name"


# --- The word that comes back -----------------------------------------------------------------------


def test_news_goes_to_everybody_at_once_in_the_same_words_and_once_a_day(posted, member, stranger, facilitator, now):
    question = actions.ask(title="Another?", body="Words.", audience=Audience.PUBLIC, by=stranger, now=now, unnamed=True)
    actions.relay(post=question, body="Which system is it?", by=facilitator, now=now)

    message = actions.tell_news(now=now)
    again = actions.tell_news(now=now + dt.timedelta(hours=3))

    assert {delivery.address for delivery in message.deliveries.all()} == {member.email, stranger.email}
    assert again is None
    for secret in (posted.title, posted.public_id, "Which system", question.title, facilitator.get_full_name()):
        assert secret.encode() not in bytes(message.template)
        assert secret not in message.subject
    assert actions.tell_news(now=now + dt.timedelta(days=1)) is None


def test_ones_own_doing_is_no_news_and_an_answer_is(posted, member, stranger, facilitator, now):
    actions.tell_news(now=now)
    later = now + dt.timedelta(days=1)
    own = answered(posted, member, later, unnamed=True)

    assert not Seal.objects.filter(question=posted).with_news().exists()
    answered(posted, stranger, later)
    assert Seal.objects.filter(question=posted).with_news().exists()
    assert not Seal.objects.filter(answer=own).with_news().exists()


def test_an_answer_in_what_theirs_was_joined_to_is_news_and_they_find_it(posted, stranger, facilitator, member, client, now):
    target = QuestionFactory(title="The same again")
    actions.merge(source=posted, target=target, by=facilitator, now=now)
    actions.tell_news(now=now)
    seal = Seal.objects.filter(question=posted)
    seal.update(told_at=now)
    later = now + dt.timedelta(days=1)
    assert not seal.with_news().exists()

    answered(target, stranger, later)

    assert seal.with_news().exists()
    client.force_login(member)
    page = client.get("/question-time/unnamed/").content.decode()
    assert f'<a href="{posted.get_absolute_url()}">' in page
    assert client.get(posted.get_absolute_url()).url == target.get_absolute_url()
    actions.hide_question(question=target, reason="R", by=facilitator, now=later)
    assert f'<a href="{posted.get_absolute_url()}">' not in client.get("/question-time/unnamed/").content.decode()


def test_what_the_threads_asker_adds_is_news_to_whoever_asked_what_was_joined_and_not_to_themselves(
    posted, stranger, facilitator, now
):
    other = actions.ask(title="Another?", body="Words.", audience=Audience.PUBLIC, by=stranger, now=now, unnamed=True)
    actions.approve_post(post=other, by=facilitator, now=now)
    actions.merge(source=posted, target=other, by=facilitator, now=now)
    Seal.objects.update(news_at=None)
    own = answered(other, stranger, now, unnamed=True)
    actions.approve_post(post=own, by=facilitator, now=now)

    assert set(Seal.objects.with_news().values_list("question", flat=True)) == {posted.pk, None}  # None is the answer's


def test_a_note_is_read_by_the_author_alone(posted, member, stranger, facilitator, client, now):
    actions.relay(post=posted, body="Which system is it?", by=facilitator, now=now)

    client.force_login(member)
    assert "Which system is it?" in client.get("/question-time/unnamed/").content.decode()
    for other in (stranger, facilitator):
        client.force_login(other)
        assert "Which system is it?" not in client.get("/question-time/unnamed/").content.decode()


def test_the_title_of_a_thread_that_its_writer_can_no_longer_read_is_not_told_them(member, facilitator, client, now):
    thread = QuestionFactory(title="Who bills by hand?", audience="members")
    actions.approve_post(post=answered(thread, member, now, unnamed=True), by=facilitator, now=now)
    client.force_login(member)
    assert thread.title in client.get("/question-time/unnamed/").content.decode()
    member.memberships.all().delete()

    page = client.get("/question-time/unnamed/").content.decode()

    assert thread.title not in page
    assert "Answer to a question that you can no longer read" in page


# --- Breaking a seal --------------------------------------------------------------------------------


def test_a_name_is_shown_to_who_asked_once_another_agreed_and_the_author_is_told(posted, member, facilitator, administrator, now):
    asked = actions.ask_to_break_seal(post=posted, reason="A court asks.", by=administrator, now=now)

    with pytest.raises(PermissionDenied):
        actions.break_seal(asked=asked, by=administrator, now=now)
    with pytest.raises(PermissionDenied):
        actions.second_breaking(asked=asked, by=administrator, now=now)
    actions.second_breaking(asked=asked, by=facilitator, now=now)
    with pytest.raises(PermissionDenied):
        actions.break_seal(asked=asked, by=facilitator, now=now)
    assert actions.break_seal(asked=asked, by=administrator, now=now) == member
    with pytest.raises(PermissionDenied):
        actions.break_seal(asked=asked, by=administrator, now=now + dt.timedelta(hours=25))

    assert "A court asks." in SealedNote.objects.get().body
    assert Seal.objects.with_news().exists()


def test_the_author_is_not_told_where_the_law_forbids_it(posted, facilitator, administrator, now):
    asked = actions.ask_to_break_seal(post=posted, reason="A court asks.", by=administrator, now=now, tells_author=False)
    actions.second_breaking(asked=asked, by=facilitator, now=now)
    actions.break_seal(asked=asked, by=administrator, now=now)

    assert not SealedNote.objects.exists()


def test_who_asked_for_a_name_is_never_deleted_and_never_the_second(posted, administrator, now):
    asked = actions.ask_to_break_seal(post=posted, reason="A court asks.", by=administrator, now=now)

    with pytest.raises(TypeError):
        asked.delete()
    with pytest.raises(TypeError):
        SealBreak.objects.all().delete()
    asked.second, asked.seconded_at = administrator, now
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


def test_the_name_stands_in_the_answer_to_the_press_and_nowhere_else(posted, member, facilitator, administrator, client, now):
    client.force_login(administrator)
    client.post(f"/question-time/unnamed/{posted.public_id}/break-seal/", {"reason": "A court asks."})
    asked = SealBreak.objects.get()
    client.force_login(facilitator)
    client.post(f"/question-time/seals/{asked.public_id}/agree/")
    client.force_login(administrator)

    pressed = client.post(f"/question-time/seals/{asked.public_id}/show/")

    assert member.email in pressed.content.decode()
    assert "no-store" in pressed["Cache-Control"]
    assert member.email not in client.get("/question-time/seals/").content.decode()


# --- Keys, and being forgotten ----------------------------------------------------------------------


def test_without_a_key_nobody_is_offered_it_and_a_check_says_so(settings, member, client):
    settings.HUB_SEAL_KEYS = []

    client.force_login(member)
    page = client.get("/question-time/ask/").content.decode()

    assert "Leave out my name" not in page
    assert [found.id for found in run_checks() if found.id.startswith("forum.")] == ["forum.W001"]


def test_a_key_that_is_none_is_found_at_the_start(settings):
    settings.HUB_SEAL_KEYS = ["not a key"]

    assert [found.id for found in run_checks() if found.id.startswith("forum.")] == ["forum.E001"]


def test_a_new_key_seals_and_the_old_one_can_go_afterwards(settings, question, member):
    old, new = settings.HUB_SEAL_KEYS[0], Fernet.generate_key().decode()
    settings.HUB_SEAL_KEYS = [new, old]
    actions.reseal()
    settings.HUB_SEAL_KEYS = [new]

    assert list(Seal.objects.by(member)) == [Seal.objects.get()]
    assert sealing.opened(question.public_id, Seal.objects.get().ciphertext) == member.public_id


def test_sealing_again_without_the_old_key_changes_nothing_and_says_so(settings, question):
    before = Seal.objects.values().get()
    settings.HUB_SEAL_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="not in HUB_SEAL_KEYS"):
        call_command("reseal")

    assert Seal.objects.values().get() == before


def test_whoever_leaves_takes_the_seal_along(posted, member, stranger, facilitator, administrator, now):
    actions.relay(post=posted, body="Which system is it?", by=facilitator, now=now)
    assert personal_data.export(member)["forum"]["written_without_your_name"][0]["title"] == posted.title
    asked = actions.ask_to_break_seal(post=posted, reason="A court asks.", by=administrator, now=now)
    actions.second_breaking(asked=asked, by=facilitator, now=now)

    personal_data.erase(member)

    assert not Seal.objects.exists()
    assert Question.objects.get(pk=posted.pk).author_name == "Asker"
    with pytest.raises(actions.NotOpen):
        actions.break_seal(asked=asked, by=administrator, now=now)


def test_the_address_of_who_was_told_is_forgotten_when_the_mail_has_gone(posted, now):
    from hub.mail import actions as mail

    message = actions.tell_news(now=now)
    Delivery.objects.filter(message=message).update(state=Delivery.State.ACCEPTED, settled_at=now, next_attempt_at=None)
    mail.blank_old(now)

    assert not Delivery.objects.filter(message=message).exclude(address="").exists()
    assert Message.objects.filter(pk=message.pk).exists()


def test_a_comment_can_be_unnamed_too(posted, stranger, now):
    comment = actions.comment(on=posted, body="Us too.", by=stranger, now=now, unnamed=True)

    assert Comment.objects.values("author", "council").get(pk=comment.pk) == {"author": None, "council": None}
    assert Seal.objects.get(comment=comment).is_by(stranger)


def test_no_file_goes_with_it(member, client):
    client.force_login(member)
    file = SimpleUploadedFile("plan.csv", b"a,b\n1,2\n")

    page = client.post(
        "/question-time/ask/",
        {"title": "Whose?", "body": "Words.", "audience": "public", "unnamed": "on", "file_1": file},
    ).content.decode()

    assert "Take plan.csv out" in page
    assert not Question.objects.exists()


def test_no_draft_is_kept_and_an_earlier_one_goes(member, client):
    client.force_login(member)
    words = {"title": "Whose?", "body": "Words.", "submission": "typed-once"}

    assert client.post("/question-time/drafts/save/", words).json() == {"state": "saved"}
    assert client.post("/question-time/drafts/save/", {**words, "unnamed": "on"}).json() == {"state": "unnamed"}
    client.post("/question-time/ask/", {**words, "audience": "public", "unnamed": "on", "save": "1"})
    client.post("/question-time/ask/", {**words, "unnamed": "on"})  # refused: nobody is said to read it

    assert not Draft.objects.exists()
    assert not Question.objects.exists()


@pytest.mark.parametrize("press", ["save", "preview"])
def test_a_press_that_does_not_post_drops_the_earlier_draft_too(member, client, press):
    client.force_login(member)
    words = {"title": "Whose?", "body": "Words.", "submission": "typed-once"}
    client.post("/question-time/drafts/save/", words)

    page = client.post("/question-time/ask/", {**words, "unnamed": "on", press: "1"})

    assert page.context["form"]["unnamed"].value() is True
    assert not Draft.objects.exists()


def test_a_draft_of_ones_reply_does_not_untick_the_box(client, posted, member, now):
    place = {"form": Draft.Form.ANSWER, "post_id": posted.public_id, "question": posted}
    actions.save_draft(submission="reply", typed={"body": ["It was us."]}, by=member, now=now, **place)
    client.force_login(member)

    for address in (posted.get_absolute_url(), f"/question-time/{posted.public_id}/answer/?draft=reply"):
        page = client.get(address)
        assert "It was us." in page.content.decode()
        assert page.context["form"]["unnamed"].value() is True
