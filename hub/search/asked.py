"""What question time has about a system or a project."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from forum import queries as forum
from forum.models import Question
from hub.core.audience import Viewer
from stepshare.models import Product, Project

SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """`url` leads to the list of them all, which there is of a system."""

    number: int
    unanswered: int
    questions: list[Question]
    url: str


def asked_about(viewer: Viewer, thing: Product | Project) -> Asked:
    """Those with the newest posts. One query where nobody has asked."""
    found = forum.questions_about(viewer, thing)
    number = found.count()
    if not number:
        return Asked(0, 0, [], "")
    url = f"{reverse('forum:question_list')}?{urlencode({'system': thing.slug})}" if isinstance(thing, Product) else ""
    return Asked(number, found.unanswered().count(), list(found.for_cards().newest_activity_first()[:SHOWN]), url)
