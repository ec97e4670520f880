"""What the front page gathers from the rooms, each part by the room's own verbs."""

from __future__ import annotations

import datetime as dt
from itertools import chain

from casestudies.models import CaseStudyPage
from forum.models import Question
from hub.core.audience import Viewer
from hub.core.models import BasePage
from hub.events.queries import next_event
from hub.library.models import BriefingPaperPage
from stepshare.queries import to_confirm
from taxonomy.queries import letters


def newest_reading(viewer: Viewer, number: int) -> list[BasePage]:
    papers = BriefingPaperPage.objects.visible_to(viewer).for_cards()[:number]
    studies = CaseStudyPage.objects.visible_to(viewer).for_cards()[:number]
    return sorted(chain(papers, studies), key=lambda page: page.first_published_at, reverse=True)[:number]


def front_page(viewer: Viewer, today: dt.date) -> dict[str, object]:
    waiting = Question.objects.visible_to(viewer).unanswered()
    return {
        "letters": letters(),
        "open_questions": waiting.for_cards().most_wanted()[:4],
        "open_question_count": waiting.count(),
        "newest": newest_reading(viewer, 4),
        "next_event": next_event(viewer, today),
        "facts_to_confirm": to_confirm(viewer, today),
    }
