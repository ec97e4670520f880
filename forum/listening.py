"""What question time adds to a person's page: what they asked and answered, as far as this viewer may read it."""

from __future__ import annotations

from typing import Any

from forum import queries
from hub.core.audience import Viewer
from hub.members import signals
from hub.members.models import Member


def listen() -> None:
    signals.sections_asked.connect(_tell_posts, dispatch_uid="forum posts")


def _tell_posts(person: Member, viewer: Viewer, **kwargs: Any) -> list[signals.Section]:
    told = (
        ("Questions asked", queries.asked_by(viewer, person)),
        ("Questions answered", queries.answered_by(viewer, person)),
    )
    return [
        signals.Section(heading, "forum/person_section.html", {"questions": list(questions[: queries.MOST_OF_A_PERSON])})
        for heading, questions in told
        if questions
    ]
