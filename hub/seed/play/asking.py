"""Question time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from forum import actions as forum
from forum.models import Answer, AnswerMark, Question
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.seed import reading
from hub.seed.play.stage import Stage


def questions(stage: Stage) -> None:
    for text in reading.texts("questions"):
        if not Question.objects.filter(title=text.facts["title"]).exists():
            _question(stage, text)


def _question(stage: Stage, text: reading.Text) -> None:
    """What was asked without a name waits at the desk, unless somebody has approved it."""
    body, answers = reading.question(text.body, text.key)
    facts = text.facts
    unnamed, facilitator = facts.get("unnamed", False), stage.people.get(facts.get("approved_by", ""))
    question = forum.ask(
        title=facts["title"],
        body=body,
        audience=Audience(facts["audience"]),
        concepts=stage.concepts(facts["concepts"]),
        products=[stage.products[key] for key in facts.get("products", [])],
        by=stage.people[facts["by"]],
        now=stage.ago(facts["days_ago"], hour=9),
        unnamed=unnamed,
    )
    if facilitator:
        forum.approve_post(post=question, by=facilitator, now=stage.ago(facts["days_ago"], hour=10))
    for key in facts.get("also_waiting", []):
        forum.need_this_too(question=question, by=stage.people[key], now=stage.ago(max(facts["days_ago"] - 1, 0)))
    for hour, written in enumerate(sorted(answers, key=lambda answer: -answer.facts["days_ago"])):
        now, by = stage.ago(written.facts["days_ago"], hour=11 + hour), stage.people[written.facts["by"]]
        answer = forum.answer(question=question, body=written.body, by=by, now=now, unnamed=written.facts.get("unnamed", False))
        if answer.is_held and facilitator:
            forum.approve_post(post=answer, by=facilitator, now=now + dt.timedelta(hours=1))
        if written.facts.get("accepted"):
            forum.accept(answer=answer, by=stage.people[facts["by"]], now=now + dt.timedelta(hours=3))
            for key in facts.get("also_waiting", [])[:2]:
                _tried(answer, stage.people[key], now + dt.timedelta(hours=4))
    if facts.get("help_asked"):
        _ask_for_help(stage, question, facts)


def _tried(answer: Answer, by: User, now: dt.datetime) -> None:
    """Who waited for it tries it, with what their council runs."""
    mark = forum.mark_for_council(answer=answer, kind=AnswerMark.Kind.WORKED, by=by, now=now)
    if runs := answer.question.products.filter(installations__council=mark.council).first():
        forum.say_what_it_worked_with(answer=answer, product=runs, by=by, now=now)


def _ask_for_help(stage: Stage, question: Question, facts: dict[str, Any]) -> None:
    """Of those whom the hub would propose."""
    lynn, now = stage.people["lynn.ogden"], stage.ago(max(facts["days_ago"] - 3, 0))
    asked = {stage.people[key].pk for key in facts["help_asked"]}
    proposed = forum.propose_helpers(question=question, by=lynn, now=now, most=50)
    forum.ask_helpers(question=question, requests=[each for each in proposed if each.person_id in asked], by=lynn, now=now)
