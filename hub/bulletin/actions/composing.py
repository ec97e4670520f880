"""Putting an issue together, up to the moment its words stand still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from forum.models import Question
from hub.accounts.models import User
from hub.bulletin import compose, dates, drafts, editions, gates, notices
from hub.bulletin.calendar import on_the_wall
from hub.bulletin.contents import Thing, audience_of, fit_to_mail, section_of, target_of, words_for
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.bulletin.queries import next_number
from hub.bulletin.refusals import Changed, Refusal
from hub.core.audience import Audience
from hub.core.markdown import render

IS_FROZEN = "This issue is frozen: nothing in it can be changed."
NOT_AS_READ = "It has changed since you opened this page, so it was not approved. Read it once more, then approve it."


@transaction.atomic
def start_issue(
    *,
    number: int | None = None,
    title: str = "",
    opening: str = "",
    period: dt.date | None = None,
    by: User | None,
    now: dt.datetime,
    suggest: bool = True,
) -> BulletinIssue:
    """The same number again returns the issue it started: a button pressed twice starts one.

    What somebody starts by hand stands for the next date of the schedule that has no issue, so that the worker starts no other.
    """
    if number is None:
        number = next_number()
    planned = dates.for_new_issue(period, now)
    issue, is_new = BulletinIssue.objects.get_or_create(
        number=number,
        defaults={
            "title": title or f"STEP bulletin {number}",
            "opening": opening,
            "opening_html": render(opening),
            "period": planned.period,
            "send_on": planned.send_on,
            "send_time": planned.send_time,
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
    *,
    issue: BulletinIssue,
    title: str,
    opening: str,
    send_on: dt.date | None = None,
    send_time: dt.time | None = None,
    notes: Mapping[str, str] | None = None,
    seen: str | None = None,
    by: User,
    now: dt.datetime,
) -> None:
    """`notes` by the item's public id; an item that is not named keeps its note. A day without a time keeps the time it had.

    `seen`: which draft the words were typed over (`drafts.as_typed`). They are not laid over what somebody else has written since.
    """
    _locked_draft(issue)
    if seen is not None and seen != drafts.as_typed(issue, issue.items.all()):
        raise Changed(
            "This draft has changed since you opened this page, so nothing was saved. What you typed is still here. Take over what "
            "you want to keep of the draft, then save again."
        )
    issue.title, issue.opening, issue.opening_html = title, opening, render(opening)
    before = issue.send_on, issue.send_time
    issue.send_on = send_on
    issue.send_time = (send_time or issue.send_time or dates.USUAL_TIME) if send_on else None
    if (issue.send_on, issue.send_time) != before:
        issue.reminded_at = None
    issue.save(update_fields=["title", "opening", "opening_html", "send_on", "send_time", "reminded_at"])
    for item in issue.items.filter(public_id__in=notes or {}):
        if item.note != (notes or {})[item.public_id]:
            item.note = (notes or {})[item.public_id]
            item.save(update_fields=["note"])


@transaction.atomic
def add_item(
    *, issue: BulletinIssue, section: Section | None = None, obj: Thing, note: str = "", by: User | None, now: dt.datetime
) -> BulletinItem:
    """At the end of its section; what is in the issue already stays where it is. What only members may read goes to them alone."""
    _locked_draft(issue)
    place = section_of(obj)
    if section is not None and Section(section) != place:
        raise ValueError(f"{obj} belongs in the section “{place.label}”.")
    if audience_of(obj) is None:
        raise Refusal(f"“{obj}” has been called off or taken out of sight: not even members could read it.")
    target = target_of(obj)
    if isinstance(obj, Question) and not issue.items.filter(**target).exists() and compose.times_used(obj) >= compose.MOST_TIMES:
        raise Refusal(f"“{obj}” has been in two issues already. Ask somebody who may know: a third time helps nobody.")
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


# --- From the editor's hands into the facilitator's -------------------------------------------------


@transaction.atomic
def submit(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Facilitators hear that it waits for them. It may still be changed."""
    _locked_draft(issue)
    if issue.state == BulletinIssue.State.REVIEW:
        return
    if not issue.items.exists():
        raise Refusal("There is nothing in this issue yet. Add an event, something to read or a question first.")
    issue.state, issue.submitted_by, issue.submitted_at = BulletinIssue.State.REVIEW, by, now
    issue.save(update_fields=["state", "submitted_by", "submitted_at"])
    notices.waits_for_approval(issue, by, now)


def approve(*, issue: BulletinIssue, at_once: bool = False, seen: str | None = None, by: User, now: dt.datetime) -> None:
    """Past the gates and frozen; the worker sends it when its time has come. `at_once`: in a moment.

    `seen`: which words whoever approves has read (`drafts.as_mailed`). The gates ask the hub for each link, which is done before
    any lock is taken; under it nothing but the words that passed them is frozen.
    """
    issue.refresh_from_db()
    if not issue.is_draft:
        raise Refusal(IS_FROZEN)
    on = on_the_wall(now).date() if at_once else issue.day_it_goes(now)
    if on is None:
        raise Refusal("Say when it goes: set a day, or send it at once.")
    draft = drafts.draft_of(issue)
    words = drafts.as_mailed(draft)
    if seen is not None and seen != words:
        raise Changed(NOT_AS_READ)
    if shut := gates.stops(gates.gates(draft, on)):
        raise Refusal(f"{shut[0].name}: {shut[0].findings[0].text}")
    _approve(issue=issue, words=words, at_once=at_once, by=by, now=now)


@transaction.atomic
def _approve(*, issue: BulletinIssue, words: str, at_once: bool, by: User, now: dt.datetime) -> None:
    _locked_draft(issue)
    if drafts.as_mailed(drafts.draft_of(issue)) != words:
        raise Changed(NOT_AS_READ)
    freeze(issue=issue, by=by, now=now)
    if at_once:
        _set_to_now(issue, now)


@transaction.atomic
def freeze(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Copies the words of every item and writes every edition. From here on nothing that somebody edits reaches this issue."""
    _locked_draft(issue)
    items = editions.ordered(issue)
    fit = fit_to_mail(items)
    _refuse_unfit(items, fit.everything)
    editions.settle(items, fit)
    for item in items:
        words = words_for(fit.everything[item.public_id])
        is_public = item.audience == Audience.PUBLIC
        item.title, item.url = words.title, words.url
        # Of what only members may read nothing is copied but its title: the rest is read where it stands.
        item.kicker, item.summary = (words.kicker, words.summary) if is_public else ("", "")
    BulletinItem.objects.bulk_update(items, ["title", "url", "kicker", "summary", "audience", "topic_key"])
    editions.keep_all(issue, items, now)
    issue.state, issue.frozen_at, issue.approved_by = BulletinIssue.State.FROZEN, now, by
    issue.save(update_fields=["state", "frozen_at", "approved_by"])


def _refuse_unfit(items: list[BulletinItem], things: Mapping[str, Thing]) -> None:
    if not items:
        raise Refusal("There is nothing in this issue yet. Add an event, something to read or a question first.")
    missing = sum(item.public_id not in things for item in items)
    if missing:
        what = "One item can" if missing == 1 else f"{missing} items can"
        raise Refusal(f"{what} no longer be read, or has been called off. The list says which: take it out first.")


@transaction.atomic
def send_now(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """An approved issue need not wait for its day; the worker takes it up in a moment."""
    _lock(issue)
    if issue.is_out:
        return
    if issue.state != BulletinIssue.State.FROZEN:
        raise Refusal("It has not been approved yet: what is sent has to stand still.")
    _set_to_now(issue, now)


def _set_to_now(issue: BulletinIssue, now: dt.datetime) -> None:
    wall = on_the_wall(now)
    issue.send_on, issue.send_time = wall.date(), wall.time().replace(second=0, microsecond=0)
    issue.save(update_fields=["send_on", "send_time"])


@transaction.atomic
def thaw(*, issue: BulletinIssue, by: User | None, now: dt.datetime) -> None:
    """Back to a draft, for the slip that one sees at the last moment. Nothing has been sent, so nothing is lost."""
    _lock(issue)
    if issue.state not in (BulletinIssue.State.FROZEN, BulletinIssue.State.REVIEW):
        raise Refusal("Only an issue that has not been sent can go back to a draft.")
    issue.editions.all().delete()
    issue.items.update(title="", url="", kicker="", summary="", audience=Audience.PUBLIC, topic_key=0)
    issue.state, issue.frozen_at, issue.approved_by = BulletinIssue.State.DRAFT, None, None
    issue.submitted_by, issue.submitted_at = None, None
    issue.save(update_fields=["state", "frozen_at", "approved_by", "submitted_by", "submitted_at"])


@transaction.atomic
def skip(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """There is no such issue, and whoever runs the bulletin hears so. What was in it may come up again."""
    _lock(issue)
    if issue.state == BulletinIssue.State.SKIPPED:
        return
    if issue.is_out:
        raise Refusal("It is on its way already: call it off on its own page.")
    issue.editions.all().delete()
    issue.state, issue.frozen_at, issue.approved_by = BulletinIssue.State.SKIPPED, None, None
    issue.save(update_fields=["state", "frozen_at", "approved_by"])
    notices.was_skipped(issue, by, now)


def _lock(issue: BulletinIssue) -> None:
    issue.refresh_from_db(from_queryset=BulletinIssue.objects.select_for_update())


def _locked_draft(issue: BulletinIssue) -> None:
    _lock(issue)
    if not issue.is_draft:
        raise Refusal(IS_FROZEN)
