"""How far an issue has got, in the ledger's own counts, and the proof of it afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from forum.models import Answer, Question
from hub.bulletin import drafts, editions
from hub.bulletin.models import BulletinIssue, ConsentEvent
from hub.bulletin.writing import Mail
from hub.core import upkeep
from hub.core.audience import Audience
from hub.mail import queries as ledger
from hub.mail.models import Delivery, Lane, LaneTrouble, Message


@dataclass(frozen=True)
class Progress:
    """People, not mails: who was held back and got another edition instead counts once."""

    total: int
    accepted: int
    waiting: int
    failed: int
    skipped: int
    called_off: int  # of the skipped
    uncertain: int
    bounced: int  # of the accepted: came back later
    held: int  # of the waiting: the ramp holds them
    is_balanced: bool
    is_freezing: bool
    pause_reason: str

    @property
    def left_out(self) -> int:
        """Each for a reason of their own."""
        return self.skipped - self.called_off

    @property
    def done(self) -> int:
        return self.total - self.waiting

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


def messages_of(issue: BulletinIssue) -> list[Message]:
    found = Message.objects.filter(key__in=issue.editions.values("key"))
    return list(found.defer("template").order_by("created_at", "key"))


def people_of(issue: BulletinIssue) -> QuerySet[Delivery]:
    """The latest delivery to each."""
    ours = Delivery.objects.filter(message__key__in=issue.editions.values("key"))
    later = ours.filter(address_hash=OuterRef("address_hash"), pk__gt=OuterRef("pk"))
    return ours.exclude(Exists(later))


def progress(issue: BulletinIssue) -> Progress:
    state, fate = Delivery.State, Delivery.Fate
    came_back = [fate.SOFT_BOUNCE, fate.HARD_BOUNCE, fate.COMPLAINT]
    found = people_of(issue).aggregate(
        total=Count("pk"),
        accepted=Count("pk", filter=Q(state=state.ACCEPTED)),
        waiting=Count("pk", filter=Q(state__in=Delivery.WAITING)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        skipped=Count("pk", filter=Q(state=state.SKIPPED)),
        called_off=Count("pk", filter=Q(skip_reason=Delivery.SkipReason.CANCELLED)),
        uncertain=Count("pk", filter=Q(state=state.UNCERTAIN)),
        bounced=Count("pk", filter=Q(fate__in=came_back)),
        held=Count("pk", filter=Q(next_attempt_at=Delivery.HELD)),
    )
    whole = ledger.progress(*messages_of(issue))
    return Progress(
        **found, is_balanced=whole.is_balanced, is_freezing=whole.is_freezing, pause_reason=issue.pause_reason or whole.pause_reason
    )


def trouble(issue: BulletinIssue) -> LaneTrouble | None:
    """Why nothing of it can be handed over at the moment."""
    if not issue.is_under_way or issue.stopped_at is not None:
        return None
    return ledger.troubles().filter(lane=Lane.BULK).first()


def lacks_worker(issue: BulletinIssue) -> bool:
    """Nobody is there who would hand it over."""
    return issue.is_under_way and upkeep.worker_seen_at() is None


# --- The proof --------------------------------------------------------------------------------------

# What one may ask for, by its name in the address.
SHOWN: dict[str, tuple[str, Q]] = {
    "accepted": ("Taken by their mail server", Q(state=Delivery.State.ACCEPTED)),
    "waiting": ("Waiting", Q(state__in=Delivery.WAITING)),
    "refused": ("Refused", Q(state=Delivery.State.FAILED)),
    "bounced": ("Came back", Q(fate__in=[Delivery.Fate.SOFT_BOUNCE, Delivery.Fate.HARD_BOUNCE, Delivery.Fate.COMPLAINT])),
    "skipped": ("Skipped", Q(state=Delivery.State.SKIPPED)),
    "uncertain": ("Uncertain", Q(state=Delivery.State.UNCERTAIN)),
}


def proof(issue: BulletinIssue, params: Mapping[str, str]) -> QuerySet[Delivery]:
    """Every delivery, by address; `show` is one of SHOWN, and what is not known finds nothing."""
    found = people_of(issue).select_related("message").defer("message__template", "fields").order_by("address", "public_id")
    if show := params.get("show", ""):
        found = found.filter(SHOWN[show][1]) if show in SHOWN else found.none()
    return found


def people_by_edition(issue: BulletinIssue) -> dict[str, int]:
    """By the key of the message."""
    return dict(people_of(issue).order_by().values_list("message__key").annotate(Count("pk")))


def edition_names(issue: BulletinIssue) -> dict[str, str]:
    """By the key of the message."""
    return {edition.key: name_of(Audience(edition.audience), edition.revision) for edition in issue.editions.all()}


def name_of(audience: Audience, revision: int) -> str:
    name = "Members" if audience == Audience.MEMBERS else "Public"
    return f"{name}, revision {revision}" if revision else name


MOST_TO_LOOK_AT = 20


def to_look_at(issue: BulletinIssue) -> list[Delivery]:
    """By name, the first of them: who was refused, and of whom nobody knows. The proof lists them all."""
    wanted = people_of(issue).filter(state__in=[Delivery.State.FAILED, Delivery.State.UNCERTAIN])
    return list(wanted.order_by("state", "address", "public_id")[:MOST_TO_LOOK_AT])


# --- The mail itself --------------------------------------------------------------------------------


def mails_of(issue: BulletinIssue) -> dict[str, Mail]:
    """The whole mail of each audience: a draft's as it would be now, otherwise the words that were frozen."""
    if issue.is_draft or not issue.editions.exists():
        return drafts.draft_of(issue).mails
    whole = {plan.audience: plan.variant for plan in editions.plans(editions.ordered(issue)) if plan.is_whole}
    found = {}
    for edition in issue.editions.filter(revision=0).order_by("pk"):
        if whole.get(Audience(edition.audience)) == edition.variant:
            found[drafts.NAMES[Audience(edition.audience)]] = Mail(edition.subject, edition.html, edition.text)
    return found


# --- What came of it --------------------------------------------------------------------------------


REPORTED_FOR = dt.timedelta(days=14)  # who leaves later leaves for another reason


@dataclass(frozen=True)
class Outcome:
    """Since it was sent. What people opened or clicked is not known, and not asked."""

    questions: int
    answered: int
    answers: int
    left: int


def outcome(issue: BulletinIssue) -> Outcome | None:
    if issue.sent_at is None:
        return None
    asked = issue.items.filter(question__isnull=False).values("question")
    answered = Question.objects.answered().filter(pk__in=asked).count()
    answers = Answer.objects.open().filter(question__in=asked, answered_at__gt=issue.sent_at).count()
    # An opt-out in the ledger would not tell: a rest writes one too, and so does a complaint.
    left = ConsentEvent.objects.filter(
        kind=ConsentEvent.Kind.LEFT,
        happened_at__gt=issue.sent_at,
        happened_at__lte=issue.sent_at + REPORTED_FOR,
        address_hash__in=people_of(issue).values("address_hash"),
    )
    return Outcome(asked.count(), answered, answers, left.values("address_hash").distinct().count())
