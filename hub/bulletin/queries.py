"""Reading: the archive as each viewer may see it, the compose table, and how far an issue has got."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max

from hub.accounts.models import User
from hub.bulletin import contents, dates, editions, writing
from hub.bulletin.calendar import holiday_on, on_the_wall
from hub.bulletin.contents import Thing, words_for
from hub.bulletin.models import BulletinIssue, BulletinIssueQuerySet, BulletinItem, BulletinSchedule, Section
from hub.bulletin.writing import Entry
from hub.core.audience import Viewer
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


def issues_for_feed(most: int) -> list[tuple[BulletinIssue, list[str]]]:
    """Each with the titles in it that everybody may read now, in the order of the mail. As many queries for 20 issues as for one."""
    issues = list(issues_for_archive()[:most])
    by_issue: dict[int, list[BulletinItem]] = {issue.pk: [] for issue in issues}
    for item in BulletinItem.objects.filter(issue__in=issues).order_by("position", "public_id"):
        by_issue[item.issue_id].append(item)
    things = contents.things_of([item for items in by_issue.values() for item in items], contents.ANYBODY)
    return [(issue, _titles([item for item in by_issue[issue.pk] if item.public_id in things])) for issue in issues]


def _titles(items: list[BulletinItem]) -> list[str]:
    return [entry.title for part in writing.parts(writing.frozen_entries(items)) for entry in part.entries]


def neighbours(issue: BulletinIssue) -> tuple[BulletinIssue | None, BulletinIssue | None]:
    """The issue before and the one after, of those that went out."""
    out = BulletinIssue.objects.out()
    return (
        out.filter(number__lt=issue.number).order_by("-number").first(),
        out.filter(number__gt=issue.number).order_by("number").first(),
    )


def parts_for_archive(issue: BulletinIssue, viewer: Viewer) -> list[ShownPart]:
    """Without what this viewer may not read now: it leaves no gap, and no number tells that something is missing."""
    items = editions.ordered(issue)
    things = contents.things_of(items, viewer)
    shown = [item for item in items if item.public_id in things]
    marks = dict.fromkeys(contents.answered(shown), "Answered since") | dict.fromkeys(contents.unanswered(shown), WAITS)
    return [
        ShownPart(
            part.section, [_shown(entry, things[entry.public_id], marks.get(entry.public_id, "Closed")) for entry in part.entries]
        )
        for part in writing.parts(writing.frozen_entries(shown))
    ]


WAITS = "Still waits for an answer"


def _shown(entry: Entry, thing: Thing, mark: str) -> ShownItem:
    url = words_for(thing).url
    if entry.section == Section.QUESTIONS:
        return ShownItem(entry, url, mark, mark == WAITS)
    return ShownItem(entry, url, "Cancelled" if contents.is_cancelled(thing) else "", False)


# --- Composing --------------------------------------------------------------------------------------


def issues_to_compose() -> BulletinIssueQuerySet:
    return BulletinIssue.objects.newest_first()


def next_number() -> int:
    return (BulletinIssue.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def who_look_after_it(now: dt.datetime) -> list[User]:
    """Facilitators and administrators."""
    offices = Office.objects.current(now).filter(role__in=[Role.FACILITATOR, Role.ADMINISTRATOR])
    return list(User.objects.filter(is_active=True, pk__in=offices.values("user")).order_by("last_name", "first_name", "pk"))


def who_can_send(now: dt.datetime) -> list[str]:
    return sorted({person.get_full_name() for person in who_look_after_it(now)} - {""})


def going_out() -> list[BulletinIssue]:
    return list(BulletinIssue.objects.filter(state=BulletinIssue.State.SENDING).order_by("number"))


# --- The schedule -----------------------------------------------------------------------------------

DATES_SHOWN = 6


@dataclass(frozen=True)
class ComingDate:
    day: dt.date
    issue: BulletinIssue | None
    holiday: str


@dataclass(frozen=True)
class Schedule:
    row: BulletinSchedule
    dates: list[ComingDate]


def schedule(now: dt.datetime) -> Schedule | None:
    """With its next dates; None until somebody has set one."""
    row = dates.schedule()
    if row is None:
        return None
    rhythm = row.rhythm
    first = rhythm.next_from(on_the_wall(now).date())
    days = [first + dt.timedelta(weeks=number * row.every) for number in range(DATES_SHOWN)] if row.is_on else []
    taken = {issue.period: issue for issue in BulletinIssue.objects.filter(period__in=days)}
    return Schedule(row, [ComingDate(day, taken.get(day), holiday_on(day)) for day in days])
