"""What an issue has to pass before anybody may approve it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.bulletin import actions, drafts, gates
from hub.bulletin.models import BulletinIssue
from hub.bulletin.refusals import Refusal
from hub.bulletin.writing import Mail
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.factories.pages import BriefingPaperPageFactory, members_only

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
A_TUESDAY = dt.date(2026, 5, 12)


def shut(issue, on=A_TUESDAY) -> dict[str, list[str]]:
    return {gate.name: [finding.text for finding in gate.findings] for gate in gates.stops(gates.gates(drafts.draft_of(issue), on))}


def warned(issue, on=A_TUESDAY) -> str:
    return " ".join(
        finding.text for gate in gates.gates(drafts.draft_of(issue), on) if gate.only_warns for finding in gate.findings
    )


def write(issue, opening, by, now):
    actions.edit_issue(issue=issue, title=issue.title, opening=opening, by=by, now=now)


def test_a_whole_issue_passes(draft):
    assert shut(draft) == {}
    assert warned(draft) == ""


@pytest.mark.parametrize(
    "address",
    ["/nowhere/", "/briefing-papers/no-such-paper/", "http://testserver/nowhere/", "https://localhost/"],
)
def test_a_link_that_leads_nowhere_is_named(draft, facilitator, now, address):
    write(draft, f"See [the notes]({address}) of last time.", facilitator, now)

    (finding,) = shut(draft)["Every link leads somewhere"]
    assert "the notes" in finding
    assert "Change it in the opening." in finding


def test_links_that_answer_pass_without_a_network(draft, paper, question, facilitator, now):
    moved = f"/question-time/{question.public_id}/"
    good = ("/a-z/", paper.url, moved, "/account/", "https://www.gov.uk/bank-holidays", "mailto:hub@council.example")
    write(draft, " ".join(f"[here]({address})" for address in good), facilitator, now)

    assert "Every link leads somewhere" not in shut(draft)


def test_a_link_that_only_members_can_follow_is_none_for_everybody(draft, facilitator, now):
    closed = members_only(BriefingPaperPageFactory())
    write(draft, f"See [this]({closed.url}).", facilitator, now)

    assert "everybody can read" in shut(draft)["Every link leads somewhere"][0]


@pytest.mark.parametrize("left", ["[[name]]", "{{ title }}", "TODO", "Lorem ipsum"])
def test_what_somebody_meant_to_come_back_to_is_named_with_its_place(draft, facilitator, now, left):
    item = draft.items.get(section="questions")
    actions.edit_issue(
        issue=draft, title="T", opening=f"Hello {left}", notes={item.public_id: f"Says {left}."}, by=facilitator, now=now
    )

    opening, note = shut(draft)["No placeholder is left"]
    assert opening.startswith("The opening still says")
    assert note.startswith("The note to “Who mends the street light?”")


def test_an_event_that_is_over_by_its_day_is_named(draft, event):
    (finding,) = shut(draft, on=event.date + DAY)["No event is over"]

    assert finding.startswith("“Cost clinic” is on")


def test_an_item_that_nobody_can_read_is_not_named_but_placed(draft, paper):
    paper.unpublish()

    (finding,) = shut(draft)["Every item can be read"]
    assert "under “New to read”" in finding
    assert paper.title not in finding


def test_an_issue_that_only_members_could_read_is_none(facilitator, now):
    issue = BulletinIssueFactory()
    assert "nothing in this issue" in shut(issue)["Something to read in every edition"][0]
    actions.add_item(issue=issue, obj=members_only(BriefingPaperPageFactory()), by=facilitator, now=now)

    assert "Nobody but members" in shut(issue)["Something to read in every edition"][0]


def test_an_empty_section_warns_and_lets_pass(facilitator, now, paper):
    issue = BulletinIssueFactory()
    actions.add_item(issue=issue, obj=paper, by=facilitator, now=now)

    assert shut(issue) == {}
    assert "nothing under “Events”" in warned(issue)


@pytest.mark.parametrize(
    ("day", "says"),
    [(dt.date(2026, 8, 31), "Summer bank holiday"), (dt.date(2026, 12, 28), "Boxing Day"), (dt.date(2026, 5, 16), "weekend")],
)
def test_a_bank_holiday_or_a_weekend_warns(draft, event, day, says):
    event.date = day
    event.save()

    assert says in warned(draft, on=day)
    assert shut(draft, on=day) == {}


def test_a_mail_that_would_be_cut_off_is_named_with_its_size(draft, facilitator, now):
    """Links take little to write and much to send."""
    write(draft, "[a](/a-z/) " * 1200, facilitator, now)

    assert "the public edition comes to" in shut(draft)["Under 85 kB"][0]


def test_pictures_need_words_and_a_text_part_has_to_say_it_all(draft):
    found = drafts.draft_of(draft)
    mail = found.mails["the public edition"]
    without = {
        "Every picture has words for those who do not see it": Mail("S", mail.html + '<img src="/a.png">', mail.text),
        "The text part says it all": Mail("S", mail.html, mail.text.replace("Cost clinic", "")),
    }

    for name, spoilt in without.items():
        spoilt_draft = gates.Draft(found.issue, found.items, found.fit, found.entries, {"the public edition": spoilt})
        assert [gate.name for gate in gates.stops(gates.gates(spoilt_draft, A_TUESDAY))] == [name]


# --- Approving --------------------------------------------------------------------------------


def url(issue) -> str:
    return reverse("bulletin:send", kwargs={"public_id": issue.public_id})


def as_read(issue) -> str:
    """What the page says of the words it shows."""
    return drafts.as_mailed(drafts.draft_of(issue))


@pytest.mark.parametrize("what", ["the opening", "a page", "the day"])
def test_nobody_approves_words_that_they_have_not_read(client, draft, paper, facilitator, now, what):
    client.force_login(facilitator)
    seen = as_read(draft)
    assert f'name="seen" value="{seen}"' in client.get(url(draft)).content.decode()
    day = timezone.localdate() + 7 * DAY if what == "the day" else None
    words = "Changed." if what == "the opening" else draft.opening
    actions.edit_issue(issue=draft, title=draft.title, opening=words, send_on=day, by=facilitator, now=now)
    if what == "a page":
        paper.title = "What nobody has read"
        paper.save()

    page = client.post(url(draft), {"do": "approve-now", "seen": seen}, follow=True).content.decode()

    assert "It has changed since you opened this page, so it was not approved." in page
    draft.refresh_from_db()
    assert draft.is_draft
    client.post(url(draft), {"do": "approve-now", "seen": as_read(draft)})
    draft.refresh_from_db()
    assert draft.state == BulletinIssue.State.FROZEN


def test_what_changes_while_the_gates_are_asked_is_not_frozen(draft, facilitator, now, monkeypatch):
    ask = gates.gates

    def meanwhile(found, on):
        answers = ask(found, on)
        write(BulletinIssue.objects.get(pk=draft.pk), "TODO", facilitator, now)
        return answers

    monkeypatch.setattr(gates, "gates", meanwhile)

    with pytest.raises(Refusal, match="It has changed"):
        actions.approve(issue=draft, at_once=True, by=facilitator, now=now)

    draft.refresh_from_db()
    assert draft.is_draft


def test_nothing_is_approved_that_does_not_pass(client, draft, facilitator, now):
    write(draft, "TODO", facilitator, now)
    client.force_login(facilitator)

    page = client.get(url(draft)).content.decode()
    with pytest.raises(Refusal, match="No placeholder is left: The opening"):
        actions.approve(issue=draft, at_once=True, by=facilitator, now=now)
    client.post(url(draft), {"do": "approve-now", "seen": as_read(draft)})

    assert "To put right first" in page
    assert "The opening still says “TODO”" in page
    assert 'value="approve-now"' not in page
    draft.refresh_from_db()
    assert draft.is_draft


def test_an_approved_issue_waits_for_its_day_and_can_be_taken_back(client, draft, facilitator, now):
    client.force_login(facilitator)
    day = timezone.localdate() + 7 * DAY
    actions.edit_issue(issue=draft, title="T", opening="", send_on=day, send_time=dt.time(10), by=facilitator, now=now)

    asked = client.get(url(draft)).content.decode()
    client.post(url(draft), {"do": "approve", "seen": as_read(draft)})
    approved = client.get(url(draft)).content.decode()

    assert f"Approve: it goes on {day:%-d %B} at 10:00" in asked
    assert f"It goes on {day:%A %-d %B %Y} at 10:00" in approved
    draft.refresh_from_db()
    assert draft.state == BulletinIssue.State.FROZEN
    assert draft.approved_by == facilitator
    client.post(reverse("bulletin:thaw", kwargs={"public_id": draft.public_id}))
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == (BulletinIssue.State.DRAFT, None)
    assert not draft.editions.exists()


def test_what_is_approved_after_its_day_goes_at_once_and_the_page_says_so(client, draft, facilitator, now):
    SubscriberFactory()
    client.force_login(facilitator)
    day = timezone.localdate() - 3 * DAY
    actions.edit_issue(issue=draft, title="T", opening="", send_on=day, send_time=dt.time(10), by=facilitator, now=now)

    asked = client.get(url(draft)).content.decode()

    assert 'value="approve"' not in asked
    assert 'class="button" name="do" value="approve-now"' in asked
    assert "as soon as it is approved" in asked
    assert f"{day:%A %-d %B %Y} at 10:00, has passed" in asked


def test_an_event_between_a_day_that_has_passed_and_today_is_over(client, draft, event, facilitator):
    client.force_login(facilitator)
    today = timezone.localdate()
    event.date = today - DAY
    event.save()
    now = timezone.now()
    actions.edit_issue(issue=draft, title="T", opening="", send_on=today - 3 * DAY, by=facilitator, now=now)

    with pytest.raises(Refusal, match="No event is over"):
        actions.approve(issue=draft, by=facilitator, now=now)

    assert "before the mail arrives" in client.get(url(draft)).content.decode()


def test_without_a_day_it_can_only_be_sent_at_once(draft, facilitator, now):
    with pytest.raises(Refusal, match="set a day"):
        actions.approve(issue=draft, by=facilitator, now=now)
