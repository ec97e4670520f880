"""Reading: the archive as each viewer may see it, the compose table, and how far an issue has got."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from hub.bulletin import compose, contents, editions
from hub.bulletin.contents import Thing, words_for
from hub.bulletin.editions import Entry, Mail, Part
from hub.bulletin.models import BulletinIssue, BulletinIssueQuerySet, BulletinItem, Section, Subscriber
from hub.core.audience import Viewer
from hub.mail.models import Delivery, Message
from hub.members.models import Office, Role

# --- The archive ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownItem:
    """The frozen words, under today's address; `state` says what has become of it since."""

    entry: Entry
    url: str
    state: str
    waits: bool


@dataclass(frozen=True)
class ShownPart:
    section: Section
    items: list[ShownItem]


def issues_for_archive() -> BulletinIssueQuerySet:
    return BulletinIssue.objects.out().newest_first()


def parts_for_archive(issue: BulletinIssue, viewer: Viewer) -> list[ShownPart]:
    """Without what this viewer may not read now: it leaves no gap, and no number tells that something is missing."""
    items = editions.ordered(issue)
    things = contents.things_of(items, viewer)
    shown = [item for item in items if item.public_id in things]
    waiting = contents.unanswered(shown)
    return [
        ShownPart(part.section, [_shown(entry, things[entry.public_id], entry.public_id in waiting) for entry in part.entries])
        for part in editions.parts(editions.frozen_entries(shown))
    ]


def _shown(entry: Entry, thing: Thing, waits: bool) -> ShownItem:
    url = words_for(thing).url
    if entry.section == Section.QUESTIONS:
        return ShownItem(entry, url, "Still waits for an answer" if waits else "Answered since", waits)
    return ShownItem(entry, url, "Cancelled" if contents.is_cancelled(thing) else "", False)


# --- Composing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An item on the compose page; without `entry` it is no longer open to everyone, and we do not say what it was."""

    item: BulletinItem
    entry: Entry | None
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Offer:
    title: str
    url: str
    kicker: str


@dataclass(frozen=True)
class Table:
    """One section of the compose page."""

    section: Section
    rows: list[Row]
    offers: list[Offer]


def issues_to_compose() -> BulletinIssueQuerySet:
    return BulletinIssue.objects.newest_first()


def next_number() -> int:
    return (BulletinIssue.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def tables(issue: BulletinIssue, now: dt.datetime) -> list[Table]:
    items = editions.ordered(issue)
    entries = {entry.public_id: entry for entry in editions.live_entries(items, contents.open_to_everyone(items))}
    offered = compose.suggestions(issue, now)
    return [
        Table(section, _rows([item for item in items if item.section == section], entries), _offers(offered[section]))
        for section in Section
    ]


def _rows(items: list[BulletinItem], entries: dict[str, Entry]) -> list[Row]:
    last = len(items) - 1
    return [Row(item, entries.get(item.public_id), place == 0, place == last) for place, item in enumerate(items)]


def _offers(things: list[Thing]) -> list[Offer]:
    return [Offer(words.title, words.url, words.kicker) for words in map(words_for, things)]


def mail_of(issue: BulletinIssue) -> Mail:
    """The whole mail: a draft's as it would be now, otherwise the words that were frozen."""
    kept = None if issue.is_draft else issue.editions.order_by("revision", "pk").first()
    if kept is not None:
        return Mail(kept.subject, kept.html, kept.text)
    items = editions.ordered(issue)
    return editions.write(issue, editions.parts(editions.live_entries(items, contents.open_to_everyone(items))))


def who_can_send(now: dt.datetime) -> list[str]:
    offices = Office.objects.current(now).filter(role__in=[Role.FACILITATOR, Role.ADMINISTRATOR]).select_related("user")
    return sorted({office.user.get_full_name() for office in offices if office.user.is_active} - {""})


# --- Sending ----------------------------------------------------------------------------------------


def subscribers_who_get(topics: Collection[Section]) -> QuerySet[Subscriber]:
    """Those who chose at least one section that the issue has."""
    chosen = Q()
    for section in topics:
        chosen |= Q(**{f"wants_{section.value}": True})
    return Subscriber.objects.active().filter(chosen) if topics else Subscriber.objects.none()


@dataclass(frozen=True)
class BeforeSending:
    """What the last page before the button says."""

    parts: list[Part]
    recipients: int
    with_a_part: int  # of the recipients: those who left out a section that this issue has
    gone: int  # items hidden since the issue was frozen; they are left out of what is mailed


def before_sending(issue: BulletinIssue) -> BeforeSending:
    items = editions.ordered(issue)
    still_open = contents.open_to_everyone(items)
    parts = editions.parts(editions.frozen_entries([item for item in items if item.public_id in still_open]))
    sections = [part.section for part in parts]
    recipients = subscribers_who_get(sections)
    everything = recipients.filter(**{f"wants_{section.value}": True for section in sections})
    total = recipients.count()
    return BeforeSending(parts, total, total - everything.count(), len(items) - len(still_open))


@dataclass(frozen=True)
class Progress:
    """People, not mails: who was held back and got a revision instead counts once."""

    total: int
    accepted: int
    waiting: int
    failed: int
    skipped: int
    uncertain: int


def messages_of(issue: BulletinIssue) -> list[Message]:
    return list(Message.objects.filter(key__in=issue.editions.values("key")).order_by("created_at", "key"))


def _deliveries_of(issue: BulletinIssue) -> QuerySet[Delivery]:
    ours = Delivery.objects.filter(message__key__in=issue.editions.values("key"))
    later = ours.filter(address_hash=OuterRef("address_hash"), pk__gt=OuterRef("pk"))
    return ours.exclude(Exists(later))


def progress(issue: BulletinIssue) -> Progress:
    found = dict(_deliveries_of(issue).order_by().values_list("state").annotate(number=Count("pk")))
    state = Delivery.State
    return Progress(
        total=sum(found.values()),
        accepted=found.get(state.ACCEPTED, 0),
        waiting=sum(found.get(each, 0) for each in Delivery.WAITING),
        failed=found.get(state.FAILED, 0),
        skipped=found.get(state.SKIPPED, 0),
        uncertain=found.get(state.UNCERTAIN, 0),
    )


def addresses_to_look_at(issue: BulletinIssue) -> list[Delivery]:
    """By name: who was refused, and of whom nobody knows."""
    wanted = _deliveries_of(issue).filter(state__in=[Delivery.State.FAILED, Delivery.State.UNCERTAIN])
    return list(wanted.order_by("state", "address", "public_id"))


def going_out() -> list[BulletinIssue]:
    return list(BulletinIssue.objects.filter(state=BulletinIssue.State.SENDING).order_by("number"))
