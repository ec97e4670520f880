"""Reading the desk: what waits, who is on it, and what was decided lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from wagtail.models import Page

from forum.models import Answer, Question
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.desk.models import DECIDE, Claim, DeskEntry, DeskEntryQuerySet, ReasonTemplate, SettledPage
from hub.desk.models.entries import MAKE_PAGE, TAKE_OVER, UNDO, UNDO_WITHIN
from hub.desk.models.pages import ADD_PAGE
from hub.desk.trays import TRAYS, Decision, Item

# Of each tray; who has more than this waiting reads the oldest, and the number.
MOST = 300
COUNT_KEPT = 60  # seconds; the number in the head of every page of a facilitator's
COUNT_KEY = "desk_waiting"


@dataclass(frozen=True)
class Line:
    """An item as one viewer meets it in the queue."""

    item: Item
    claim: Claim | None
    is_mine: bool
    is_late: bool
    can_decide_here: bool


@dataclass(frozen=True)
class Queue:
    lines: list[Line]
    counts: list[tuple[str, str, int]]  # slug, words, number
    number: int
    late: int


@dataclass(frozen=True)
class Done:
    """A decision in the list of what was done lately."""

    entry: DeskEntry
    what: str
    words: str
    label: str
    can_undo: bool


def queue(viewer: User, params: Mapping[str, str], now: dt.datetime) -> Queue:
    """All trays in one list, what is due first in front; what has no day to be done by comes in the order it came.

    `show` is a tray, `late` and `mine` narrow it. A constant number of queries.
    """
    found: list[Item] = []
    counts = []
    for tray in TRAYS.values():
        items = tray.items(viewer, MOST + 1)
        number = len(items) if len(items) <= MOST else tray.awaiting(viewer).count()
        counts.append((tray.slug, tray.plural, number))
        found += items[:MOST]
    lines = _lines(viewer, found, now)
    number, late = sum(number for _, _, number in counts), sum(line.is_late for line in lines)
    if params.get("show") in TRAYS:
        lines = [line for line in lines if line.item.tray == params["show"]]
    if params.get("late"):
        lines = [line for line in lines if line.is_late]
    if params.get("mine"):
        lines = [line for line in lines if line.is_mine]
    return Queue(lines, [count for count in counts if count[2]], number, late)


def _lines(viewer: User, items: Iterable[Item], now: dt.datetime) -> list[Line]:
    claims = {(claim.tray, claim.key): claim for claim in Claim.objects.standing(now).select_related("claimed_by")}
    lines = []
    for item in items:
        claim = claims.get((item.tray, item.key))
        lines.append(
            Line(
                item=replace(item, extra={}),
                claim=claim,
                is_mine=claim is not None and claim.claimed_by_id == viewer.pk,
                is_late=item.due_at is not None and item.due_at < now,
                can_decide_here=bool(TRAYS[item.tray].known),
            )
        )
    return sorted(lines, key=_order)


# What nobody has promised by a day is reckoned as if it were due a week after it came: neither first for ever nor never.
_A_WEEK = dt.timedelta(days=7)


def _order(line: Line) -> tuple[Any, ...]:
    item = line.item
    return (not (item.is_urgent and line.is_late), item.due_at or item.since + _A_WEEK, item.since, item.tray, item.key)


def sits_at_the_desk(viewer: Viewer) -> bool:
    return viewer.has_perm(DECIDE)


def number_waiting(viewer: Viewer) -> int:
    """The same for everybody at the desk, so it is counted once a minute for all of them."""
    if not sits_at_the_desk(viewer):
        return 0
    known = cache.get(COUNT_KEY)
    if known is None:
        known = sum(tray.awaiting(viewer).count() for tray in TRAYS.values())
        cache.set(COUNT_KEY, known, COUNT_KEPT)
    return int(known)


def forget_number_waiting() -> None:
    cache.delete(COUNT_KEY)


def claim_of(tray: str, key: str, now: dt.datetime) -> Claim | None:
    return Claim.objects.standing(now).filter(tray=tray, key=key).select_related("claimed_by").first()


def reasons_for(decisions: Iterable[Decision]) -> list[ReasonTemplate]:
    wanted = [decision.template for decision in decisions if decision.template]
    return list(ReasonTemplate.objects.filter(for_decision__in=wanted))


def last_decision(viewer: Viewer, tray: str, key: str) -> DeskEntry | None:
    entries = DeskEntry.objects.visible_to(viewer).filter(tray=tray, key=key).exclude(decision=TAKE_OVER)
    return entries.select_related("by").newest_first().first()


# --- What was done ----------------------------------------------------------------------------------


def entries(viewer: Viewer) -> DeskEntryQuerySet:
    return DeskEntry.objects.visible_to(viewer).select_related("by", "undoes").with_undoing().newest_first()


def done(viewer: Viewer, rows: Iterable[DeskEntry], now: dt.datetime) -> list[Done]:
    """In words; the names of what they were about cost one query for each kind there is among them."""
    listed = list(rows)
    keys: dict[str, set[str]] = {}
    for entry in listed:
        keys.setdefault(entry.tray, set()).add(entry.key)
    names = {slug: TRAYS[slug].names(viewer, sorted(of)) for slug, of in keys.items() if slug in TRAYS}
    if threads := keys.get("page"):
        found = Question.objects.visible_to(viewer).filter(public_id__in=threads)
        names["page"] = {question.public_id: question.title for question in found}
    return [_done(entry, names.get(entry.tray, {}), now) for entry in listed]


def _done(entry: DeskEntry, names: Mapping[str, str], now: dt.datetime) -> Done:
    tray = TRAYS.get(entry.tray)
    known = tray.decision_of(entry.decision) if tray else None
    return Done(
        entry=entry,
        what=names.get(entry.key, "Something that is no longer there"),
        words=_words(entry, known),
        label=tray.label if tray else OTHERS.get(entry.tray, entry.tray),
        can_undo=known is not None
        and known.can_be_undone
        and entry.is_latest
        and not entry.is_undone
        and entry.at >= now - UNDO_WITHIN,
    )


OTHERS = {"page": "Page of a thread"}
_WORDS = {UNDO: "Undone", TAKE_OVER: "Taken over", MAKE_PAGE: "Made into a page"}


def _words(entry: DeskEntry, known: Decision | None) -> str:
    return known.done if known else _WORDS.get(entry.decision, entry.decision)


def decided_lately(viewer: Viewer, now: dt.datetime, most: int = 10) -> list[Done]:
    rows = entries(viewer).filter(Q(area=DeskEntry.Area.MODERATION), at__gte=now - UNDO_WITHIN)
    return done(viewer, rows[:most], now)


# --- Pages made of threads --------------------------------------------------------------------------


def page_of_thread(viewer: Viewer, question: Question) -> SettledPage | None:
    """For readers once it is published and they may read it; for those who write pages its draft too."""
    found = SettledPage.objects.filter(question=question).select_related("page")
    return found.first() if viewer.has_perm(ADD_PAGE) else found.visible_to(viewer).first()


def thread_of_page(viewer: Viewer, page: Page) -> Question | None:
    return Question.objects.visible_to(viewer).open().filter(settled_page__page=page.pk).first()


def answers_to_take_over(viewer: Viewer, question: Question) -> list[Answer]:
    """Open ones, the accepted one in front."""
    answers = Answer.objects.visible_to(viewer).open().filter(question=question).for_thread()
    return sorted(answers, key=lambda answer: not answer.is_accepted)
