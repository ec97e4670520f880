"""An issue becomes mail: once for each audience and choice of topics that makes a difference to it, never once for each person.

An edition holds some of the topics that the issue has (`shown`, as bits), and always what is under none of them. The public
edition leaves out what only members may read; the members' edition names it and leads there, and says no more of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hub.bulletin import topics
from hub.bulletin.contents import Fit, Thing, fit_to_mail, topic_keys_of, words_for
from hub.bulletin.models import STREAM, BulletinEdition, BulletinIssue, BulletinItem, Section, Subscriber, SubscriberQuerySet
from hub.bulletin.refusals import Refusal
from hub.bulletin.writing import LARGEST, Entry, Mail, frozen_entries, parts, write
from hub.core.audience import Audience
from hub.mail.models import Delivery, Message
from hub.members.queries import readers_of_members_content

VARIANT = "topics-"
PAGE = 1000
FOR_MEMBERS = "Members' edition: it also names what only members may read."


@dataclass(frozen=True)
class Plan:
    """One edition to be: for whom, with which topics, and which choices of topics come to it."""

    audience: Audience
    shown: int
    chosen: list[int]
    is_whole: bool

    @property
    def variant(self) -> str:
        return f"{VARIANT}{self.shown}"

    def holds(self, item: BulletinItem) -> bool:
        if item.audience == Audience.MEMBERS and self.audience == Audience.PUBLIC:
            return False
        return not item.topic_key or bool(item.topic_key & self.shown)


def plans(items: Sequence[BulletinItem]) -> list[Plan]:
    """The whole public edition stands first. Without anything for members everybody gets the public one."""
    in_it = _topics_in(items)
    audiences = [Audience.PUBLIC, *([Audience.MEMBERS] if any(item.audience == Audience.MEMBERS for item in items) else [])]
    return [
        Plan(audience, shown, chosen, is_whole=shown == in_it) for audience in audiences for shown, chosen in choices(items).items()
    ]


def choices(items: Iterable[BulletinItem]) -> dict[int, list[int]]:
    """Which choices that active subscribers have made come to the same edition. Everything stands first, chosen or not."""
    in_it = _topics_in(items)
    found: dict[int, list[int]] = {in_it: []}
    for chosen in Subscriber.objects.active().topic_keys():
        found.setdefault(chosen & in_it if chosen else in_it, []).append(chosen)
    return found


def _topics_in(items: Iterable[BulletinItem]) -> int:
    return reduce(or_, (item.topic_key for item in items), 0)


def settle(items: Iterable[BulletinItem], fit: Fit) -> None:
    """Who may read each, and under which topics it is; not saved yet."""
    keys = topic_keys_of(fit.everything)
    for item in items:
        item.audience = Audience.PUBLIC if item.public_id in fit.public else Audience.MEMBERS
        item.topic_key = keys.get(item.public_id, 0)


def live_entries(items: Iterable[BulletinItem], things: dict[str, Thing]) -> list[Entry]:
    """A draft's, in today's words; what is not among `things` is left out."""
    entries = []
    for item in items:
        if thing := things.get(item.public_id):
            words = words_for(thing)
            entries.append(
                Entry(item.public_id, Section(item.section), words.title, words.url, words.kicker, words.summary, item.note)
            )
    return entries


def written(issue: BulletinIssue, entries: Iterable[Entry], audience: Audience, closed: Iterable[str]) -> Mail:
    """`closed`: the public ids of what only members may read."""
    shut = set(closed)
    shown = [replace(entry, is_link_only=entry.public_id in shut) for entry in entries]
    return write(issue, parts(shown), edition_line=FOR_MEMBERS if audience == Audience.MEMBERS else "")


# --- What is kept of it -----------------------------------------------------------------------------


def ordered(issue: BulletinIssue) -> list[BulletinItem]:
    return list(issue.items.order_by("position", "public_id"))


def keep_all(issue: BulletinIssue, items: list[BulletinItem], now: dt.datetime) -> None:
    """The whole issue first, then an edition for each choice of topics that leaves something out."""
    for plan in plans(items):
        closed = [item.public_id for item in items if item.audience == Audience.MEMBERS]
        _keep(issue, plan.audience, plan.variant, [item for item in items if plan.holds(item)], closed, revision=0, now=now)


def current(issue: BulletinIssue, plan: Plan, now: dt.datetime) -> BulletinEdition | None:
    """What may go to those now: the newest edition, or a revision without what has been hidden, or is over, since.

    Somebody may have been the first to choose so after the issue was frozen.
    """
    newest = issue.editions.filter(audience=plan.audience, variant=plan.variant).order_by("-revision").first()
    today = timezone.localdate(now)
    if newest is None:
        items = [item for item in ordered(issue) if plan.holds(item)]
        return _keep_what_is_fit(issue, plan.audience, plan.variant, items, revision=0, today=today, now=now)
    return newest if is_open(newest, today) else revise(newest, now)


def revise(edition: BulletinEdition, now: dt.datetime) -> BulletinEdition | None:
    """Nothing left in it: nothing to send."""
    spoken_of = set(edition.items.values_list("pk", flat=True))
    items = [item for item in ordered(edition.issue) if item.pk in spoken_of]
    audience, revision = Audience(edition.audience), edition.revision + 1
    return _keep_what_is_fit(
        edition.issue, audience, edition.variant, items, revision=revision, today=timezone.localdate(now), now=now
    )


def instead_of(edition: BulletinEdition, now: dt.datetime) -> BulletinEdition | None:
    """For whom this one could not go to any more: the newest revision, if somebody had to be sent one before and it still holds."""
    newest = edition.issue.editions.filter(audience=edition.audience, variant=edition.variant).latest("revision")
    if newest.revision > edition.revision and is_open(newest, timezone.localdate(now)):
        return newest
    return revise(newest, now)


def _keep_what_is_fit(
    issue: BulletinIssue,
    audience: Audience,
    variant: str,
    items: list[BulletinItem],
    *,
    revision: int,
    today: dt.date,
    now: dt.datetime,
) -> BulletinEdition | None:
    fit = fit_to_mail(items, today)
    readable = fit.public if audience == Audience.PUBLIC else fit.everything
    items = [item for item in items if item.public_id in readable]
    closed = [item.public_id for item in items if item.public_id not in fit.public or item.audience == Audience.MEMBERS]
    return _keep(issue, audience, variant, items, closed, revision=revision, now=now)


def _keep(
    issue: BulletinIssue,
    audience: Audience,
    variant: str,
    items: list[BulletinItem],
    closed: Iterable[str],
    *,
    revision: int,
    now: dt.datetime,
) -> BulletinEdition | None:
    if not items:
        return None
    inside = {item.public_id for item in items}
    link_only = sorted(inside & set(closed)) if audience == Audience.MEMBERS else []
    mail = written(issue, frozen_entries(items), audience, link_only)
    if mail.size > LARGEST:
        raise Refusal(
            f"The mail comes to {mail.size // 1000} kB, and some mail programs cut off what is over {LARGEST // 1000}. "
            "Take something out, or shorten the opening."
        )
    name = variant if audience == Audience.PUBLIC else f"{audience}:{variant}"
    edition = BulletinEdition.objects.create(
        issue=issue,
        audience=audience,
        variant=variant,
        revision=revision,
        key=f"{STREAM}:{issue.public_id}:{name}" + (f":{revision}" if revision else ""),
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        sha256=fingerprint(mail),
        topic_labels=topics.labels_of(_shown(variant)),
        link_only=link_only,
        item_count=len(items),
        written_at=now,
    )
    edition.items.set(items)
    return edition


def shown_in(edition: BulletinEdition) -> int:
    """Which topics it holds, as bits."""
    return _shown(edition.variant)


def _shown(variant: str) -> int:
    return int(variant.removeprefix(VARIANT))


def fingerprint(mail: Mail) -> str:
    return hashlib.sha256(f"{mail.subject}\n{mail.html}\n{mail.text}".encode()).hexdigest()


# --- Asked just before each mail goes ---------------------------------------------------------------

REMEMBERED_FOR = 1.0  # seconds: five thousand mails do not ask five thousand times
_remembered: dict[str, tuple[float, BulletinEdition | None, bool]] = {}


def is_open(edition: BulletinEdition, today: dt.date | None = None) -> bool:
    """Its readers may still read everything it speaks of."""
    items = list(edition.items.all())
    if len(items) != edition.item_count:
        return False
    fit, closed = fit_to_mail(items, today), set(edition.link_only)
    return all(item.public_id in (fit.everything if item.public_id in closed else fit.public) for item in items)


def still_allowed(delivery: Delivery) -> bool:
    """The ledger skips the mail if not; `actions.look_after` then sends the same people what they may read."""
    edition, answer = _asked(delivery.message.key)
    if edition is None or not answer or edition.audience == Audience.PUBLIC:
        return answer
    return readers_among([delivery.address_hash], timezone.now()) != set()


def _asked(key: str) -> tuple[BulletinEdition | None, bool]:
    moment = time.monotonic()
    at, edition, answer = _remembered.get(key, (0.0, None, False))
    if key not in _remembered or moment - at >= REMEMBERED_FOR:
        edition = BulletinEdition.objects.filter(key=key).first()
        answer = edition is None or is_open(edition)
        _remembered.clear()
        _remembered[key] = (moment, edition, answer)
    return edition, answer


def readers_among(address_hashes: Iterable[str], now: dt.datetime) -> set[str]:
    """Those whose mailbox gets the members' edition at this moment."""
    members = Subscriber.objects.filter(address_hash__in=list(address_hashes)).who_get_members_edition(now)
    return set(members.values_list("address_hash", flat=True))


def plans_with_readers(issue: BulletinIssue, now: dt.datetime) -> list[Plan]:
    """What is posted: an edition that nobody gets makes no message."""
    planned = plans(ordered(issue))
    return [plan for plan, people in zip(planned, counts(planned, now), strict=True) if people]


def counts(planned: Sequence[Plan], now: dt.datetime) -> list[int]:
    """How many people get each, in one query."""
    members = Count("pk", filter=Q(wants_members_edition=True, user__in=readers_of_members_content(now)))
    rows = Subscriber.objects.active().order_by().values_list("topic_key").annotate(everybody=Count("pk"), members=members)
    by_choice = {key: (everybody, of_members) for key, everybody, of_members in rows}
    apart = _are_apart(planned)
    return [sum(_of(plan, apart, *by_choice.get(key, (0, 0))) for key in plan.chosen) for plan in planned]


def _of(plan: Plan, apart: bool, everybody: int, of_members: int) -> int:
    if not apart:
        return everybody
    return of_members if plan.audience == Audience.MEMBERS else everybody - of_members


def _are_apart(planned: Iterable[Plan]) -> bool:
    return len({plan.audience for plan in planned}) > 1


def subscribers_of(issue: BulletinIssue, edition: BulletinEdition, now: dt.datetime) -> Iterator[Subscriber]:
    """Who gets this edition: everybody who was a subscriber when the issue was sent, each in one edition alone.

    Whoever has changed their topics since, to a choice that nobody had made before, gets the whole issue, unless it holds nothing
    that they chose.
    """
    items = ordered(issue)
    planned = plans(items)
    ours = [plan for plan in planned if plan.audience == edition.audience]
    in_ledger = issue.editions.filter(key__in=Message.objects.values("key")).values_list("audience", "variant")
    posted = {variant for audience, variant in in_ledger if audience == edition.audience}
    are_apart = any(audience == Audience.MEMBERS for audience, _ in in_ledger)
    is_whole = any(plan.is_whole and plan.variant == edition.variant for plan in ours)
    chosen = [
        key
        for plan in ours
        for key in plan.chosen
        if plan.variant == edition.variant or (is_whole and plan.variant not in posted and any(plan.holds(item) for item in items))
    ]
    found = Subscriber.objects.active().filter(confirmed_at__lte=issue.sent_at or now).who_chose(chosen)
    if are_apart:
        members = found.who_get_members_edition(now)
        found = members if edition.audience == Audience.MEMBERS else found.exclude(pk__in=members.values("pk"))
    for page in _pages(found.exclude(_is_reached_by(issue.editions.exclude(pk=edition.pk)))):
        yield from page


def passed_over(issue: BulletinIssue, now: dt.datetime) -> Iterator[list[tuple[BulletinEdition, list[Subscriber]]]]:
    """A page at a time, who took the bulletin when the issue was sent and is in no edition of it, each with the one for them now.

    Editions are written down one after the other: whoever changes their choice in between is in the wrong one at both times.
    """
    found = Subscriber.objects.active().filter(confirmed_at__lte=issue.sent_at or now)
    planned: list[Plan] = []
    for page in _pages(found.exclude(_is_reached_by(issue.editions.all()))):
        planned = planned or plans(ordered(issue))
        members = readers_among([subscriber.address_hash for subscriber in page], now) if _are_apart(planned) else None
        written = []
        for plan in planned:
            ours = [subscriber for subscriber in page if subscriber.topic_key in plan.chosen]
            if members is not None:
                theirs = plan.audience == Audience.MEMBERS
                ours = [subscriber for subscriber in ours if (subscriber.address_hash in members) is theirs]
            if ours and (edition := current(issue, plan, now)):
                written.append((edition, ours))
        yield written


def _is_reached_by(editions: QuerySet[BulletinEdition]) -> Exists:
    """By an index, for each one asked about: a list of everybody would be gathered anew for every page."""
    messages = Message.objects.filter(key__in=list(editions.values_list("key", flat=True)))
    return Exists(Delivery.objects.filter(message__in=messages.values("pk"), address_hash=OuterRef("address_hash")))


def _pages(found: SubscriberQuerySet) -> Iterator[list[Subscriber]]:
    """Each read to its end before anything is written: SQLite lets nobody write who has half read what others changed since."""
    last = 0
    while page := list(found.filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield page
        last = page[-1].pk


def public_twin(edition: BulletinEdition, now: dt.datetime) -> BulletinEdition | None:
    """What somebody gets instead who is no member any more."""
    return current(edition.issue, Plan(Audience.PUBLIC, shown_in(edition), [], is_whole=False), now)
