"""Nor in the mails that carry what people write, as a program would show them that lets scripts run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from hub.accounts.models import User
from hub.bulletin import actions as bulletin
from hub.bulletin import letters as bulletin_letters
from hub.bulletin.models import BulletinTopic
from hub.core.markdown import render
from hub.mail.models import Lane
from hub.notifications import letters
from hub.notifications.actions import notify
from hub.notifications.models import Notification
from taxonomy.models import Concept
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.members import MembershipFactory
from tests.factories.taxonomy import ConceptFactory
from tests.hub.bulletin.mailed import hand_over, html_of
from tests.journeys import vectors
from tests.journeys.firing import assert_nothing_fires, assert_would_fire, batched, handlers_in, together

pytestmark = pytest.mark.django_db
HARMLESS = "Who counts? alert( is a word here"
# Of every kind that gets a style of its own in a mail.
EVERY_ELEMENT = (
    "# A\n\n## B\n\n### C\n\n#### D\n\n[e](https://e.example/) <https://e.example/>\n\n- f\n\n> g\n\n| h |\n| --- |\n| i |"
)


def as_text() -> list[str]:
    """A database keeps no NUL."""
    return [vector.replace("\0", "") for vector in vectors.bare()]


def terms(texts: list[str]) -> Iterator[Concept]:
    """Each in its name and its definition."""
    for number, text in enumerate(texts):
        yield ConceptFactory(label=text[:120], definition=text, slug=f"term-{number}")


# --- The bulletin ---------------------------------------------------------------------------------


def issue_of(things: list[object], texts: list[str], opening: str, by: User, now: dt.datetime) -> str:
    """Frozen by the real actions: what stands in the edition is what is mailed."""
    issue = BulletinIssueFactory(title=texts[0][:120], opening=opening, opening_html=render(opening))
    for thing, note in zip(things, texts, strict=True):
        bulletin.add_item(issue=issue, obj=thing, note=note[:300], by=by, now=now)
    bulletin.freeze(issue=issue, by=by, now=now)
    return str(issue.editions.get().html)


def test_in_an_issue_of_the_bulletin(shown: Page, facilitator: User, now: dt.datetime) -> None:
    """Titles, summaries, kickers, notes, its own title, and its opening in Markdown."""
    texts = as_text()
    things = [*terms(texts), *(QuestionFactory(title=text[:140]) for text in texts)]
    openings = batched(vectors.markdown(), -(-len(vectors.markdown()) // 13))
    plain, asked = ConceptFactory(label=HARMLESS, slug="harmless"), QuestionFactory(title=HARMLESS)
    ours = handlers_in(shown, issue_of([plain, asked], [HARMLESS, HARMLESS], EVERY_ELEMENT, facilitator, now))
    mails = [
        issue_of([thing for thing, _ in some], [text for _, text in some], "\n\n".join(opening), facilitator, now)
        for some, opening in zip(batched(zip(things, texts + texts, strict=True), 16), openings, strict=True)
    ]

    assert len(mails) > 10
    assert ours
    for mail in mails:
        assert mail.count("alert(") > 100
        assert_nothing_fires(shown, mail, ours=ours)
    assert_would_fire(shown, mails[0])


def test_in_the_letter_that_asks_to_confirm(shown: Page, now: dt.datetime) -> None:
    """It names the topics that were chosen, which are terms: eight at most."""
    harmless, *mails = [
        confirmation(some, now) for some in batched([*terms([f"{HARMLESS} {n}" for n in range(8)]), *terms_after(as_text())], 8)
    ]
    ours = handlers_in(shown, harmless)

    assert ours
    for html in together(mails):
        assert_nothing_fires(shown, html, ours=ours)
    assert_would_fire(shown, mails[0])


def terms_after(texts: list[str]) -> Iterator[Concept]:
    for number, text in enumerate(texts):
        yield ConceptFactory(label=text[:120], slug=f"topic-{number}")


def confirmation(concepts: list[Concept], now: dt.datetime) -> str:
    BulletinTopic.objects.all().delete()
    for slot, concept in enumerate(concepts):
        BulletinTopic.objects.create(concept=concept, slot=slot, position=slot)
    bulletin_letters.answer(SubscriberFactory(pending=True, topic_key=(1 << len(concepts)) - 1), now)
    (mail,) = hand_over(Lane.SIGN_IN, now)
    return html_of(mail)


# --- Of one event, and of a day -------------------------------------------------------------------


def told(person: User, titles: list[str], now: dt.datetime) -> list[letters.Item]:
    """Of an answer to a question called so, which the person follows; the answer says it again."""
    for title in titles:
        question = QuestionFactory(title=title[:140])
        answer = AnswerFactory(question=question, body=title)
        notify(
            event_key=f"answered:{answer.public_id}",
            kind="answer-posted",
            subject=answer.public_id,
            people={person.pk: [f"question:{question.public_id}", "asked"]},
            now=now,
        )
    return letters.still_wanted(person, list(Notification.objects.filter(person=person)), now)


def test_in_what_people_are_told_of(shown: Page, now: dt.datetime) -> None:
    """Titles, extracts, and the names of what they follow."""
    reader, other = MembershipFactory().user, MembershipFactory().user
    (plain,) = told(other, [HARMLESS], now)
    ours = handlers_in(shown, letters.of_one(other, plain).html) | handlers_in(
        shown, letters.of_a_day(other, [plain], now.date()).html
    )
    items = told(reader, as_text(), now)
    one_by_one = [letters.of_one(reader, item).html for item in items]
    days = [letters.of_a_day(reader, some, now.date()).html for some in batched(items, letters.MOST_LISTED)]

    assert len(items) == len(as_text())
    assert sum(bool(item.extract) for item in items) > 90
    for html in [*together(one_by_one, 25), *days]:
        assert_nothing_fires(shown, html, ours=ours)
    assert_would_fire(shown, one_by_one[0])
    assert_would_fire(shown, days[0])
