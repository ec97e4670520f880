"""What an issue may hold, and that its words stand still once it is frozen."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from forum import actions as forum
from hub.bulletin import actions, compose, drafts, editions, looks, writing
from hub.bulletin.contents import fit_to_mail
from hub.bulletin.issue_forms import IssueForm
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.bulletin.refusals import Refusal
from hub.core.audience import Audience
from taxonomy.models import ConceptChange
from tests.factories.bulletin import BulletinIssueFactory
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory
from tests.factories.members import OfficeFactory
from tests.factories.pages import (
    BriefingPaperIndexPageFactory,
    BriefingPaperPageFactory,
    CaseStudyPageFactory,
    EventPageFactory,
    InformationPageFactory,
    members_only,
)
from tests.factories.taxonomy import ConceptFactory, ProposalFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def page_of(response) -> str:
    return response.content.decode()


def url(issue, name="compose") -> str:
    return reverse(f"bulletin:{name}", kwargs={"public_id": issue.public_id})


def press(client, issue, do, follow=False, **typed):
    """The button, on the page as it is now."""
    return client.post(url(issue), {**on_the_page(issue), "do": do, **typed}, follow=follow)


def on_the_page(issue) -> dict[str, str]:
    return dict(hidden_and_typed(BulletinIssue.objects.get(pk=issue.pk)))


def hidden_and_typed(issue):
    form = IssueForm(issue, issue.items.all())
    return ((field.html_name, field.value() or "") for field in form)


def titles(issue) -> list[str]:
    """In the order of the mail."""
    items = editions.ordered(issue)
    shown = writing.parts(editions.live_entries(items, fit_to_mail(items).everything))
    return [entry.title for part in shown for entry in part.entries]


# --- Suggestions ------------------------------------------------------------------------------


def test_a_new_issue_starts_with_what_is_on_what_is_new_and_what_waits(now, facilitator):
    last = BulletinIssueFactory(number=1, sent=True)
    BulletinIssue.objects.filter(pk=last.pk).update(created_at=now - 14 * DAY)
    EventPageFactory(title="Soon", date=(now + 7 * DAY).date())
    EventPageFactory(title="In two months", date=(now + 60 * DAY).date())
    EventPageFactory(title="Called off", date=(now + 7 * DAY).date(), is_cancelled=True)
    EventPageFactory(title="Over", date=(now - DAY).date())
    BriefingPaperPageFactory(title="New paper", first_published_at=now - 3 * DAY)
    CaseStudyPageFactory(title="New case", first_published_at=now - 2 * DAY)
    BriefingPaperPageFactory(title="Old paper", first_published_at=now - 15 * DAY)
    QuestionFactory(title="Longest", asked_at=now - 9 * DAY)
    QuestionFactory(title="Shorter", asked_at=now - 2 * DAY)
    AnswerFactory(question__title="Answered")

    issue = actions.start_issue(by=facilitator, now=now)

    assert issue.number == 2
    assert titles(issue) == ["Soon", "New case", "New paper", "Longest", "Shorter"]


def test_what_only_members_may_read_is_suggested_besides_and_what_nobody_may_is_not(now, facilitator):
    members_only(EventPageFactory(title="Closed clinic", date=(now + DAY).date()))
    members_only(BriefingPaperPageFactory(title="Closed paper", first_published_at=now - DAY))
    EventPageFactory(live=False, date=(now + DAY).date())
    BriefingPaperPageFactory(live=False, first_published_at=now - DAY)
    QuestionFactory(title="Closed question", for_members=True)
    QuestionFactory(hidden=True)
    QuestionFactory(withdrawn=True)

    issue = actions.start_issue(by=facilitator, now=now)

    assert titles(issue) == ["Closed clinic", "Closed paper", "Closed question"]
    assert fit_to_mail(editions.ordered(issue)).public == {}


def test_what_is_closed_takes_the_place_of_nothing_public(now, facilitator):
    public = BriefingPaperPageFactory.create_batch(8, first_published_at=now - 3 * DAY)
    index = members_only(BriefingPaperIndexPageFactory())
    BriefingPaperPageFactory.create_batch(20, parent=index, first_published_at=now - DAY)

    issue = actions.start_issue(by=facilitator, now=now)

    suggested = set(issue.items.values_list("page__title", flat=True))
    assert {paper.title for paper in public} < suggested
    assert len(suggested) == 8 + compose.IN_A_SECTION[Audience.MEMBERS]


def test_a_question_is_suggested_twice_and_then_no_more_but_comes_after_new_ones(now, facilitator, question):
    first = actions.start_issue(by=facilitator, now=now)
    QuestionFactory(title="Younger", asked_at=now - DAY)
    second = actions.start_issue(by=facilitator, now=now + 14 * DAY)
    third = actions.start_issue(by=facilitator, now=now + 28 * DAY)

    assert titles(first) == [question.title]
    assert titles(second) == ["Younger", question.title]
    assert titles(third) == ["Younger"]
    with pytest.raises(Refusal, match="two issues already"):
        actions.add_item(issue=third, obj=question, by=facilitator, now=now)


def test_an_issue_that_was_skipped_uses_nothing_up(now, facilitator, question):
    for _ in range(3):
        issue = actions.start_issue(by=facilitator, now=now)
        assert titles(issue) == [question.title]
        actions.skip(issue=issue, by=facilitator, now=now)


def test_questions_come_by_how_long_they_have_waited_and_for_how_many_councils(now, facilitator):
    QuestionFactory(title="Nine days", asked_at=now - 9 * DAY)
    wanted = QuestionFactory(title="Five days, three councils", asked_at=now - 5 * DAY)
    InterestFactory.create_batch(2, question=wanted)
    QuestionFactory(title="Two days", asked_at=now - 2 * DAY)

    assert titles(actions.start_issue(by=facilitator, now=now)) == ["Five days, three councils", "Nine days", "Two days"]


def test_a_new_version_of_a_paper_is_news_once(now, facilitator):
    BriefingPaperPageFactory(title="Revised", version=3, revised_on=(now - DAY).date())
    BriefingPaperPageFactory(title="Revised long ago", version=2, revised_on=(now - 90 * DAY).date())

    first = actions.start_issue(by=facilitator, now=now)
    second = actions.start_issue(by=facilitator, now=now + DAY)

    assert titles(first) == ["Revised"]
    assert titles(second) == []


def test_new_terms_and_open_proposals_are_new_to_read(now, facilitator, member):
    concept = ConceptFactory(label="Channel shift", definition="People use the web where they used to ring.")
    change = ConceptChange.objects.create(kind="define", summary="New: Channel shift", made_at=now - DAY)
    change.concepts.add(concept)
    proposal = ProposalFactory(kind="new", label="Assisted digital")

    issue = actions.start_issue(by=facilitator, now=now)

    assert titles(issue) == ["Channel shift", "A new term: “Assisted digital”"]
    fit = fit_to_mail(editions.ordered(issue))
    assert list(fit.public.values()) == [concept]
    assert list(fit.members.values()) == [proposal]


def test_a_page_is_neither_lost_between_two_issues_nor_repeated(now, facilitator):
    first = actions.start_issue(by=facilitator, now=now)
    late = BriefingPaperPageFactory(title="Published while the first was composed", first_published_at=now + DAY)
    QuestionFactory()
    actions.add_item(issue=first, obj=QuestionFactory(), by=facilitator, now=now)
    actions.freeze(issue=first, by=facilitator, now=now + 2 * DAY)

    second = actions.start_issue(by=facilitator, now=now + 14 * DAY)
    third = actions.start_issue(by=facilitator, now=now + 28 * DAY)

    assert second.items.filter(page=late).exists()
    assert not third.items.filter(page=late).exists()


def test_a_button_pressed_twice_starts_one_issue(client, facilitator):
    client.force_login(facilitator)

    answers = {client.post("/bulletin/compose/", {"number": "1"}).headers["Location"] for _ in range(2)}

    assert len(answers) == 1
    assert BulletinIssue.objects.count() == 1


# --- What may go in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "thing",
    [
        lambda: EventPageFactory(live=False),
        lambda: EventPageFactory(is_cancelled=True),
        lambda: QuestionFactory(hidden=True),
        lambda: QuestionFactory(withdrawn=True),
    ],
)
def test_what_not_even_members_may_read_is_refused_with_a_reason(thing, facilitator, now):
    issue = BulletinIssueFactory()

    with pytest.raises(Refusal, match="not even members"):
        actions.add_item(issue=issue, obj=thing(), by=facilitator, now=now)

    assert not issue.items.exists()


@pytest.mark.parametrize(
    "thing",
    [
        lambda: members_only(BriefingPaperPageFactory()),
        lambda: BriefingPaperPageFactory(parent=members_only(BriefingPaperIndexPageFactory())),
        lambda: QuestionFactory(for_members=True),
    ],
)
def test_what_only_members_may_read_goes_in_for_them_alone(thing, facilitator, now):
    issue = BulletinIssueFactory()

    item = actions.add_item(issue=issue, obj=thing(), by=facilitator, now=now)

    assert list(fit_to_mail([item]).members) == [item.public_id]


def test_an_item_goes_into_its_own_section_once(facilitator, question, now):
    issue = BulletinIssueFactory()

    first = actions.add_item(issue=issue, section=Section.QUESTIONS, obj=question, by=facilitator, now=now)
    again = actions.add_item(issue=issue, section=Section.QUESTIONS, obj=question, by=facilitator, now=now)

    assert first == again
    with pytest.raises(ValueError, match="Question time"):
        actions.add_item(issue=issue, section=Section.EVENTS, obj=question, by=facilitator, now=now)


def test_something_else_is_added_by_its_address(client, facilitator, paper, question):
    client.force_login(facilitator)
    issue = BulletinIssueFactory()

    for address in (f"http://testserver{paper.url}", question.get_absolute_url(), f"/question-time/{question.public_id}/"):
        press(client, issue, "add", address=address)

    assert sorted(titles(issue)) == sorted([paper.title, question.title])


@pytest.mark.parametrize("address", ["", "/nowhere/", "/search/", "/bulletin/", "https://[", "/question-time/bcdfghjkmn/"])
def test_an_address_that_a_bulletin_cannot_hold_is_refused_kindly(client, facilitator, address):
    client.force_login(facilitator)
    issue = BulletinIssueFactory()
    InformationPageFactory(slug="about")

    for tried in (address, "/about/"):
        page = page_of(press(client, issue, "add", address=tried, follow=True))
        assert "nothing there that a bulletin can hold" in page
        assert f'value="{tried}"' in page

    assert not issue.items.exists()


def test_words_of_a_title_find_what_they_may_mean(client, facilitator, paper, question):
    client.force_login(facilitator)
    issue = BulletinIssueFactory()

    page = page_of(press(client, issue, "add", address="contact COSTS", follow=True))

    assert f'value="add {paper.url}"' in page
    assert not issue.items.exists()


def test_a_question_that_an_editor_may_not_see_answers_like_a_missing_one(client, editor):
    client.force_login(editor)
    hidden, issue = QuestionFactory(title="Secret quarrel", hidden=True), BulletinIssueFactory()

    page = page_of(press(client, issue, "add", address=hidden.get_absolute_url(), follow=True))

    assert "nothing there that a bulletin can hold" in page
    assert "Secret quarrel" not in page


# --- The compose page -------------------------------------------------------------------------


def test_every_button_saves_what_was_typed_first(client, facilitator, draft):
    client.force_login(facilitator)
    item = draft.items.get(section="content")

    press(client, draft, "look", title="Number seven", opening="Good *day*.", **{f"note-{item.public_id}": "Read it."})

    draft.refresh_from_db()
    item.refresh_from_db()
    assert (draft.title, item.note) == ("Number seven", "Read it.")
    assert "<em>day</em>" in draft.opening_html


def test_items_move_and_leave(client, facilitator, draft, now):
    client.force_login(facilitator)
    actions.add_item(issue=draft, obj=EventPageFactory(title="Second"), by=facilitator, now=now)
    third = actions.add_item(issue=draft, obj=EventPageFactory(title="Third"), by=facilitator, now=now)

    press(client, draft, f"up {third.public_id}")
    press(client, draft, f"up {third.public_id}")
    press(client, draft, f"up {third.public_id}")
    order = list(draft.items.filter(section="events").order_by("position").values_list("page__title", flat=True))
    assert order == ["Third", "Cost clinic", "Second"]
    press(client, draft, f"down {third.public_id}")
    press(client, draft, f"remove {third.public_id}")

    order = list(draft.items.filter(section="events").order_by("position").values_list("page__title", flat=True))
    assert order == ["Cost clinic", "Second"]


def test_an_item_of_another_issue_cannot_be_moved_from_here(client, facilitator, draft):
    client.force_login(facilitator)
    other = BulletinIssueFactory(number=99)
    item = draft.items.first()

    assert press(client, other, f"remove {item.public_id}").status_code == 404
    assert BulletinItem.objects.filter(pk=item.pk).exists()


def test_an_item_hidden_meanwhile_is_marked_without_its_words(client, editor, draft, question, facilitator, now):
    forum.hide_question(question=question, reason="Names a resident.", by=facilitator, now=now)
    client.force_login(editor)

    page = page_of(client.get(url(draft)))

    assert "Nobody can read it any more" in page
    assert question.title not in page


def test_the_compose_page_costs_the_same_however_much_is_in_it(client, facilitator, draft, now, assert_constant_queries):
    client.force_login(facilitator)

    def grow():
        for thing in [*QuestionFactory.create_batch(5), *EventPageFactory.create_batch(5), *CaseStudyPageFactory.create_batch(5)]:
            actions.add_item(issue=draft, obj=thing, by=facilitator, now=now)

    actions.add_item(issue=draft, obj=CaseStudyPageFactory(), by=facilitator, now=now)
    EventPageFactory.create_batch(2, date=timezone.localdate() + 3 * DAY)
    QuestionFactory.create_batch(2)
    assert_constant_queries(lambda: client.get(url(draft)), grow=grow)


def test_what_one_editor_typed_is_not_laid_over_what_another_has_saved_since(client, editor, facilitator, draft, paper, now):
    client.force_login(editor)
    first = draft.items.get(section="events")
    opened = on_the_page(draft)
    day = dt.date(2027, 3, 9)
    actions.edit_issue(
        issue=draft, title="Hers", opening="Her words.", send_on=day, notes={first.public_id: "Her note."}, by=facilitator, now=now
    )
    added = actions.add_item(issue=draft, obj=QuestionFactory(), note="Ask around.", by=facilitator, now=now)

    page = page_of(client.post(url(draft), {**opened, "opening": "His words.", "do": f"up {first.public_id}"}))

    draft.refresh_from_db()
    assert (draft.title, draft.opening, draft.send_on) == ("Hers", "Her words.", day)
    assert "This draft has changed since you opened this page" in page
    assert "His words.</textarea>" in page
    for theirs in ("<dd>Hers</dd>", "<dd>Her words.</dd>", "<dd>9 March 2027</dd>", "<dd>Her note.</dd>"):
        assert theirs in page
    # Sent once more, knowing of it, it stands; and nobody's new note is emptied.
    again = {**opened, "opening": "His words.", f"note-{added.public_id}": "Ask around.", "do": "save"}
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert 'value="Ask around."' in page
    client.post(url(draft), {**again, "seen": seen})
    draft.refresh_from_db()
    assert draft.opening == "His words."


def test_a_form_without_its_hidden_field_saves_nothing(client, editor, draft):
    client.force_login(editor)

    client.post(url(draft), {"title": "Mine", "opening": "", "do": "save"})

    draft.refresh_from_db()
    assert draft.title == "STEP bulletin 7"


# --- Freezing ---------------------------------------------------------------------------------


def test_what_is_edited_after_the_freeze_changes_nothing(client, facilitator, frozen, paper, question, now):
    before = [frozen.editions.get().html, *frozen.items.order_by("pk").values()]
    paper.title = "Another title"
    paper.save()
    question.title = "Another question"
    question.save()
    item = frozen.items.first()
    client.force_login(facilitator)

    page = page_of(press(client, frozen, "save", title="Too late", follow=True))
    for late in (
        lambda: actions.edit_issue(issue=frozen, title="Too late", opening="", by=facilitator, now=now),
        lambda: actions.add_item(issue=frozen, obj=paper, by=facilitator, now=now),
        lambda: actions.remove_item(item=item, by=facilitator, now=now),
        lambda: actions.move_item(item=item, by_places=1, by=facilitator, now=now),
        lambda: actions.freeze(issue=frozen, by=facilitator, now=now),
    ):
        with pytest.raises(Refusal, match="frozen"):
            late()

    assert "nothing was changed" in page
    after = [frozen.editions.get().html, *frozen.items.order_by("pk").values()]
    assert after == before
    assert "Another" not in page_of(client.get(url(frozen, "preview_html")))


def test_an_item_that_nobody_can_read_stops_the_freeze(facilitator, draft, paper, now):
    paper.unpublish()

    with pytest.raises(Refusal, match="One item can no longer be read"):
        actions.freeze(issue=draft, by=facilitator, now=now)

    draft.refresh_from_db()
    assert draft.is_draft
    assert not draft.editions.exists()


def test_an_empty_issue_cannot_be_frozen(facilitator, now):
    with pytest.raises(Refusal, match="nothing in this issue"):
        actions.freeze(issue=BulletinIssueFactory(), by=facilitator, now=now)


def test_a_mail_too_long_for_some_programs_cannot_be_frozen(facilitator, draft, now):
    """Links take little to write and much to send."""
    actions.edit_issue(issue=draft, title="Long", opening="[a](/a-z/) " * 1700, by=facilitator, now=now)

    with pytest.raises(Refusal, match="kB"):
        actions.freeze(issue=draft, by=facilitator, now=now)

    draft.refresh_from_db()
    assert draft.is_draft


def test_a_frozen_issue_goes_back_to_a_draft_and_a_sent_one_does_not(facilitator, frozen, now):
    actions.thaw(issue=frozen, by=facilitator, now=now)
    actions.edit_issue(issue=frozen, title="Mended", opening="", by=facilitator, now=now)
    actions.freeze(issue=frozen, by=facilitator, now=now)
    actions.send(issue=frozen, by=facilitator, now=now)

    with pytest.raises(Refusal):
        actions.thaw(issue=frozen, by=facilitator, now=now)

    assert set(frozen.editions.values_list("subject", flat=True)) == {"Mended"}


# --- Who may ----------------------------------------------------------------------------------

PERSONAS = ["visitor", "pending", "supplier_person", "member", "lead", "editor", "facilitator", "administrator"]
COMPOSERS = {"editor", "facilitator", "administrator"}
SENDERS = {"facilitator", "administrator"}


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_may_compose(client, request, persona, draft):
    if persona != "visitor":
        client.force_login(request.getfixturevalue(persona))
    expected = 200 if persona in COMPOSERS else 302 if persona == "visitor" else 403

    answers = [
        client.get(path) for path in ("/bulletin/compose/", *(url(draft, name) for name in ("compose", "preview", "preview_html")))
    ]

    assert [response.status_code for response in answers] == [expected] * 4
    assert client.get("/bulletin/compose/bcdfghjkmn/").status_code == (404 if expected == 200 else expected)
    assert client.post("/bulletin/compose/").status_code == (302 if persona in {"visitor", *COMPOSERS} else 403)
    assert BulletinIssue.objects.count() == 1 + (persona in COMPOSERS)


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_may_approve(client, request, persona, draft):
    if persona != "visitor":
        client.force_login(request.getfixturevalue(persona))
    OfficeFactory(role="facilitator", user__first_name="Lynn", user__last_name="Ogden")

    seen = drafts.as_mailed(drafts.draft_of(draft))
    answer = client.post(url(draft, "send"), {"do": "approve-now", "seen": seen})

    draft.refresh_from_db()
    assert draft.is_draft is (persona not in SENDERS)
    if persona == "editor":
        assert answer.status_code == 403
        assert "Lynn Ogden" in page_of(answer)
    else:
        assert answer.status_code == (302 if persona in {"visitor", *SENDERS} else 403)


@pytest.mark.parametrize("name", ["send", "thaw"])
def test_an_editor_may_look_at_a_frozen_issue_and_no_more(client, editor, frozen, name):
    client.force_login(editor)

    assert client.get(url(frozen, "send")).status_code == 200
    assert client.post(url(frozen, name)).status_code == 403

    frozen.refresh_from_db()
    assert frozen.state == BulletinIssue.State.FROZEN


def test_only_those_who_compose_are_led_to_it(client, member, editor):
    assert "/bulletin/compose/" not in page_of(client.get("/bulletin/"))
    client.force_login(member)
    assert "/bulletin/compose/" not in page_of(client.get("/bulletin/"))
    client.force_login(editor)
    assert "/bulletin/compose/" in page_of(client.get("/bulletin/"))


# --- The preview ------------------------------------------------------------------------------


def test_the_mail_is_shown_in_a_box_without_scripts(client, editor, draft):
    client.force_login(editor)

    response = client.get(url(draft, "preview_html"))

    policy = response.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "[[" not in page_of(response)
    assert "Cost clinic" in page_of(response)


def test_the_mail_is_shown_as_each_kind_of_reader_sees_it(client, editor, draft):
    client.force_login(editor)
    shown = {look: page_of(client.get(url(draft, "preview_html"), {"look": look})) for look in looks.LOOKS}

    assert "@media not all" in shown["light"]
    assert 'content="light"' in shown["light"]
    assert "@media all" in shown["dark"]
    assert 'content="dark"' in shown["dark"]
    assert "* Cost clinic" in shown["text"]
    assert "<h1" not in shown["text"]
    assert 'width="320"' in shown["narrow"]
    assert "/preview/html/?look=light" in shown["narrow"]


def test_each_edition_can_be_looked_at(client, editor, draft, now):
    client.force_login(editor)
    closed = members_only(BriefingPaperPageFactory(title="Closed paper"))
    actions.add_item(issue=draft, obj=closed, by=editor, now=now)

    page = page_of(client.get(url(draft, "preview")))
    members = page_of(client.get(url(draft, "preview_html"), {"edition": "members"}))

    assert "Everyone, the whole issue" in page
    assert "Members, the whole issue" in page
    assert "Closed paper" in members
    assert "Closed paper" not in page_of(client.get(url(draft, "preview_html")))
    for missing in ({"edition": "nobody"}, {"topics": "17"}):
        assert client.get(url(draft, "preview_html"), missing).status_code == 404


def test_the_compose_page_shows_the_mail_without_a_script(client, editor, draft):
    client.force_login(editor)

    page = page_of(client.get(url(draft)))

    assert f'<iframe name="the-mail" title="The mail as it will be" src="{url(draft, "preview_html")}"' in page
    assert 'target="the-mail"' in page
