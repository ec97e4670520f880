"""What is new, how somebody hears, and the links in mails."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.models import Question
from hub.core import personal_data
from hub.core.audience import Audience
from hub.core.following import Cadence
from hub.mail.models import OptOut
from hub.notifications import actions, links, queries
from hub.notifications.models import MutedThread, Notification, Preference
from taxonomy.actions import follow as follow_term
from taxonomy.models import Follow
from tests.factories.forum import QuestionFactory
from tests.factories.taxonomy import ConceptFactory
from tests.hub.notifications.conftest import told_to

BACKEND = "hub.members.backends.SignInBackend"
LIST, SETTINGS = "/account/notifications/", "/account/notifications/settings/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_member(client, member) -> Client:
    client.force_login(member, backend=BACKEND)
    return client


@pytest.fixture
def term(member, now):
    concept = ConceptFactory(label="Single view")
    follow_term(concept=concept, by=member, now=now)
    return concept


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_list_says_what_happened_and_why(as_member, tell, question, member):
    tell(question, {member: ["asked-it", "named-in-it"]})

    content = text_of(as_member.get(LIST))
    assert "One is new to you." in content
    assert "New · New answer Who counted contact?" in content
    assert "You hear of this because you asked it, and because somebody named you." in content


def test_the_header_says_how_many_are_new_on_every_page(as_member, tell, question, member):
    assert "new for you" not in text_of(as_member.get("/a-z/"))
    tell(question, {member: ["asked-it"]})
    tell(question, {member: ["asked-it"]})

    assert "2 new for you" in text_of(as_member.get("/a-z/"))


def test_the_header_costs_a_visitor_nothing_and_others_one_query(member, visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        queries.number_new(visitor)
    with django_assert_num_queries(1):
        queries.number_new(member)


def test_what_may_no_longer_be_seen_is_neither_listed_nor_counted(as_member, tell, question, member):
    tell(question, {member: ["asked-it"]})
    Question.objects.update(status=Question.Status.HIDDEN)

    assert queries.number_new(member) == 0
    assert "Nothing yet" in text_of(as_member.get(LIST))


def test_what_is_members_own_does_not_count_for_who_waits(tell, question, pending):
    Question.objects.update(audience=Audience.MEMBERS)
    tell(question, {pending: ["asked-it"]})

    assert queries.number_new(pending) == 0


def test_pages_are_full_whatever_is_hidden_between(as_member, tell, question, member, now):
    hidden = QuestionFactory(hidden=True)
    for minute in range(25):
        for about in (question, hidden):
            tell(about, {member: ["asked-it"]}, now=now + dt.timedelta(minutes=minute))

    assert as_member.get(LIST).content.decode().count("<li>\n") >= 20
    assert "page=2" in as_member.get(LIST).content.decode()
    assert "page=3" not in as_member.get(LIST).content.decode()


def test_one_is_marked_as_read(as_member, tell, question, member):
    tell(question, {member: ["asked-it"]})
    response = as_member.post(reverse("notifications:read", args=[told_to(member)[0].public_id]), follow=True)

    assert "You have read everything." in text_of(response)


def test_every_button_of_the_list_carries_its_token(tell, question, member):
    """A press from a browser, which the tests' own client does not ask for."""
    tell(question, {member: ["asked-it"]})
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member, backend=BACKEND)
    page = browser.get(LIST).content.decode()

    forms = re.findall(
        r'<form method="post" action="([^"]+)">\s*<input type="hidden" name="csrfmiddlewaretoken" value="(\w+)"', page
    )
    assert len(forms) == 3  # all, this one, and no more of it
    assert browser.post(forms[1][0], {"csrfmiddlewaretoken": forms[1][1]}).status_code == 302


def test_all_are_marked_as_read(as_member, tell, question, member):
    tell(question, {member: ["asked-it"]})
    tell(question, {member: ["asked-it"]})
    newest = re.search(r'name="until" value="(\w+)"', as_member.get(LIST).content.decode())[1]
    as_member.post(LIST + "read/", {"until": newest})

    assert queries.number_new(member) == 0


def test_the_list_costs_the_same_however_long(as_member, tell, question, member, term, assert_constant_queries):
    def grow(number: int = 15) -> None:
        for _ in range(number):
            tell(QuestionFactory(), {member: ["asked-it", f"term:{term.public_id}"]})

    grow(2)
    assert_constant_queries(lambda: as_member.get(LIST), grow=grow)


def test_a_conversation_is_muted_and_heard_again(as_member, tell, question, member):
    tell(question, {member: ["asked-it"]})
    thread = f"thread:{question.public_id}"
    assert "You hear no more of “Who counted contact?”" in text_of(as_member.post(LIST + "mute/", {"thread": thread}, follow=True))
    assert MutedThread.objects.filter(person=member, thread=thread).exists()
    assert "What you hear no more of Who counted contact?" in text_of(as_member.get(SETTINGS))

    as_member.post(LIST + "unmute/", {"thread": thread})
    assert not MutedThread.objects.exists()


@pytest.mark.parametrize("thread", ["thread:nothing", "nothing", "", "unheard:of"])
def test_what_is_no_conversation_cannot_be_muted(as_member, thread):
    assert as_member.post(LIST + "mute/", {"thread": thread}).status_code == 404


# --- How somebody hears -------------------------------------------------------------------------


def answers(**changes: str) -> dict[str, str]:
    groups = {f"group-{group}": "daily" for group in ("own", "help", "threads", "terms", "systems", "new")}
    return {"mail": "all", **groups, **changes}


def test_the_choice_is_kept(as_member, member, term):
    stored = f"term:{term.public_id}"
    response = as_member.post(SETTINGS, answers(**{f"follow-{stored}": "at-once", "group-own": "site"}), follow=True)

    assert "Your choice is saved." in text_of(response)
    assert Preference.objects.get().cadences["own"] == "site"
    assert Follow.objects.get().cadence == Cadence.AT_ONCE


def test_a_follow_that_was_not_on_the_page_keeps_its_cadence(as_member, member, term):
    Follow.objects.update(cadence="at-once")
    as_member.post(SETTINGS, answers())

    assert Follow.objects.get().cadence == Cadence.AT_ONCE


def test_a_form_that_was_tampered_with_says_so(as_member, db):
    assert "Choose one of these." in text_of(as_member.post(SETTINGS, answers(mail="loud")))
    assert not Preference.objects.exists()


def test_without_mail_the_ledger_is_told_and_with_mail_again(as_member, member):
    as_member.post(SETTINGS, answers(mail="none"))
    assert OptOut.objects.filter(stream="notifications").exists()

    as_member.post(SETTINGS, answers(mail="all"))
    assert not OptOut.objects.exists()


def test_what_is_unfollowed_is_followed_again_with_one_press_and_its_cadence(as_member, member, term):
    Follow.objects.update(cadence="at-once")
    response = as_member.post(LIST + "unfollow/", {"what": f"term:{term.public_id}"}, follow=True)
    content = response.content.decode()
    assert "You no longer follow “Single view”." in text_of(response)
    assert not Follow.objects.exists()

    form = dict(re.findall(r'name="(what|cadence)" value="([^"]*)"', content)[:2])
    as_member.post(LIST + "follow/", form)
    assert Follow.objects.get().cadence == Cadence.AT_ONCE


@pytest.mark.parametrize("what", ["term:nothing", "term", "asked-it", "unheard:of", ""])
def test_what_cannot_be_followed_is_missing(as_member, what):
    for button in ("follow/", "unfollow/"):
        assert as_member.post(LIST + button, {"what": what}).status_code == 404


def test_the_settings_cost_the_same_however_much_is_followed(as_member, member, now, assert_constant_queries):
    def grow(number: int = 9) -> None:
        for _ in range(number):
            follow_term(concept=ConceptFactory(), by=member, now=now)
            actions.mute(thread=f"thread:{QuestionFactory().public_id}", by=member, now=now)

    grow(2)
    assert_constant_queries(lambda: as_member.get(SETTINGS), grow=grow)


# --- Links in mails -----------------------------------------------------------------------------


def path_of(url: str) -> str:
    return url.removeprefix("http://testserver")


def test_opening_a_link_changes_nothing_and_pressing_does(client, member, term, question):
    stored, thread = f"term:{term.public_id}", f"thread:{question.public_id}"
    address = path_of(links.stop_url(member, [stored, "asked-it"], thread))
    for _ in range(3):
        assert "you follow the term “Single view”" in text_of(client.get(address))
        client.head(address)
    assert not MutedThread.objects.exists()

    scanner = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = scanner.post(address, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert "Done" in text_of(response)
    assert Follow.objects.get().cadence == Cadence.SITE
    assert MutedThread.objects.get().thread == thread


def test_what_is_neither_followed_nor_a_conversation_stops_by_its_kind(client, member):
    client.post(path_of(links.stop_url(member, ["asked-it"], "")))

    assert Preference.objects.get().cadences == {"own": "site"}


@pytest.mark.parametrize("mail", ["at-once", "none"])
def test_a_link_goes_down_and_never_up(client, member, mail):
    client.post(path_of(links.less_mail_url(member, Preference.Mail(mail))))
    assert Preference.objects.get().mail == mail

    client.post(path_of(links.less_mail_url(member, Preference.Mail.AT_ONCE)))
    assert Preference.objects.get().mail == mail


def test_the_link_of_somebody_who_has_gone_answers_the_same(client, member, stranger):
    theirs, gone = (path_of(links.less_mail_url(person, Preference.Mail.NONE)) for person in (stranger, member))
    personal_data.erase(member)

    assert text_of(client.post(gone)).replace(gone, "") == text_of(client.post(theirs)).replace(theirs, "")


def test_a_forged_link_says_that_it_is_not_whole(client, db):
    assert "This link is not whole" in text_of(client.get(LIST + "stop/forged/"))


# --- One's data ---------------------------------------------------------------------------------


def test_a_copy_has_what_one_may_see_and_erasure_leaves_nothing(tell, question, member, now):
    tell(question, {member: ["asked-it"]})
    tell(QuestionFactory(hidden=True), {member: ["asked-it"]})
    actions.mute(thread=f"thread:{question.public_id}", by=member, now=now)
    actions.choose(by=member, mail_wanted=Preference.Mail.NONE, cadences={}, now=now)

    copy = personal_data.export(member)["hub.notifications"]
    assert [row["of"] for row in copy["notifications"]] == [question.public_id]
    assert copy["threads_muted"]
    personal_data.erase(member)

    for model in (Notification, Preference, MutedThread):
        assert not model.objects.exists()
