"""Putting an issue together, up to the moment its words stand still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from forum.models import Question
from hub.accounts.models import User
from hub.bulletin import compose, editions
from hub.bulletin.contents import Thing, is_open_to_everyone, open_to_everyone, section_of, words_for
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.bulletin.queries import next_number
from hub.bulletin.refusals import Refusal
from hub.core.markdown import render


@transaction.atomic
def start_issue(
    *, number: int | None = None, title: str = "", opening: str = "", by: User, now: dt.datetime, suggest: bool = True
) -> BulletinIssue:
    """The same number again returns the issue it started: a button pressed twice starts one."""
    if number is None:
        number = next_number()
    issue, is_new = BulletinIssue.objects.get_or_create(
        number=number,
        defaults={
            "title": title or f"STEP bulletin {number}",
            "opening": opening,
            "opening_html": render(opening),
            "composed_by": by,
            "created_at": now,
        },
    )
    if is_new and suggest:
        for thing in compose.to_start_with(issue, now):
            add_item(issue=issue, section=section_of(thing), obj=thing, by=by, now=now)
    return issue


@transaction.atomic
def edit_issue(
    *, issue: BulletinIssue, title: str, opening: str, notes: Mapping[str, str] | None = None, by: User, now: dt.datetime
) -> None:
    """`notes` by the item's public id; an item that is not named keeps its note."""
    _locked_draft(issue)
    issue.title, issue.opening, issue.opening_html = title, opening, render(opening)
    issue.save(update_fields=["title", "opening", "opening_html"])
    for item in issue.items.filter(public_id__in=notes or {}):
        if item.note != (notes or {})[item.public_id]:
            item.note = (notes or {})[item.public_id]
            item.save(update_fields=["note"])


@transaction.atomic
def add_item(
    *, issue: BulletinIssue, section: Section | None = None, obj: Thing, note: str = "", by: User, now: dt.datetime
) -> BulletinItem:
    """At the end of its section; what is in the issue already stays where it is. Raises Refusal for what not everybody may read."""
    _locked_draft(issue)
    place = section_of(obj)
    if section is not None and Section(section) != place:
        raise ValueError(f"{obj} belongs in the section “{place.label}”.")
    if not is_open_to_everyone(obj):
        raise Refusal(
            f"“{obj.title}” is not open to everyone, or has been cancelled. "
            "Subscribers need no account, so the bulletin holds only what everybody may read."
        )
    target = {"question": obj} if isinstance(obj, Question) else {"page": obj.page_ptr}
    last = issue.items.filter(section=place).aggregate(last=Max("position"))["last"]
    item, _ = BulletinItem.objects.get_or_create(
        issue=issue, **target, defaults={"section": place, "position": (last or 0) + 1, "note": note}
    )
    return item


@transaction.atomic
def remove_item(*, item: BulletinItem, by: User, now: dt.datetime) -> None:
    _locked_draft(item.issue)
    item.delete()


@transaction.atomic
def move_item(*, item: BulletinItem, by_places: int, by: User, now: dt.datetime) -> None:
    """Within its section: -1 is one place up. Past either end it stays there."""
    _locked_draft(item.issue)
    items = list(item.issue.items.filter(section=item.section).order_by("position", "public_id"))
    place = items.index(item)
    items.insert(max(0, place + by_places), items.pop(place))
    for position, each in enumerate(items, start=1):
        each.position = position
    BulletinItem.objects.bulk_update(items, ["position"])


@transaction.atomic
def freeze(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Copies the words of every item and writes every edition. From here on nothing that somebody edits reaches this issue."""
    _locked_draft(issue)
    items = editions.ordered(issue)
    _refuse_unfit(items, things := open_to_everyone(items))
    for item in items:
        words = words_for(things[item.public_id])
        item.title, item.url, item.kicker, item.summary = words.title, words.url, words.kicker, words.summary
    BulletinItem.objects.bulk_update(items, ["title", "url", "kicker", "summary"])
    editions.keep_all(issue, items, now)
    issue.state, issue.frozen_at = BulletinIssue.State.FROZEN, now
    issue.save(update_fields=["state", "frozen_at"])


def _refuse_unfit(items: list[BulletinItem], things: dict[str, Thing]) -> None:
    if not items:
        raise Refusal("There is nothing in this issue yet. Add an event, something to read or a question first.")
    missing = sum(item.public_id not in things for item in items)
    if missing:
        what = "One item is" if missing == 1 else f"{missing} items are"
        raise Refusal(f"{what} no longer open to everyone, or cancelled. The list says which: take it out first.")


@transaction.atomic
def thaw(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Back to a draft, for the slip that one sees at the last moment. Nothing has been sent, so nothing is lost."""
    _lock(issue)
    if issue.state != BulletinIssue.State.FROZEN:
        raise Refusal("Only an issue that has not been sent can go back to a draft.")
    issue.editions.all().delete()
    issue.items.update(title="", url="", kicker="", summary="")
    issue.state, issue.frozen_at = BulletinIssue.State.DRAFT, None
    issue.save(update_fields=["state", "frozen_at"])


def _lock(issue: BulletinIssue) -> None:
    issue.refresh_from_db(from_queryset=BulletinIssue.objects.select_for_update())


def _locked_draft(issue: BulletinIssue) -> None:
    _lock(issue)
    if not issue.is_draft:
        raise Refusal("This issue is frozen: nothing in it can be changed.")
