"""Questions and answers: open, among members, hidden, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from forum import actions
from forum.models import Answer, Post, Question, QuestionConcept
from hub.core.audience import Audience
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory
from tests.whole_site.matrix import ROLES
from tests.whole_site.world import CANARY, CLOSING, MEMBERS, NOBODY, NOW, World
from tests.whole_site.world.people import WITHOUT_ACCOUNT

HOUR = dt.timedelta(hours=1)
HIDDEN, WITHDRAWN = Post.Status.HIDDEN, Post.Status.WITHDRAWN


def _question(world: World, title: str, hours_ago: int, **fields: Any) -> Question:
    given = {"author": world["asker"], "council": world["thornby"], "asked_at": NOW - hours_ago * HOUR, "body": "Shared words."}
    asked = {"concepts": [world["term"]], "products": [world["product"]]}
    return QuestionFactory(**{"title": title, **given, **asked, **fields})


def _answer(world: World, question: str, body: str, hours_ago: int, **fields: Any) -> Answer:
    given = {"author": world["replier"], "council": world["westmere"], "answered_at": NOW - hours_ago * HOUR}
    return AnswerFactory(**{"question": world[question], "body": body, **given, **fields})


def ask(world: World) -> None:
    world.make("question", _question(world, "Question one", 90))
    world.hide("members_question", MEMBERS, lambda: _question(world, f"{CANARY} among members", 80, audience=Audience.MEMBERS))
    world.make("waiting_question", _question(world, "Question two", 70))
    world.hide("hidden_question", NOBODY, lambda: _question(world, f"{CANARY} hidden", 60, status=HIDDEN))
    _passing_questions(world)
    world.make("third_question", _question(world, "Question three", 50))
    world.hide("withdrawn_question", NOBODY, lambda: _question(world, f"{CANARY} withdrawn", 40, status=WITHDRAWN))
    world.hide(
        "hidden_members_question",
        NOBODY,
        lambda: _question(world, f"{CANARY} hidden among members", 30, status=HIDDEN, audience=Audience.MEMBERS),
    )
    _answers(world)
    InterestFactory(question=world["waiting_question"], user=world["replier"], council=world["westmere"], needed_at=NOW)
    for name in {"candidate", "passing_term"} & world.secrets:
        QuestionConcept.objects.create(question=world["question"], concept=world[name])


def _passing_questions(world: World) -> None:
    at, by = NOW, world["facilitator"]
    world.let_pass(
        "passing_hidden",
        lambda: _question(world, f"{CANARY} soon hidden", 55),
        lambda question: actions.hide_question(question=question, reason="It names a resident.", by=by, now=at),
    )
    world.let_pass(
        "passing_withdrawn",
        lambda: _question(world, f"{CANARY} soon withdrawn", 54),
        lambda question: actions.withdraw_question(question=question, by=world["asker"], now=at),
    )


def close_question(world: World) -> None:
    """Members could read it, and found it by its words."""
    world.let_pass(
        "closing_question",
        lambda: _question(world, f"{CANARY} soon closed", 65, audience=Audience.MEMBERS),
        lambda question: actions.hide_question(question=question, reason="It names a resident.", by=world["facilitator"], now=NOW),
        level=CLOSING,
    )


def _passing_answers(world: World) -> None:
    """One alone under its question, one accepted: both move their question while they can be read."""
    at, by = NOW, world["facilitator"]
    world.let_pass(
        "passing_answer",
        lambda: _passing_answer(world, "waiting_question", 3),
        lambda answer: actions.hide_answer(answer=answer, reason="It names a resident.", by=by, now=at),
    )
    world.let_pass(
        "passing_accepted",
        lambda: _passing_answer(world, "third_question", 2, accepted=True),
        lambda answer: actions.withdraw_answer(answer=answer, by=world["replier"], now=at),
    )


def _passing_answer(world: World, question: str, hours_ago: int, **fields: Any) -> Answer:
    answer = _answer(world, question, f"{CANARY} in passing.", hours_ago, **fields)
    type(answer.question).objects.filter(pk=answer.question_id).update(last_activity_at=answer.answered_at)
    return answer


def _answers(world: World) -> None:
    world.make("answer", _answer(world, "question", "Shared words, answered.", 89))
    world.hide("hidden_answer", NOBODY, lambda: _answer(world, "question", f"{CANARY} hidden answer.", 88, status=HIDDEN))
    world.make("accepted_answer", _answer(world, "question", "Shared words, and it worked.", 87, accepted=True))
    world.hide("withdrawn_answer", NOBODY, lambda: _answer(world, "question", f"{CANARY} withdrawn.", 86, status=WITHDRAWN))
    world.hide("only_hidden_answer", NOBODY, lambda: _answer(world, "third_question", f"{CANARY} alone.", 49, status=HIDDEN))
    _passing_answers(world)
    world.hide("members_answer", MEMBERS, lambda: _answer(world, "members_question", f"{CANARY} answer.", 79))


class OfRole(dict[str, Any]):
    """One thing for each role that has an account; the others meet the member's."""

    def of(self, role: str) -> Any:
        return self.get(role, self["member"])


def ask_for_each_role(world: World) -> None:
    """For the cells that say "own": everybody's own question, answer, and what of theirs was hidden."""
    own: dict[str, OfRole] = {name: OfRole() for name in ("own_question", "own_answer", "own_hidden", "answer_to_own")}
    for role in (role for role in ROLES if role not in WITHOUT_ACCOUNT):
        mine = {"author": world[role], "council": None}
        own["own_question"][role] = world.make(f"{role}_question", _question(world, f"Asked by {role}", 20, **mine))
        own["own_hidden"][role] = _question(world, f"Hidden from {role}", 20, **mine, status=HIDDEN)
        own["answer_to_own"][role] = _answer(world, f"{role}_question", f"To {role}.", 19)
        own["own_answer"][role] = _answer(world, "waiting_question", f"Said by {role}.", 18, **mine)
    for name, things in own.items():
        world.make(name, things)
