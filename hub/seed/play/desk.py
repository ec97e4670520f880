"""The demo's desk: words to decide with, and reports that wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from forum.models import Answer, Question
from hub.desk import actions
from hub.desk.models import ReasonTemplate, Report
from hub.seed import reading
from hub.seed.play.stage import Stage
from stepshare.models import Product

# What a report of the file is about: the nth of its kind, in an order that is the same whenever the demo is played.
_ABOUT: dict[str, Callable[[], Any]] = {
    "question": lambda: Question.objects.open().filter(audience="public").order_by("asked_at"),
    "answer": lambda: Answer.objects.open().filter(question__audience="public").order_by("-answered_at"),
    "system": lambda: Product.objects.order_by("name"),
}


def set_out(stage: Stage) -> None:
    content = reading.facts("desk")
    for row in content["reason"]:
        ReasonTemplate.objects.get_or_create(name=row["name"], defaults={"for_decision": row["for"], "text": row["text"]})
    for row in content["report"]:
        thing: Model = _ABOUT[row["kind"]]()[row["about"]]
        if not Report.objects.filter(text=row["text"]).exists():
            actions.report(
                kind=row["kind"],
                thing=thing,
                why=row["why"],
                text=row["text"],
                address=row["address"],
                now=stage.ago(row["days_ago"]),
            )
