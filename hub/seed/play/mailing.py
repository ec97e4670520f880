"""The bulletin and who gets it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from casestudies.models import CaseStudyPage
from forum.models import Question
from hub.bulletin import actions as bulletin
from hub.bulletin.models import BulletinIssue, BulletinSchedule, BulletinTopic, Subscriber
from hub.events.models import EventPage
from hub.library.models import BriefingPaperPage
from hub.seed import reading
from hub.seed.play.stage import Stage
from taxonomy.models import Concept


def subscribers(stage: Stage) -> None:
    """And what they may choose between."""
    facts = reading.facts("subscribers")
    chosen = [Concept.objects.get(label=label) for label in facts["topics"]]
    if not BulletinTopic.objects.exists():
        bulletin.choose_topics(concepts=chosen, by=stage.people["lynn.ogden"], now=stage.ago(420))
    ids = dict(BulletinTopic.objects.values_list("concept__label", "public_id"))
    for row in facts["subscriber"]:
        if Subscriber.objects.filter(email=row["email"]).exists():
            continue
        confirmed = row.get("confirmed_days_ago")
        subscriber = bulletin.subscribe(
            email=row["email"],
            topics=[ids[label] for label in row.get("topics", [])],
            source="demo",
            by=None,
            now=stage.ago(confirmed if confirmed is not None else 1),
        )
        if confirmed is not None:
            bulletin.confirm(subscriber=subscriber, by=None, now=stage.ago(confirmed))


def bulletins(stage: Stage) -> None:
    for row in reading.facts("bulletins")["bulletin"]:
        if not BulletinIssue.objects.filter(number=row["number"]).exists():
            _bulletin(stage, row)
    if not BulletinSchedule.objects.exists():
        _next_bulletin(stage)


def _next_bulletin(stage: Stage) -> None:
    """The schedule, and the issue that an editor has finished and a facilitator has to approve."""
    lynn, samira = stage.people["lynn.ogden"], stage.people["samira.khan"]
    soon = timezone.localdate(stage.now) + dt.timedelta(days=2)
    bulletin.set_schedule(is_on=True, every=2, weekday=1, at=dt.time(10), draft_days_before=5, first=soon, by=lynn, now=stage.now)
    issue = bulletin.start_issue(by=samira, now=stage.now)
    opening = "Hello, all.\n\nA short one, and some of it is for members: sign in to read what only they may.\n\nSamira Khan"
    bulletin.edit_issue(
        issue=issue,
        title=issue.title,
        opening=opening,
        send_on=issue.send_on,
        send_time=issue.send_time,
        by=samira,
        now=stage.now,
    )
    bulletin.submit(issue=issue, by=samira, now=stage.now)


def _bulletin(stage: Stage, row: dict[str, Any]) -> None:
    lynn, now, notes = stage.people["lynn.ogden"], stage.ago(row["sent_days_ago"]), row.get("notes", {})
    titles = {text.key.split("-", 1)[0]: text.facts["title"] for text in reading.texts("questions")}
    chosen: list[tuple[str, Any]] = [
        *((key, EventPage.objects.get(slug=key)) for key in row["events"]),
        *((key, BriefingPaperPage.objects.get(slug=key)) for key in row["papers"]),
        *((key, CaseStudyPage.objects.get(slug=key)) for key in row["case_studies"]),
        *((str(number), Question.objects.get(title=titles[f"{number:02}"])) for number in row["questions"]),
    ]
    issue = bulletin.start_issue(number=row["number"], title=row["title"], opening=row["opening"], suggest=False, by=lynn, now=now)
    for key, thing in chosen:
        if is_public(thing):
            bulletin.add_item(issue=issue, obj=thing, note=notes.get(key, ""), by=lynn, now=now)
    bulletin.freeze(issue=issue, by=lynn, now=now)
    bulletin.send(issue=issue, by=lynn, now=now)


def is_public(thing: Any) -> bool:
    """The bulletin goes to people without an account."""
    return type(thing).objects.visible_to(AnonymousUser()).filter(pk=thing.pk).exists()
