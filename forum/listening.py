"""What question time adds to a person's page, and what it keeps when somebody signs in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from forum import actions, queries, typed, writing_back
from forum.models import Draft, QuestionEvent
from forum.signals import question_event
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members import signals
from hub.members.models import Member


def listen() -> None:
    signals.sections_asked.connect(_tell_posts, dispatch_uid="forum posts")
    question_event.connect(writing_back.on_event, dispatch_uid="forum asked elsewhere")
    question_event.connect(_keep_news, dispatch_uid="forum news of unnamed posts")
    user_logged_in.connect(_keep_what_was_typed, dispatch_uid="forum typed")


def _keep_news(sender: type[QuestionEvent], event: QuestionEvent, **kwargs: Any) -> None:
    actions.keep_news(event)


def _keep_what_was_typed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Typed on a page whose session had ended: after the sign-in it is a draft."""
    for entry in typed.taken_after_sign_in(request.session, user):
        place = {"form": Draft.Form(entry["form"]), "post_id": entry["post_id"]}
        question = queries.question_written_to(user, **place)
        actions.save_draft(
            submission=entry["submission"], typed=entry["typed"], question=question, by=user, now=timezone.now(), **place
        )


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
