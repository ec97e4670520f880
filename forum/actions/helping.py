"""Asking people for help with a question that nobody has answered, and what they say to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef

from forum.actions.threads import NotOpen, locked
from forum.candidates import candidates, may_be_asked
from forum.models import Answer, HelpRequest, Question
from hub.accounts.models import User
from hub.core.working_time import working_days_before
from hub.notifications.actions import notify

State = HelpRequest.State

UNANSWERED_FOR = 2  # working days
PROPOSED_EACH_TIME = 5
ANSWER_WITHIN = dt.timedelta(days=14)
QUESTIONS_EACH_ROUND = 20
LAST = 1000  # behind all that were proposed


@transaction.atomic
def propose_helpers(*, question: Question, by: User | None, now: dt.datetime, most: int = PROPOSED_EACH_TIME) -> list[HelpRequest]:
    """More than were proposed already; none where there are none. `by` is None for the hub itself."""
    locked(question)
    if not question.takes_answers:
        raise NotOpen
    last = question.help_requests.count()
    return HelpRequest.objects.bulk_create(
        HelpRequest(
            question=question,
            person_id=candidate.user_id,
            reasons=sorted(candidate.reasons),
            position=last + place,
            proposed_at=now,
        )
        for place, candidate in enumerate(candidates(question, now, most=most))
    )


@transaction.atomic
def ask_helpers(*, question: Question, requests: Collection[HelpRequest], by: User | None, now: dt.datetime) -> int:
    """Of those proposed; whoever was asked meanwhile is not asked twice. How many were."""
    locked(question)
    if not question.takes_answers:
        raise NotOpen
    waiting = list(
        question.help_requests.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in requests], state=State.PROPOSED)
    )
    for request in waiting:
        request.state, request.sent_at, request.sent_by, request.expires_at = State.SENT, now, by, now + ANSWER_WITHIN
    HelpRequest.objects.bulk_update(waiting, ["state", "sent_at", "sent_by", "expires_at"])
    for request in waiting:
        notify(
            event_key=f"help:{request.public_id}",
            kind="help-asked",
            subject=question.public_id,
            people={request.person_id: [f"help-{reason}" for reason in request.reasons]},
            thread=f"question:{question.public_id}",
            now=now,
        )
    return len(waiting)


@transaction.atomic
def ask_nobody(*, question: Question, now: dt.datetime) -> int:
    """Puts aside who was proposed and not asked; the hub proposes nobody anew. `propose_helpers` finds them again."""
    locked(question)
    Question.objects.filter(pk=question.pk, helpers_sought_at=None).update(helpers_sought_at=now)
    return question.help_requests.filter(state=State.PROPOSED).delete()[0]


@transaction.atomic
def not_me(*, request: HelpRequest, by: User, now: dt.datetime, instead: User | None = None) -> HelpRequest | None:
    """Pressed twice, it is said once. `instead` is asked at once if they may be and were not; nobody tells them who thought of
    them, and nobody tells `by` whether they were asked."""
    if request.person_id != by.pk:
        raise PermissionDenied
    locked(request.question)
    request.refresh_from_db(fields=["state"])
    if request.state == State.SENT:
        request.state, request.settled_at = State.DECLINED, now
        request.save(update_fields=["state", "settled_at"])
    if instead is None or not request.question.takes_answers:
        return None
    other = request.question.help_requests.filter(person=instead).first()
    if other is None and may_be_asked(request.question, instead, now):
        other = HelpRequest.objects.create(question=request.question, person=instead, reasons=[], position=LAST, proposed_at=now)
    if other is None or other.state != State.PROPOSED:
        return None
    other.reasons = sorted({*other.reasons, HelpRequest.Reason.NAMED})
    other.save(update_fields=["reasons"])
    ask_helpers(question=request.question, requests=[other], by=None, now=now)
    return other


@transaction.atomic
def after_all(*, request: HelpRequest, by: User, now: dt.datetime) -> None:
    """Takes "not me" back."""
    if request.person_id != by.pk:
        raise PermissionDenied
    locked(request.question)
    request.refresh_from_db(fields=["state"])
    if request.state == State.DECLINED:
        request.state, request.settled_at, request.expires_at = State.SENT, None, now + ANSWER_WITHIN
        request.save(update_fields=["state", "settled_at", "expires_at"])


@transaction.atomic
def look_for_helpers(*, now: dt.datetime) -> int:
    """For what nobody answered in two working days; the hub asks them itself where it is set to. How many questions."""
    since = working_days_before(now, UNANSWERED_FOR)
    looked_at = Exists(HelpRequest.objects.filter(question=OuterRef("pk")))
    questions = Question.objects.unanswered().filter(~looked_at, asked_at__lte=since, helpers_sought_at=None)
    number = 0
    for question in questions.order_by("asked_at", "public_id")[:QUESTIONS_EACH_ROUND]:
        proposed = propose_helpers(question=question, by=None, now=now)
        Question.objects.filter(pk=question.pk).update(helpers_sought_at=now)
        if settings.HELP_ASKED_BY_THE_HUB:
            ask_helpers(question=question, requests=proposed, by=None, now=now)
        number += 1
    return number


@transaction.atomic
def settle_help(*, now: dt.datetime) -> int:
    """Who answered, and who has let the time go by."""
    answered = Answer.objects.open().filter(
        question=OuterRef("question"), author=OuterRef("person"), answered_at__gte=OuterRef("sent_at")
    )
    done = HelpRequest.objects.open().filter(Exists(answered)).update(state=State.ANSWERED, settled_at=now)
    lapsed = HelpRequest.objects.open().filter(expires_at__lte=now).update(state=State.LAPSED, settled_at=now)
    return done + lapsed
