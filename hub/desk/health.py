"""What is going quiet, and a few measures of whether questions are answered, each with its definition.

Everything is asked of the database as it is; nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from forum.models import Answer, AnswerMark, Comment, Interest, Question
from hub.core.audience import Viewer
from hub.core.spreadsheets import as_csv
from hub.core.working_time import working_days_before, working_hours_between
from hub.members.models import Membership
from hub.organisations.models import Organisation, OrganisationQuerySet
from hub.search.models import Suggestion

UNANSWERED_FOR = 3  # working days
WANTED_BY = 3  # councils
REPLY_WITHIN = dt.timedelta(days=7)
PERIOD = dt.timedelta(days=90)
REVIEW_AFTER = dt.timedelta(days=365)
MOST_ACTIVE = 10
SHOWN = 10  # of each list


@dataclass(frozen=True)
class Measure:
    name: str
    value: str
    definition: str


@dataclass(frozen=True)
class Row:
    text: str
    url: str
    since: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Quiet:
    """One list of what needs somebody: how long it is, and where it begins."""

    slug: str
    heading: str
    number: int
    rows: list[Row]
    all_good: str
    advice: str = ""


# --- What is going quiet ----------------------------------------------------------------------------


def going_quiet(viewer: Viewer, now: dt.datetime) -> list[Quiet]:
    return [
        _unanswered(viewer, now),
        _wanted(viewer),
        _to_review(viewer, now),
        _silent_councils(viewer, now),
        _without_lead(viewer, now),
    ]


def _unanswered(viewer: Viewer, now: dt.datetime) -> Quiet:
    since = working_days_before(now, UNANSWERED_FOR)
    questions = Question.objects.visible_to(viewer).unanswered().filter(asked_at__lt=since)
    return Quiet(
        "unanswered",
        f"Nobody has answered for {UNANSWERED_FOR} working days",
        questions.count(),
        [
            Row(question.title, question.get_absolute_url(), question.asked_at)
            for question in questions.order_by("asked_at", "public_id")[:SHOWN]
        ],
        "Every question has had an answer in time.",
        "Ask somebody whose council runs the system, or who has answered about the term.",
    )


def _wanted(viewer: Viewer) -> Quiet:
    """Those who need it too, with the asker's own council, and no accepted answer."""
    accepted = AnswerMark.objects.accepted().filter(question=OuterRef("pk"))
    some = Question.objects.visible_to(viewer).open().filter(~Exists(accepted), closed_at=None)
    questions = some.filter(councils_waiting__gte=WANTED_BY).most_wanted()
    return Quiet(
        "wanted",
        f"{WANTED_BY} councils or more wait for it",
        questions.count(),
        [
            Row(question.title, question.get_absolute_url(), question.asked_at, f"{question.councils_waiting} councils wait")
            for question in questions[:SHOWN]
        ],
        "Nothing is wanted by as many as that.",
        "Good for the bulletin, for a workshop, or for a paper.",
    )


def _to_review(viewer: Viewer, now: dt.datetime) -> Quiet:
    """Accepted over a year ago and not found to work since; or a council says that it no longer holds."""
    marks = AnswerMark.objects.filter(answer=OuterRef("answer"))
    since = now - REVIEW_AFTER
    out_of_date = Exists(marks.filter(kind=AnswerMark.Kind.OUT_OF_DATE))
    found = (
        AnswerMark.objects.visible_to(viewer)
        .accepted()
        .filter(question__in=Question.objects.visible_to(viewer).open())
        .annotate(is_out_of_date=out_of_date)
        .filter(
            Q(is_out_of_date=True)
            | (Q(marked_at__lt=since) & ~Exists(marks.filter(kind=AnswerMark.Kind.WORKED, marked_at__gte=since)))
        )
        .select_related("question")
        .order_by("-is_out_of_date", "marked_at", "question__public_id")
    )
    return Quiet(
        "review",
        "Accepted answers to look at again",
        found.count(),
        [
            Row(
                mark.question.title,
                mark.question.get_absolute_url(),
                mark.marked_at,
                "A council says it is out of date" if mark.is_out_of_date else "Accepted over a year ago",
            )
            for mark in found[:SHOWN]
        ],
        "Every accepted answer is of this year, or has worked for a council since.",
    )


def _with_members(now: dt.datetime, **asked: Any) -> Exists:
    members = Membership.objects.approved().current(now).filter(organisation=OuterRef("pk"), user__is_active=True, **asked)
    return Exists(members)


def _silent_councils(viewer: Viewer, now: dt.datetime) -> Quiet:
    since = now - PERIOD
    councils = _councils(viewer, now).exclude(
        Exists(Question.objects.filter(council=OuterRef("pk"), asked_at__gte=since))
        | Exists(Answer.objects.filter(council=OuterRef("pk"), answered_at__gte=since))
        | Exists(Comment.objects.filter(council=OuterRef("pk"), commented_at__gte=since))
        | Exists(Interest.objects.filter(council=OuterRef("pk"), needed_at__gte=since))
    )
    return _of_councils(
        "silent",
        f"Councils with members that have said nothing for {PERIOD.days} days",
        councils,
        "Every council that has members has said something.",
        "Ring one of them a week: what are they stuck on?",
    )


def _without_lead(viewer: Viewer, now: dt.datetime) -> Quiet:
    return _of_councils(
        "leads",
        "Councils with members and no lead",
        _councils(viewer, now).exclude(_with_members(now, is_lead=True)),
        "Every council that has members has a lead.",
        "Ask the member who has been there longest.",
    )


def _councils(viewer: Viewer, now: dt.datetime) -> OrganisationQuerySet:
    return Organisation.objects.visible_to(viewer).councils().filter(_with_members(now))


def _of_councils(slug: str, heading: str, councils: OrganisationQuerySet, all_good: str, advice: str) -> Quiet:
    rows = [Row(council.name, council.get_absolute_url()) for council in councils.order_by("name", "slug")[:SHOWN]]
    return Quiet(slug, heading, councils.count(), rows, all_good, advice)


# --- Measures ---------------------------------------------------------------------------------------


def measures(viewer: Viewer, now: dt.datetime) -> list[Measure]:
    begin = now - PERIOD
    waits = list(_first_answers(viewer, begin, now))
    ripe = [(asked, first) for asked, first in waits if asked <= now - REPLY_WITHIN]
    in_time = sum(first is not None and first - asked <= REPLY_WITHIN for asked, first in ripe)
    hours = [working_hours_between(asked, first) for asked, first in waits if first is not None]
    answering = Answer.objects.visible_to(viewer).open().by_others().filter(answered_at__gte=begin, council__isnull=False)
    days = PERIOD.days
    return [
        Measure(
            "Answered within 7 days",
            _share(in_time, len(ripe)),
            f"Of the questions asked in the last {days} days and at least 7 days ago that are open: those with an answer by somebody "
            "other than the asker within 7 days.",
        ),
        Measure(
            "Working hours to the first answer",
            f"{median(hours):.1f}" if hours else "None yet",
            f"The middle one (median) of the questions asked in the last {days} days that have an answer by somebody else. Hours from "
            "9 to 5 on working days.",
        ),
        Measure(
            "Councils that answered",
            str(answering.values("council").distinct().count()),
            f"Councils whose members gave an answer in the last {days} days to somebody else's question.",
        ),
        Measure(
            "Questions answered while they were asked",
            str(_answered_while_asking(begin)),
            f"Drafts of the last {days} days of which the asker said that something shown beside them answered it, and which were "
            "not posted.",
        ),
        Measure(
            f"Share of posts by the {MOST_ACTIVE} most active",
            _share(*_by_the_most_active(viewer, begin)),
            f"Of all questions, answers and comments of the last {days} days that are open. Posts without a name count as "
            "somebody's, and are nobody's share.",
        ),
    ]


def _first_answers(viewer: Viewer, begin: dt.datetime, now: dt.datetime) -> QuerySet[Any, tuple[dt.datetime, dt.datetime | None]]:
    by_others = Answer.objects.open().filter(question=OuterRef("pk")).by_others(asker=OuterRef("author"))
    first = Subquery(by_others.order_by("answered_at").values("answered_at")[:1])
    asked = Question.objects.visible_to(viewer).open().filter(asked_at__gte=begin, asked_at__lte=now)
    return asked.annotate(first_at=first).values_list("asked_at", "first_at")


def _answered_while_asking(begin: dt.datetime) -> int:
    posted = Suggestion.objects.filter(draft=OuterRef("draft"), posted_at__isnull=False)
    answered = Suggestion.objects.filter(answered_at__gte=begin).exclude(Exists(posted))
    return answered.order_by().values("draft").distinct().count()


def _by_the_most_active(viewer: Viewer, begin: dt.datetime) -> tuple[int, int]:
    posts: Counter[int | None] = Counter()
    for rows in (
        Question.objects.visible_to(viewer).open().filter(asked_at__gte=begin),
        Answer.objects.visible_to(viewer).open().filter(answered_at__gte=begin),
        Comment.objects.visible_to(viewer).open().filter(commented_at__gte=begin),
    ):
        posts.update(dict(rows.order_by().values_list("author").annotate(number=Count("pk"))))
    total = posts.total()
    posts.pop(None, None)
    return sum(number for _, number in posts.most_common(MOST_ACTIVE)), total


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "None yet"


def table(measured: Iterable[Measure], quiet: Iterable[Quiet]) -> str:
    rows = [[measure.name, measure.value, measure.definition] for measure in measured]
    rows += [[part.heading, str(part.number), "How many there are now."] for part in quiet]
    return as_csv(["Measure", "Value", "How it is counted"], rows)
