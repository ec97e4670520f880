"""Who is asked for help with a question, and what somebody was asked."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Subquery, Value, When
from django.utils import timezone

from forum import access, candidates
from forum.models import HelpRequest, HelpRequestQuerySet, Question, QuestionQuerySet
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.models import Member


def help_requests_of(viewer: Viewer, question: Question) -> list[HelpRequest]:
    """For those who moderate; the likeliest first. With each person's council."""
    found = HelpRequest.objects.visible_to(viewer).filter(question=question).for_list()
    return list(found.prefetch_related(Prefetch("person", Member.objects.for_cards(timezone.now()))))


def with_helpers_to_ask(viewer: Viewer) -> QuestionQuerySet:
    """What nobody has answered and somebody may know, whom nobody has asked yet: with `people_found`, for those who moderate."""
    if not access.can_moderate(viewer):
        return Question.objects.none()
    requests = HelpRequest.objects.filter(question=OuterRef("pk")).order_by()
    found = requests.filter(state=HelpRequest.State.PROPOSED).values("question").annotate(number=Count("pk")).values("number")
    proposed = HelpRequest.objects.filter(state=HelpRequest.State.PROPOSED).values("question")
    questions = Question.objects.visible_to(viewer).unanswered().filter(~Exists(requests.sent()), pk__in=proposed)
    return questions.annotate(people_found=Subquery(found)).oldest_first()


def asked_of(viewer: User) -> HelpRequestQuerySet:
    """The open ones first, then the latest."""
    mine = HelpRequest.objects.visible_to(viewer).filter(person=viewer).sent()
    is_settled = Case(When(state=HelpRequest.State.SENT, then=Value(0)), default=Value(1))
    return mine.select_related("question").order_by(is_settled, "-sent_at", "public_id")


def help_asked(viewer: Viewer, question: Question) -> HelpRequest | None:
    """What the thread says to somebody who was asked, while it is open."""
    if not isinstance(viewer, User):
        return None
    return HelpRequest.objects.visible_to(viewer).open().filter(person=viewer, question=question).first()


def to_try_instead(viewer: User, question: Question, now: dt.datetime) -> list[Member]:
    return candidates.to_try_instead(question, viewer, now)
