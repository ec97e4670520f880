"""One queue for two people: claim, decide, undo; whoever comes second is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from forum import actions as forum
from forum.models import Answer, Post, Question
from hub.desk import actions, queries
from hub.desk.actions.deciding import CannotUndo, ClaimedByAnother
from hub.desk.models import Claim, DeskEntry, Report
from hub.desk.trays import TRAYS
from hub.desk.trays.base import ChangedMeanwhile, DecidedAlready
from hub.library.models import BriefingPaperPage
from hub.members.models import Membership
from tests.factories.desk import ReasonTemplateFactory, ReportFactory
from tests.factories.forum import AnswerFactory, CommentFactory, HelpRequestFactory, QuestionFactory
from tests.factories.members import ComplaintFactory, MembershipFactory, SupplierClaimFactory
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory
from tests.factories.stepshare import ProductFactory, ProposedEntryFactory
from tests.factories.taxonomy import ProposalFactory

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
REPORTS = TRAYS["report"]
HELD = (QuestionFactory, AnswerFactory, CommentFactory)


def one_of_each(number=1):
    for _ in range(number):
        ReportFactory()
        ReportFactory(thing=AnswerFactory(), kind="answer")
        for held in HELD:
            held(status=Post.Status.HELD)
        MembershipFactory(pending=True)
        SupplierClaimFactory()
        ProposedEntryFactory()
        ProposalFactory()
        ComplaintFactory()
        proposed()


def proposed(question=None):
    """Somebody who may know, and whom nobody has asked."""
    given = {"question": question} if question else {}
    return HelpRequestFactory(state="proposed", sent_at=None, expires_at=None, **given)


def decide(report, decision, by, now, reason="Because."):
    return actions.decide(tray=REPORTS, key=report.public_id, decision=decision, reason=reason, by=by, now=now)


# --- The queue --------------------------------------------------------------------------------------


def test_everything_that_waits_is_in_one_list(facilitator, now):
    one_of_each()

    found = queries.queue(facilitator, {}, now)

    assert {line.item.tray for line in found.lines} == set(TRAYS)
    assert found.number == len(found.lines) == 11
    assert queries.number_waiting(facilitator) == 11


def test_a_late_notice_stands_before_everything_and_the_rest_by_its_day(facilitator, now):
    ReportFactory(why="wrong", received_at=now - 30 * DAY)
    notice = ReportFactory(why="unlawful", received_at=now - 7 * DAY)
    waits = MembershipFactory(pending=True, started_at=now - 2 * DAY)
    later = ReportFactory(why="wrong", received_at=now)

    found = queries.queue(facilitator, {}, now)

    keys = [line.item.key for line in found.lines]
    assert (keys[0], keys[2:], found.late) == (notice.public_id, [waits.public_id, later.public_id], 2)


def test_it_can_be_narrowed(facilitator, as_, now):
    one_of_each()
    key = ReportFactory().public_id
    actions.claim(tray=REPORTS, key=key, by=facilitator, now=now)

    assert len(queries.queue(facilitator, {"show": "report"}, now).lines) == 3
    assert [line.item.key for line in queries.queue(facilitator, {"mine": "yes"}, now).lines] == [key]
    assert all(line.is_late for line in queries.queue(facilitator, {"late": "yes"}, now).lines)
    assert as_(facilitator).get("/desk/?show=complaint").status_code == 200


def test_it_costs_the_same_however_much_waits(facilitator, as_, assert_constant_queries, now):
    client = as_(facilitator)
    one_of_each(2)
    decide(ReportFactory(), "dismiss", facilitator, now)

    def grow():
        one_of_each(4)
        for _ in range(5):
            decide(ReportFactory(), "hide", facilitator, now)

    assert_constant_queries(lambda: client.get("/desk/"), grow=grow)
    assert_constant_queries(lambda: client.get("/desk/decided/"), grow=grow)


def test_nothing_waits_is_said_with_something_to_do(facilitator, as_):
    assert "Nothing waits" in as_(facilitator).get("/desk/").content.decode()


def test_nobody_else_has_a_desk(member, editor, lead, as_, client):
    report = ReportFactory()

    assert {
        as_(who).get(url).status_code for who in (member, editor, lead) for url in ("/desk/", f"/desk/report/{report.public_id}/")
    } == {404}
    assert client.get("/desk/")["Location"].startswith("/account/login/")


# --- Deciding ---------------------------------------------------------------------------------------


def test_hiding_what_was_reported_and_undoing_it(facilitator, now):
    question = QuestionFactory()
    report = ReportFactory(thing=question)

    entry = decide(report, "hide", facilitator, now)
    assert not Question.objects.open().exists()
    actions.undo(entry=entry, by=facilitator, now=now + HOUR)

    report.refresh_from_db()
    assert Question.objects.open().get() == question
    assert (report.is_open, report.decided_at, report.answer) == (True, None, "")


def test_a_page_comes_back_as_readers_saw_it_not_as_its_latest_draft(facilitator, home_page, now):
    page = BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory(parent=home_page), title="As it was")
    page.save_revision().publish()
    page.title = "Half done"
    page.save_revision()
    report = ReportFactory(thing=page, kind="page")

    entry = decide(report, "hide", facilitator, now)
    assert not BriefingPaperPage.objects.live().exists()
    actions.undo(entry=entry, by=facilitator, now=now)

    assert BriefingPaperPage.objects.live().get().title == "As it was"


def test_undoing_shows_nothing_that_somebody_else_had_hidden(facilitator, now):
    question = QuestionFactory()
    report = ReportFactory(thing=question)
    forum.hide_question(question=question, reason="Spam", by=facilitator, now=now)

    actions.undo(entry=decide(report, "hide", facilitator, now), by=facilitator, now=now)

    assert not Question.objects.open().exists()


def test_a_question_that_was_joined_to_another_is_hidden_and_had_back(facilitator, visitor, now):
    question, target = QuestionFactory(), QuestionFactory()
    forum.merge(source=question, target=target, by=facilitator, now=now)
    report = ReportFactory(thing=question)

    entry = decide(report, "hide", facilitator, now)
    assert question not in Question.objects.read_by(visitor)
    assert target in Question.objects.read_by(visitor)
    actions.undo(entry=entry, by=facilitator, now=now)

    assert question in Question.objects.read_by(visitor)


def test_what_still_waits_to_be_posted_is_not_told_as_hidden(facilitator, now):
    report = ReportFactory(thing=QuestionFactory(status="held"))

    with pytest.raises(DecidedAlready, match="not posted"):
        decide(report, "hide", facilitator, now)

    report.refresh_from_db()
    assert report.is_open


def test_what_has_no_switch_can_be_put_right_or_left(facilitator):
    report = ReportFactory(thing=ProductFactory(), kind="system")

    assert [decision.slug for decision in REPORTS.decisions(report, facilitator)] == ["put-right", "dismiss"]


def test_letting_somebody_in_and_thinking_again(facilitator, now):
    waits = MembershipFactory(pending=True, started_at=now - DAY)
    tray = TRAYS["joining"]
    given = {"tray": tray, "key": waits.public_id, "by": facilitator, "now": now}

    for decision in ("approve", "decline"):
        entry = actions.decide(decision=decision, reason="Not yet.", **given)
        assert not tray.awaiting(facilitator).exists()
        actions.undo(entry=entry, by=facilitator, now=now)
        assert list(tray.awaiting(facilitator)) == [waits]


def test_who_has_asked_again_meanwhile_is_not_asked_for_twice(facilitator, now):
    waits = MembershipFactory(pending=True, started_at=now - DAY)
    entry = actions.decide(tray=TRAYS["joining"], key=waits.public_id, decision="decline", reason="Who?", by=facilitator, now=now)
    MembershipFactory(user=waits.user, organisation=waits.organisation, pending=True)

    with pytest.raises(CannotUndo):
        actions.undo(entry=entry, by=facilitator, now=now)
    assert Membership.objects.filter(ended_at=None).count() == 1


def test_nobody_confirms_themselves(facilitator):
    own = MembershipFactory(user=facilitator, pending=True)

    assert TRAYS["joining"].decisions(own, facilitator) == []


def test_a_declined_entry_can_be_had_back(facilitator, now):
    waits = ProposedEntryFactory()
    tray = TRAYS["entry"]
    entry = actions.decide(tray=tray, key=waits.public_id, decision="decline", reason="Two of it.", by=facilitator, now=now)

    actions.undo(entry=entry, by=facilitator, now=now)

    assert list(tray.awaiting(facilitator)) == [waits]


# --- Two people -------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_and_nothing_is_done_twice(facilitator, second, as_, now):
    report = ReportFactory()
    decide(report, "dismiss", facilitator, now)

    response = as_(second).post(f"/desk/report/{report.public_id}/", {"decision": "hide", "reason": "Spam."}, follow=True)

    assert "This no longer waits" in response.content.decode()
    assert Question.objects.open().count() == DeskEntry.objects.count() == 1


def test_what_somebody_is_on_can_be_taken_over_but_not_decided_past_them(facilitator, second, now):
    report = ReportFactory()
    actions.claim(tray=REPORTS, key=report.public_id, by=facilitator, now=now)

    with pytest.raises(ClaimedByAnother):
        decide(report, "dismiss", second, now + HOUR)
    with pytest.raises(ClaimedByAnother):
        actions.claim(tray=REPORTS, key=report.public_id, by=second, now=now + HOUR)
    actions.claim(tray=REPORTS, key=report.public_id, by=second, now=now + HOUR, take_over=True)
    decide(report, "dismiss", second, now + HOUR)

    assert list(DeskEntry.objects.order_by("pk").values_list("decision", flat=True)) == ["take-over", "dismiss"]


def test_a_text_typed_past_a_claim_is_kept(facilitator, second, as_, now):
    report = ReportFactory()
    as_(facilitator).post(f"/desk/report/{report.public_id}/claim/")

    content = as_(second).post(f"/desk/report/{report.public_id}/", {"decision": "hide", "reason": "My words."}).content.decode()

    assert "is on it" in content
    assert "My words." in content


def test_a_claim_ends_by_itself(facilitator, second, now):
    report = ReportFactory()
    actions.claim(tray=REPORTS, key=report.public_id, by=facilitator, now=now)

    decide(report, "dismiss", second, now + 5 * HOUR)


def test_an_undo_is_done_once_and_only_of_the_latest(facilitator, second, now):
    report = ReportFactory()
    first = decide(report, "hide", facilitator, now)
    actions.undo(entry=first, by=second, now=now)

    with pytest.raises(CannotUndo):
        actions.undo(entry=first, by=facilitator, now=now)
    again = decide(report, "dismiss", facilitator, now)
    with pytest.raises(CannotUndo):
        actions.undo(entry=first, by=facilitator, now=now)
    with pytest.raises(CannotUndo, match="two weeks"):
        actions.undo(entry=again, by=facilitator, now=now + 15 * DAY)


# --- Words to decide with ---------------------------------------------------------------------------


def test_choosing_words_keeps_what_was_typed_and_decides_nothing(facilitator, as_):
    report, words = ReportFactory(), ReasonTemplateFactory()
    form = {"decision": "hide", "words": "1", "reason": "Dear Priya,", "fill": "yes"}

    content = as_(facilitator).post(f"/desk/report/{report.public_id}/", form).content.decode()

    assert f"Dear Priya,\n\n{words.text}" in content
    assert 'value="hide"' in content.replace("\n", " ")
    assert Report.objects.open().exists()


def test_a_reason_is_needed_where_somebody_reads_it(facilitator, as_):
    report, waits = ReportFactory(), MembershipFactory(pending=True)
    client = as_(facilitator)

    assert "Say why" in client.post(f"/desk/report/{report.public_id}/", {"decision": "hide"}).content.decode()
    assert client.post(f"/desk/joining/{waits.public_id}/", {"decision": "approve"}).status_code == 302


# --- What is written down ---------------------------------------------------------------------------


def test_the_audit_is_appended_and_never_edited(facilitator, now):
    entry = decide(ReportFactory(), "dismiss", facilitator, now)
    entry.reason = "Another."

    for deed in (entry.save, entry.delete, DeskEntry.objects.all().delete, lambda: DeskEntry.objects.update(reason="Another.")):
        with pytest.raises(TypeError):
            deed()


def test_facilitators_read_what_is_about_moderation_and_administrators_all(facilitator, administrator, editor, now):
    decide(ReportFactory(), "dismiss", facilitator, now)
    DeskEntry.objects.create(area="house", tray="health", key="", decision="export", by=administrator, at=now)

    seen = [DeskEntry.objects.visible_to(who).count() for who in (AnonymousUser(), editor, facilitator, administrator)]
    assert seen == [0, 0, 1, 2]


def test_names_are_not_kept_in_the_audit(facilitator, as_, now):
    waits = MembershipFactory(pending=True, user__first_name="Zan", user__last_name="Thorpe", started_at=now - DAY)
    actions.decide(tray=TRAYS["joining"], key=waits.public_id, decision="approve", reason="", by=facilitator, now=now)
    assert "Zan Thorpe" in as_(facilitator).get("/desk/decided/").content.decode()

    waits.user.first_name = waits.user.last_name = ""
    waits.user.save()

    assert "Zan" not in as_(facilitator).get("/desk/decided/").content.decode()


def test_what_was_decided_elsewhere_says_so(facilitator, as_, now):
    waits = MembershipFactory(started_at=now)

    assert "decided on a page of its own" in as_(facilitator).get(f"/desk/joining/{waits.public_id}/").content.decode()
    assert as_(facilitator).get("/desk/joining/2222222222/").status_code == 404


def test_a_decision_already_made_raises(facilitator, now):
    report = ReportFactory()
    decide(report, "dismiss", facilitator, now)

    with pytest.raises(DecidedAlready):
        actions.claim(tray=REPORTS, key=report.public_id, by=facilitator, now=now)
    assert not Claim.objects.standing(now).exists()


# --- People who could be asked ------------------------------------------------------------------------


def test_whom_nobody_has_asked_yet_waits_at_the_desk_until_one_is(facilitator, member, as_, now):
    tray, first = TRAYS["helpers"], proposed()
    second = proposed(first.question)
    (item,) = tray.items(facilitator, 9)
    assert (item.label, item.what) == ("Who could answer? 2 people may know", first.question.title)
    assert f'href="/question-time/{first.question.public_id}/helpers/"' in as_(facilitator).get("/desk/").content.decode()
    assert as_(facilitator).get(f"/desk/helpers/{item.key}/").status_code == 200
    assert not tray.awaiting(member).exists()

    forum.ask_helpers(question=first.question, requests=[second], by=facilitator, now=now)

    assert not tray.awaiting(facilitator).exists()


def test_who_could_answer_waits_no_longer_once_somebody_has(facilitator):
    AnswerFactory(question=proposed().question)
    HelpRequestFactory()

    assert not TRAYS["helpers"].awaiting(facilitator).exists()


@pytest.mark.parametrize("address", ["/search/similar/report/", "/question-time/seals/"])
def test_the_desk_leads_to_pages_that_stand_in_other_rooms(address, facilitator, administrator, as_):
    for person in (facilitator, administrator):
        client = as_(person)
        assert f'href="{address}"' in client.get("/desk/").content.decode()
        assert client.get(address).status_code == 200


# --- Posts that wait to be posted -------------------------------------------------------------------


@pytest.mark.parametrize("factory", HELD)
def test_a_held_post_is_posted_or_not_and_either_can_be_undone(factory, facilitator, as_, now):
    post = factory(status=Post.Status.HELD)
    tray = TRAYS[f"held-{post._meta.verbose_name}"]
    client, address = as_(facilitator), f"/desk/{tray.slug}/{post.public_id}/"
    assert client.get(address).status_code == 200

    for decision, status in (("approve", Post.Status.OPEN), ("decline", Post.Status.DECLINED)):
        client.post(address, {"decision": decision, "reason": "Because.", "version": post.version})
        post.refresh_from_db()
        assert post.status == status
        assert not tray.awaiting(facilitator).exists()

        client.post(f"/desk/decided/{queries.entries(facilitator)[0].public_id}/undo/")
        assert [row.pk for row in tray.awaiting(facilitator)] == [post.pk]


@pytest.mark.parametrize("factory", HELD)
@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_what_its_author_changed_meanwhile_is_read_again_before_it_is_decided(decision, factory, facilitator, as_, now):
    post = factory(status=Post.Status.HELD)
    client, address = as_(facilitator), f"/desk/held-{post._meta.verbose_name}/{post.public_id}/"
    sent = {"decision": decision, "reason": "It reads well.", "version": post.version}
    type(post).objects.update(body="Buy ours.", body_html="<p>Buy ours.</p>", edited_at=now)

    page = client.post(address, sent).content.decode()

    post.refresh_from_db()
    assert post.is_held
    assert not DeskEntry.objects.exists()
    for shown in ("changed meanwhile", "Buy ours.", "It reads well.", f'name="version" value="{post.version}"'):
        assert shown in page
    client.post(address, sent | {"version": post.version})
    post.refresh_from_db()
    assert not post.is_held


def test_what_changes_between_the_reading_and_the_lock_is_not_decided(facilitator, now, monkeypatch):
    post = AnswerFactory(status=Post.Status.HELD)
    tray = TRAYS["held-answer"]
    first = tray.get(facilitator, post.public_id)
    monkeypatch.setattr(tray, "get", lambda viewer, key: first)
    Answer.objects.update(edited_at=now)

    with pytest.raises(ChangedMeanwhile):
        actions.decide(tray=tray, key=post.public_id, decision="approve", reason="", by=facilitator, now=now, read=post.version)

    post.refresh_from_db()
    assert post.is_held


def test_a_post_without_a_name_names_nobody_at_the_desk(facilitator, as_):
    post = QuestionFactory(status=Post.Status.HELD, author=None, is_sealed=True)

    content = as_(facilitator).get(f"/desk/held-question/{post.public_id}/").content.decode()

    assert "by Asker" in content
    assert "Written without a name" in content
