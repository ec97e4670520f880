"""Who could answer a question: by what their council runs, what they offer, and what others found helpful before.

This is where the directory and question time meet. Each way in is one query, whatever the size of the community.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q

from forum.models import Answer, AnswerMark, HelpRequest, Question, QuestionConcept, QuestionProduct
from hub.accounts.models import User
from hub.members.models import Member, Membership, ProfileConcept
from hub.organisations.models import Organisation
from stepshare.models import Installation, ProductOffer

MONTH = dt.timedelta(days=30)
# What somebody said themselves weighs more than what is on record about their council.
WEIGHTS = {
    HelpRequest.Reason.OFFERED_SYSTEM: 5,
    HelpRequest.Reason.OFFERED_TERM: 4,
    HelpRequest.Reason.ACCEPTED: 4,
    HelpRequest.Reason.SYSTEM: 3,
}


@dataclass
class Candidate:
    user_id: int
    reasons: set[HelpRequest.Reason] = field(default_factory=set)

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason] for reason in self.reasons)


def candidates(question: Question, now: dt.datetime, *, most: int) -> list[Candidate]:
    """The likeliest first; of those alike, whoever was asked least of late. One of each council before a second of any.

    Members of today alone, who may read the question: not its asker, nobody who has answered or was asked already, and nobody
    who has had their share of this month.
    """
    found = _found(question, None, now)
    rows = _who_may_be_asked(question, list(found), now)
    ranked = sorted(rows, key=lambda row: (-found[row[0]].weight, row[2], row[1]))
    councils = _councils_of([pk for pk, _, _ in ranked], now)
    return _spread([found[pk] for pk, _, _ in ranked], councils)[:most]


def to_try_instead(question: Question, viewer: User, now: dt.datetime, *, most: int = 3) -> list[Member]:
    """For somebody who says "not me". By what this viewer may know and nothing else: neither councils' own facts, nor who was
    asked or spared, shows in who is offered."""
    found = _found(question, viewer, now)
    answered = question.answers.visible_to(viewer).filter(author__isnull=False).values("author")
    members = Member.objects.visible_to(viewer).filter(pk__in=found).exclude(pk__in=answered).exclude(pk=viewer.pk)
    if question.author_id is not None:
        members = members.exclude(pk=question.author_id)
    return sorted(members.for_cards(now), key=lambda member: (-found[member.pk].weight, member.public_id))[:most]


def may_be_asked(question: Question, person: User, now: dt.datetime) -> bool:
    return bool(_who_may_be_asked(question, [person.pk], now))


def _found(question: Question, viewer: User | None, now: dt.datetime) -> dict[int, Candidate]:
    found: dict[int, Candidate] = {}
    for reason, people in _ways_in(question, viewer, now):
        for user_id in people:
            found.setdefault(user_id, Candidate(user_id)).reasons.add(reason)
    return found


def _ways_in(question: Question, viewer: User | None, now: dt.datetime) -> list[tuple[HelpRequest.Reason, list[int]]]:
    """By all that the hub knows, or by what a viewer may know."""
    installations, marks, offered = Installation.objects.all(), AnswerMark.objects.all(), ProductOffer.objects.all()
    if viewer is not None:
        installations, marks = Installation.objects.visible_to(viewer), AnswerMark.objects.visible_to(viewer)
        offered = ProductOffer.objects.visible_to(viewer)
    systems = QuestionProduct.objects.filter(question=question).values("product")
    terms = QuestionConcept.objects.filter(question=question).values("concept")
    running = installations.in_use().filter(product__in=systems).values("council")
    members = (
        Membership.objects.approved().current(now).filter(organisation__in=running, organisation__kind=Organisation.Kind.COUNCIL)
    )
    offers = ProfileConcept.objects.filter(kind=ProfileConcept.Kind.OFFER, concept__in=terms)
    alike = Exists(QuestionConcept.objects.filter(question=OuterRef("question"), concept__in=terms)) | Exists(
        QuestionProduct.objects.filter(question=OuterRef("question"), product__in=systems)
    )
    accepted = marks.accepted().filter(alike, answer__status=Answer.Status.OPEN, answer__author__isnull=False)
    return [
        (HelpRequest.Reason.SYSTEM, list(members.values_list("user_id", flat=True))),
        (
            HelpRequest.Reason.OFFERED_SYSTEM,
            list(offered.filter(product__in=systems).values_list("user_id", flat=True)),
        ),
        (HelpRequest.Reason.OFFERED_TERM, list(offers.values_list("profile__user_id", flat=True))),
        (HelpRequest.Reason.ACCEPTED, list(accepted.values_list("answer__author_id", flat=True))),
    ]


def _who_may_be_asked(question: Question, people: list[int], now: dt.datetime) -> list[tuple[int, str, int]]:
    """(primary key, public id, how often asked of late). Pending members and suppliers are no members of today."""
    answered = question.answers.filter(author__isnull=False).values("author")
    asked = question.help_requests.values("person")
    members = Member.objects.of_today(now).filter(pk__in=people).exclude(pk__in=answered).exclude(pk__in=asked)
    if question.author_id is not None:
        members = members.exclude(pk=question.author_id)
    counted = members.annotate(asked_lately=Count("help_requests", filter=Q(help_requests__sent_at__gt=now - MONTH)))
    return list(counted.filter(asked_lately__lt=settings.HELP_REQUESTS_A_MONTH).values_list("pk", "public_id", "asked_lately"))


def _councils_of(people: list[int], now: dt.datetime) -> dict[int, int]:
    rows = Membership.objects.approved().current(now).filter(user__in=people).order_by("-started_at", "-public_id")
    return dict(rows.values_list("user_id", "organisation_id"))


def _spread(ranked: list[Candidate], councils: dict[int, int]) -> list[Candidate]:
    rounds: dict[int, list[Candidate]] = defaultdict(list)
    heard: dict[int, int] = defaultdict(int)
    for candidate in ranked:
        council = councils.get(candidate.user_id, -candidate.user_id)
        rounds[heard[council]].append(candidate)
        heard[council] += 1
    return [candidate for turn in sorted(rounds) for candidate in rounds[turn]]
