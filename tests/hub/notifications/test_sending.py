"""What goes by mail, when, and what no longer goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from unittest import mock

import pytest

from forum.models import Question
from hub.core.audience import Audience
from hub.core.following import Cadence
from hub.mail import sender
from hub.mail.models import Delivery, Lane, Message
from hub.members.models import Membership
from hub.notifications import actions, letters
from hub.notifications.models import Notification, Preference
from taxonomy.actions import follow as follow_term
from tests.factories.mail import ScriptedTransport
from tests.factories.taxonomy import ConceptFactory
from tests.hub.notifications.conftest import told_to

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# British Summer Time: 07:00 in London is 06:00 UTC.
SEVEN = dt.datetime(2026, 5, 6, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def followed(member, now) -> str:
    """A term that the member follows, as a reason."""
    concept = ConceptFactory(label="Single view")
    follow_term(concept=concept, by=member, now=now)
    return f"term:{concept.public_id}"


def mailed(now: dt.datetime) -> list[EmailMessage]:
    """Everything that the ledger hands over now."""
    transport = ScriptedTransport()
    with mock.patch("django.utils.timezone.now", return_value=now):
        sender.drain(Lane.NOTICE, transport, now)
    return [message_from_bytes(envelope.data, policy=policy.default) for envelope in transport.handed]


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def test_what_is_ones_own_goes_at_once_and_once(tell, question, member, now):
    tell(question, {member: ["asked-it", "named-in-it"]})

    assert actions.post_at_once(now) == 1
    assert actions.post_at_once(now) == 0
    (mail,) = mailed(now)
    assert mail["To"] == member.email
    assert "you asked it, and because somebody named you" in text_of(mail)
    assert mailed(now) == []


def test_a_run_that_is_killed_before_it_ends_sends_it_the_next_time(tell, question, member, now):
    tell(question, {member: ["asked-it"]})
    with mock.patch.object(letters, "post", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        actions.post_at_once(now)
    actions.post_at_once(now)

    assert len(mailed(now)) == 1


def test_two_runs_that_took_the_same_row_send_it_once(tell, question, member, now):
    tell(question, {member: ["asked-it"]})
    write = letters.of_one

    def other_run_first(*args):
        with mock.patch.object(letters, "of_one", write):
            actions.post_at_once(now)
        return write(*args)

    with mock.patch.object(letters, "of_one", other_run_first):
        actions.post_at_once(now)

    assert Message.objects.count() == 1
    assert len(mailed(now)) == 1


def test_a_mail_that_cannot_be_written_keeps_nobody_waiting(tell, question, member, colleague, now):
    tell(question, {member: ["asked-it"]})
    tell(question, {colleague: ["asked-it"]}, now=now + HOUR)
    write = letters.of_one

    def fails_for_the_first(person, item):
        if person == member:
            raise RuntimeError
        return write(person, item)

    with mock.patch.object(letters, "of_one", fails_for_the_first):
        actions.post_at_once(now)

    assert [mail["To"] for mail in mailed(now)] == [colleague.email]
    assert told_to(member)[0].cadence == Cadence.DAILY


# --- Once a day ---------------------------------------------------------------------------------


def test_one_mail_a_day_at_seven_with_everything_up_to_then(tell, question, member, followed, now):
    tell(question, {member: [followed]}, kind="told-asked")
    tell(question, {member: [followed]})

    assert actions.post_daily(SEVEN - dt.timedelta(seconds=1)) == 0
    assert actions.post_daily(SEVEN) == 1
    (mail,) = mailed(SEVEN)
    assert mail["Subject"] == "What is new in what you follow, 6 May 2026"
    assert "2 things are new" in text_of(mail)
    assert "you follow the term “Single view”" in text_of(mail)


def test_what_comes_after_seven_waits_for_the_next_day(tell, question, member, followed, now):
    tell(question, {member: [followed]}, now=SEVEN + dt.timedelta(minutes=1))

    assert actions.post_daily(SEVEN + HOUR) == 0
    assert actions.post_daily(SEVEN + DAY) == 1


def test_nothing_new_is_no_mail(member, db):
    assert actions.post_daily(SEVEN) == 0


def test_a_second_run_of_the_day_sends_nothing(tell, question, member, followed, now):
    tell(question, {member: [followed]})
    actions.post_daily(SEVEN)
    Notification.objects.update(settled_at=None, letter="")  # as if the first run had not got to the end

    assert actions.post_daily(SEVEN + HOUR) == 0
    assert Message.objects.count() == 1


def test_a_daily_run_that_is_killed_sends_it_the_next_time(tell, question, member, followed, now):
    tell(question, {member: [followed]})
    with mock.patch.object(letters, "post", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        actions.post_daily(SEVEN)
    actions.post_daily(SEVEN + HOUR)

    assert len(mailed(SEVEN + HOUR)) == 1


def test_a_worker_that_was_away_sends_one_mail_and_no_old_pile(tell, question, member, followed, now):
    tell(question, {member: [followed]})
    tell(question, {member: [followed]}, now=now + 20 * DAY)

    actions.post_daily(SEVEN + 21 * DAY)

    (mail,) = mailed(SEVEN + 21 * DAY)
    assert "1 thing is new" in text_of(mail)


@pytest.mark.parametrize(("month", "utc_hour"), [(1, 7), (7, 6)])
def test_seven_is_seven_in_london_in_summer_and_winter(tell, question, member, followed, month, utc_hour):
    seven = dt.datetime(2026, month, 15, utc_hour, 0, tzinfo=dt.UTC)
    tell(question, {member: [followed]}, now=seven - HOUR)

    assert actions.post_daily(seven - dt.timedelta(minutes=1)) == 0
    assert actions.post_daily(seven) == 1


# --- What they want no more ---------------------------------------------------------------------


def _unfollows(member, question, followed, now):
    actions.unfollow_one(stored=followed, by=member)


def _mutes(member, question, followed, now):
    actions.mute(thread=f"thread:{question.public_id}", by=member, now=now)


def _wants_it_on_the_site(member, question, followed, now):
    actions.choose(by=member, mail_wanted=Preference.Mail.ALL, cadences={"own": "site", "terms": "site"}, now=now)


def _wants_no_mail(member, question, followed, now):
    actions.want_less_mail(by=member, mail_wanted=Preference.Mail.NONE, now=now)


def _is_suspended(member, question, followed, now):
    member.is_active = False
    member.save()


def _has_left(member, question, followed, now):
    Membership.objects.filter(user=member).update(ended_at=now)


def _is_hidden(member, question, followed, now):
    Question.objects.update(status=Question.Status.HIDDEN)


CHANGES_OF_MIND = [_mutes, _wants_it_on_the_site, _wants_no_mail, _is_suspended, _has_left, _is_hidden]


@pytest.mark.parametrize("change", CHANGES_OF_MIND)
def test_what_changes_before_the_mail_is_written_stops_it(tell, question, member, followed, now, change: Callable[..., None]):
    tell(question, {member: ["asked-it"]})
    change(member, question, followed, now)
    actions.post_at_once(now)

    assert mailed(now) == []
    assert told_to(member)[0].settled_at == now


@pytest.mark.parametrize("change", CHANGES_OF_MIND)
def test_what_changes_before_it_is_handed_over_stops_it_too(tell, question, member, followed, now, change: Callable[..., None]):
    tell(question, {member: ["asked-it"]})
    actions.post_at_once(now)
    change(member, question, followed, now)

    assert mailed(now) == []
    assert Delivery.objects.get().state == Delivery.State.SKIPPED


@pytest.mark.parametrize("change", [*CHANGES_OF_MIND, _unfollows])
def test_the_daily_mail_knows_of_changes_too(tell, question, member, followed, now, change: Callable[..., None]):
    tell(question, {member: [followed]})
    change(member, question, followed, now)
    actions.post_daily(SEVEN)

    assert mailed(SEVEN) == []


def test_what_may_still_be_told_of_a_daily_mail_goes_with_the_next(tell, question, member, followed, now):
    from tests.factories.forum import QuestionFactory

    hidden = QuestionFactory(title="Who fell out with whom?")
    tell(question, {member: [followed]})
    tell(hidden, {member: [followed]})
    actions.post_daily(SEVEN)
    Question.objects.filter(pk=hidden.pk).update(status=Question.Status.HIDDEN)

    assert mailed(SEVEN) == []
    actions.post_daily(SEVEN + DAY)
    (mail,) = mailed(SEVEN + DAY)
    assert "Who counted contact?" in text_of(mail)
    assert "fell out" not in str(mail)


# --- What stands in them ------------------------------------------------------------------------


def test_a_mail_about_what_everybody_may_read_has_an_extract(tell, question, member, now):
    tell(question, {member: ["asked-it"]})
    actions.post_at_once(now)

    (mail,) = mailed(now)
    assert "We did, twice." in text_of(mail)


def test_a_mail_about_what_members_read_has_a_link_and_the_title_only(tell, question, member, now):
    Question.objects.update(audience=Audience.MEMBERS)
    tell(question, {member: ["asked-it"]})
    actions.post_at_once(now)

    (mail,) = mailed(now)
    assert "We did, twice." not in str(mail)
    assert question.get_absolute_url() in text_of(mail)


def test_what_is_closed_to_members_after_the_mail_was_written_goes_without_its_extract(tell, question, member, now):
    tell(question, {member: ["asked-it"]})
    actions.post_at_once(now)
    Question.objects.update(audience=Audience.MEMBERS)

    assert mailed(now) == []
    actions.post_at_once(now)
    (mail,) = mailed(now)
    assert "We did, twice." not in str(mail)


def test_whoever_may_not_read_it_gets_nothing_and_the_others_do(tell, question, member, pending, now):
    Question.objects.update(audience=Audience.MEMBERS)
    tell(question, {member: ["asked-it"], pending: ["asked-it"]})
    actions.post_at_once(now)

    assert [mail["To"] for mail in mailed(now)] == [member.email]


def test_mail_programs_keep_a_conversation_together_and_can_leave_it(tell, question, member, now):
    for kind in ("told-asked", "told-answered"):
        tell(question, {member: ["asked-it"]}, kind=kind)
    actions.post_at_once(now)

    first, second = mailed(now)
    root = f"<thread.{question.public_id}@testserver>"
    assert first["Subject"] == second["Subject"] == "Who counted contact?"
    assert first["References"] == second["References"] == second["In-Reply-To"] == root
    assert first["List-Id"] == "<notifications-own.testserver>"
    assert first["Archived-At"].startswith("<http://testserver/")
    assert question.public_id in first["Archived-At"]
    assert first["List-Unsubscribe"].startswith("<http://testserver/account/notifications/stop/")
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_words_of_a_mail(tell, question, member, now):
    """As it is read by whoever reads text."""
    tell(question, {member: ["asked-it", "runs-it"]})
    actions.post_at_once(now)

    (mail,) = mailed(now)
    lines = [line for line in text_of(mail).strip().splitlines() if "/stop/" not in line]
    assert lines == [
        "New answer: Who counted contact?",
        "",
        "We did, twice.",
        "",
        f"http://testserver{question.get_absolute_url()}",
        "",
        "You hear of this because you asked it, and because your council runs the system.",
        "",
        "-- ",
        "STEP hub",
        "http://testserver/",
        "",
        "Choose what you hear of, and how: http://testserver/account/notifications/settings/",
        "We do not track what you open.",
    ]
    html = mail.get_body(("html",)).get_content()
    assert "<h1" in html
    assert 'lang="en-GB"' in html


def test_a_title_is_text_in_the_html(tell, question, member, now):
    Question.objects.update(title="<b>Bold</b> & [[unsubscribe_url]]", body="<img src=x onerror=alert(1)>")
    tell(question, {member: ["asked-it"]})
    actions.post_at_once(now)

    (mail,) = mailed(now)
    html = mail.get_body(("html",)).get_content()
    assert "&lt;b&gt;Bold" in html
    assert "<img" not in html


def test_what_is_old_is_forgotten(tell, question, member, now):
    tell(question, {member: ["asked-it"]}, now=now - 91 * DAY)
    tell(question, {member: ["asked-it"]}, now=now - 89 * DAY)

    assert actions.forget_old(now) == 1
    assert len(told_to(member)) == 1
