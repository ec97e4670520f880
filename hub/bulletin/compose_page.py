"""What the compose page and the page before approval show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hub.bulletin import compose, drafts, editions, gates, progress, topics
from hub.bulletin.contents import Thing, fit_to_mail, words_for
from hub.bulletin.editions import Plan
from hub.bulletin.gates import Gate
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.bulletin.writing import Entry, Mail, frozen_entries
from hub.core.audience import Audience, Viewer


@dataclass(frozen=True)
class Row:
    """An item; without `entry` nobody could read it any more, and we do not say what it was."""

    item: BulletinItem
    entry: Entry | None
    is_for_members: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Offer:
    title: str
    url: str
    kicker: str
    is_for_members: bool


@dataclass(frozen=True)
class Table:
    """One section."""

    section: Section
    rows: list[Row]
    offers: list[Offer]


def tables(issue: BulletinIssue, now: dt.datetime) -> list[Table]:
    items = editions.ordered(issue)
    fit = fit_to_mail(items)
    entries = {entry.public_id: entry for entry in editions.live_entries(items, fit.everything)}
    offered = compose.suggestions(issue, now)
    return [
        Table(section, _rows([item for item in items if item.section == section], entries, fit.members), _offers(offered[section]))
        for section in Section
    ]


def _rows(items: list[BulletinItem], entries: Mapping[str, Entry], for_members: Mapping[str, Thing]) -> list[Row]:
    last = len(items) - 1
    return [
        Row(item, entries.get(item.public_id), item.public_id in for_members, place == 0, place == last)
        for place, item in enumerate(items)
    ]


def _offers(offered: compose.Offers) -> list[Offer]:
    return [
        Offer(words.title, words.url, words.kicker, audience == Audience.MEMBERS)
        for audience, things in offered.items()
        for words in map(words_for, things)
    ]


def found(words: str, viewer: Viewer) -> list[Offer]:
    """What somebody could have meant."""
    return [Offer(each.title, each.url, each.kicker, False) for each in map(words_for, compose.search(words, viewer))]


# --- Editions ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EditionRow:
    """`topics` is how it is asked for in an address."""

    audience: Audience
    topics: int
    name: str
    people: int
    is_whole: bool


@dataclass(frozen=True)
class Closed:
    """Named to members, left out for everybody else."""

    title: str
    url: str


@dataclass(frozen=True)
class BeforeApproval:
    """What the page says before a facilitator approves, or before an approved issue goes."""

    editions: list[EditionRow]
    gates: list[Gate]
    closed: list[Closed]
    gone: int = 0  # frozen, and since hidden or called off: left out of what is mailed
    words: str = ""  # which words of a draft these are (`drafts.as_mailed`)

    @property
    def people(self) -> int:
        return sum(row.people for row in self.editions)

    @property
    def may_pass(self) -> bool:
        return not gates.stops(self.gates)


def before_approval(issue: BulletinIssue, on: dt.date, now: dt.datetime) -> BeforeApproval:
    draft = drafts.draft_of(issue)
    readable = [item for item in draft.items if item.public_id in draft.fit.everything]
    closed = [Closed(entry.title, entry.url) for entry in draft.entries if entry.public_id in draft.fit.members]
    return BeforeApproval(edition_rows(readable, now), gates.gates(draft, on), closed, words=drafts.as_mailed(draft))


def before_sending(issue: BulletinIssue, now: dt.datetime) -> BeforeApproval:
    """Of an approved issue, in its frozen words."""
    items = editions.ordered(issue)
    fit = fit_to_mail(items)
    closed = [Closed(item.title, item.url) for item in items if item.audience == Audience.MEMBERS]
    gone = sum(item.public_id not in (fit.everything if item.audience == Audience.MEMBERS else fit.public) for item in items)
    return BeforeApproval(edition_rows(items, now), [], closed, gone)


def edition_rows(items: list[BulletinItem], now: dt.datetime) -> list[EditionRow]:
    """Those that somebody gets, and the whole of each audience in any case. Items as they are settled."""
    planned = editions.plans(items)
    people = editions.counts(planned, now)
    offered = topics.offered() if len(planned) > 1 else []
    return [
        EditionRow(plan.audience, plan.shown, _name(plan.audience, plan.is_whole, labels), number, plan.is_whole)
        for plan, number in zip(planned, people, strict=True)
        if number or plan.is_whole
        for labels in [topics.labels_of(plan.shown, offered)]
    ]


def editions_of(issue: BulletinIssue, now: dt.datetime) -> list[EditionRow]:
    """Of a draft as it would be now, or as it was frozen."""
    items = editions.ordered(issue)
    if _has_been_written(issue):
        return _as_frozen(issue, items, now)
    if issue.is_draft:
        fit = fit_to_mail(items)
        editions.settle(items, fit)
        items = [item for item in items if item.public_id in fit.everything]
    return edition_rows(items, now)


def _has_been_written(issue: BulletinIssue) -> bool:
    return not issue.is_draft and issue.editions.exists()


def _as_frozen(issue: BulletinIssue, items: list[BulletinItem], now: dt.datetime) -> list[EditionRow]:
    """The very editions there are, whoever chooses them now and whatever the topics are now: once it is out, who got each."""
    coming = {} if issue.is_out else {(row.audience, row.topics): row for row in edition_rows(items, now)}
    reached = progress.people_by_edition(issue) if issue.is_out else {}
    rows: dict[tuple[Audience, int], EditionRow] = {}
    for edition in issue.editions.defer("html", "text").order_by("pk"):
        audience, shown = place = Audience(edition.audience), editions.shown_in(edition)
        people = reached.get(edition.key, 0)
        if known := rows.get(place):
            rows[place] = replace(known, people=known.people + people)
            continue
        is_whole = all(other != audience for other, _ in rows)  # it is written first
        expected = coming.pop(place, None)
        name = _name(audience, is_whole, edition.topic_labels)
        rows[place] = EditionRow(audience, shown, name, expected.people if expected else people, is_whole)
    return [*rows.values(), *coming.values()]


def _name(audience: Audience, is_whole: bool, chosen: list[str]) -> str:
    who = "Members" if audience == Audience.MEMBERS else "Everyone"
    if is_whole:
        return f"{who}, the whole issue"
    return f"{who}, new reading on {', '.join(chosen)}" if chosen else f"{who}, without what is new under a topic"


def mail_to_show(issue: BulletinIssue, audience: Audience, shown: int | None) -> Mail | None:
    """One edition, as it was frozen or as it would be now; None where there is no such edition."""
    items = editions.ordered(issue)
    if _has_been_written(issue):
        kept = issue.editions.filter(audience=audience).order_by("pk")
        found = (kept if shown is None else kept.filter(variant=f"{editions.VARIANT}{shown}")).first()
        return Mail(found.subject, found.html, found.text) if found else _for_a_new_choice(issue, items, audience, shown)
    editions.settle(items, fit_to_mail(items))
    plan = _plan(editions.plans(items), audience, shown)
    return drafts.mail_of(issue, plan) if plan else None


def _for_a_new_choice(issue: BulletinIssue, items: list[BulletinItem], audience: Audience, shown: int | None) -> Mail | None:
    """Somebody was the first to choose so after it was frozen: what will be written for them when it goes."""
    plan = _plan(editions.plans(items), audience, shown) if not issue.is_out else None
    held = [item for item in items if plan.holds(item)] if plan else []
    closed = [item.public_id for item in held if item.audience == Audience.MEMBERS]
    return editions.written(issue, frozen_entries(held), audience, closed) if held else None


def _plan(planned: list[Plan], audience: Audience, shown: int | None) -> Plan | None:
    fits = [plan for plan in planned if plan.audience == audience and (plan.is_whole if shown is None else plan.shown == shown)]
    return fits[0] if fits else None
