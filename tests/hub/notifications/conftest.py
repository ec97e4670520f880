"""A room that has things to tell: questions, by the names that question time gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from forum.models import Question
from hub.accounts.models import User
from hub.notifications import kinds, reasons
from hub.notifications.actions import notify
from hub.notifications.kinds import Kind, Subject, Words
from hub.notifications.models import Notification
from hub.notifications.reasons import Group, Reason
from tests.factories.forum import QuestionFactory


def _in_words(question: Question) -> Words:
    return Words(question.title, question.get_absolute_url(), extract=question.body)


THREAD = Subject("thread", lambda viewer: Question.objects.visible_to(viewer), _in_words)


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registered for the test alone."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(reasons, "_reasons", dict(reasons._reasons))
    kinds.register(Kind("told-asked", THREAD, "New question"), Kind("told-answered", THREAD, "New answer"))
    reasons.register(Reason("asked-it", Group.OWN, "you asked it"))
    reasons.register(Reason("named-in-it", Group.OWN, "somebody named you"))
    reasons.register(Reason("runs-it", Group.HELP, "your council runs the system"))
    return


@pytest.fixture
def question(db: None) -> Question:
    return QuestionFactory(title="Who counted contact?", body="We did, twice.")


@pytest.fixture
def tell(now: dt.datetime) -> Callable[..., None]:
    """`tell(question, {person: ["asked-it"]})`, each time a new event."""
    count = iter(range(1000))

    def told(question: Question, people: dict[User, list[str]], **given: Any) -> None:
        defaults: dict[str, Any] = {
            "event_key": f"event:{next(count)}",
            "kind": "told-answered",
            "subject": question.public_id,
            "thread": f"thread:{question.public_id}",
            "now": now,
        }
        notify(people={person.pk: why for person, why in people.items()}, **{**defaults, **given})

    return told


def told_to(person: User) -> list[Notification]:
    return list(Notification.objects.filter(person=person).order_by("created_at", "pk"))
