from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from hub.bulletin import actions, editions
from hub.core.markdown import render
from tests.factories.bulletin import BulletinIssueFactory
from tests.factories.forum import QuestionFactory
from tests.factories.pages import BriefingPaperPageFactory, EventPageFactory


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    """Each mail asks anew, so that a test need not wait."""
    monkeypatch.setattr(editions, "REMEMBERED_FOR", 0.0)


@pytest.fixture
def event(db):
    """Ahead by the clock of the machine too, which the pages ask."""
    ahead = timezone.localdate() + dt.timedelta(days=30)
    return EventPageFactory(title="Cost clinic", summary="Bring a figure you doubt.", date=ahead)


@pytest.fixture
def paper(db):
    return BriefingPaperPageFactory(title="What contact costs", summary="Figures from five councils.")


@pytest.fixture
def question(db):
    return QuestionFactory(title="Who mends the street light?")


@pytest.fixture
def draft(event, paper, question, facilitator, now):
    """One item in each section."""
    opening = "Hello, **all**.\n\nLynn"
    issue = BulletinIssueFactory(title="STEP bulletin 7", number=7, opening=opening, opening_html=render(opening))
    actions.add_item(issue=issue, obj=event, note="An accountant will be there.", by=facilitator, now=now)
    actions.add_item(issue=issue, obj=paper, by=facilitator, now=now)
    actions.add_item(issue=issue, obj=question, note="Asked for the second time.", by=facilitator, now=now)
    return issue


@pytest.fixture
def frozen(draft, facilitator, now):
    actions.freeze(issue=draft, by=facilitator, now=now)
    return draft
