"""Questions and answers: open, among members, hidden, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile

from forum import actions, feed_links
from forum.models import (
    Answer,
    Attachment,
    Comment,
    Draft,
    FeedLink,
    HelpRequest,
    ImportedPost,
    ModerationEntry,
    Post,
    PostRevision,
    Question,
    QuestionConcept,
)
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.mail.recipients import address_hash
from tests.factories.forum import AnswerFactory, CommentFactory, HelpRequestFactory, InterestFactory, QuestionFactory
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
    _begin_answers(world)
    _passing_questions(world)
    world.make("third_question", _question(world, "Question three", 50))
    world.hide("withdrawn_question", NOBODY, lambda: _question(world, f"{CANARY} withdrawn", 40, status=WITHDRAWN))
    world.hide(
        "hidden_members_question",
        NOBODY,
        lambda: _question(world, f"{CANARY} hidden among members", 30, status=HIDDEN, audience=Audience.MEMBERS),
    )
    _answers(world)
    _write_unnamed(world)
    # Its owner reads what is public.
    link = FeedLink.objects.create(user=world["pending"], made_at=NOW)
    world.make("feed_token", feed_links.token_of(link))
    _comments(world)
    _review(world)
    _reshape(world)
    InterestFactory(question=world["waiting_question"], user=world["replier"], council=world["westmere"], needed_at=NOW)
    world.hide("help_request", NOBODY, lambda: _help(world, "waiting_question", world["replier"]))
    for name in {"candidate", "passing_term"} & world.secrets:
        QuestionConcept.objects.create(question=world["question"], concept=world[name])


def _begin_answers(world: World) -> None:
    """To a question that could be read then. What it says since is the secret, so that it is there in both worlds."""
    since = CANARY if NOBODY in world.levels else "Shared words"
    question = _question(world, f"{since} since", 58, author=None, council=None, status=HIDDEN)
    for role in ("pending", "supplier", "stranger"):
        Draft.objects.create(
            public_id=f"begun-{role}",
            author=world[role],
            form=Draft.Form.ANSWER,
            post_id=question.public_id,
            question=question,
            typed={"body": ["We tried."]},
            saved_at=NOW - HOUR,
        )


def _help(world: World, question: str, person: User) -> HelpRequest:
    """By what the hub knows, which is more than others may."""
    asked: HelpRequest = HelpRequestFactory(question=world[question], person=person, sent_at=NOW - HOUR, proposed_at=NOW - HOUR)
    return asked


def _write_unnamed(world: World) -> None:
    """By whoever `world.unnamed_by` names. Three that everybody reads, and one of each that waits or was not posted."""
    by, facilitator = world[world.unnamed_by], world["facilitator"]
    question = world.make("unnamed_question", _ask_unnamed("Question without a name", by))
    actions.approve_post(post=question, by=facilitator, now=NOW - 4 * HOUR)
    answer = actions.answer(question=question, body="Shared words, unsigned.", by=by, now=NOW - 3 * HOUR, unnamed=True)
    actions.approve_post(post=world.make("unnamed_answer", answer), by=facilitator, now=NOW - 3 * HOUR)
    comment = actions.comment(on=world["third_question"], body="Shared words, unsigned.", by=by, now=NOW - 3 * HOUR, unnamed=True)
    actions.approve_post(post=world.make("unnamed_comment", comment), by=facilitator, now=NOW - 3 * HOUR)
    actions.accept(answer=_answer(world, "unnamed_question", "Shared words, signed.", 2), by=by, now=NOW - 2 * HOUR)
    actions.relay(post=question, body="Which system is it?", by=facilitator, now=NOW - HOUR)
    world.hide("held_unnamed", NOBODY, lambda: _ask_unnamed(f"{CANARY} waits", by))
    world.hide("declined_unnamed", NOBODY, lambda: _declined(_ask_unnamed(f"{CANARY} declined", by), facilitator))
    world.hide(
        "seal_break",
        NOBODY,
        lambda: actions.ask_to_break_seal(post=question, reason=f"{CANARY} asks.", by=world["administrator"], now=NOW),
    )
    actions.tell_news(now=NOW)


def _ask_unnamed(title: str, by: User) -> Question:
    return actions.ask(title=title, body="Shared words.", audience=Audience.PUBLIC, by=by, now=NOW - 5 * HOUR, unnamed=True)


def _declined(question: Question, by: User) -> Question:
    actions.decline_post(post=question, reason="It names a resident.", by=by, now=NOW - 2 * HOUR)
    return question


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


def _file(world: World, **of: Any) -> Attachment:
    return Attachment.objects.create(
        file=ContentFile(b"What,How many\n" + CANARY.encode() + b",1\n", name=f"{CANARY}.csv"),
        name=f"{CANARY}.csv",
        label=f"{CANARY} shown",
        size=30,
        added_at=NOW - 50 * HOUR,
        **of,
    )


def _answers(world: World) -> None:
    world.hide("members_file", MEMBERS, lambda: _file(world, question=world["members_question"]))
    world.hide("hidden_file", NOBODY, lambda: _file(world, question=world["hidden_question"]))
    world.make("answer", _answer(world, "question", "Shared words, answered.", 89))
    world.hide("hidden_answer", NOBODY, lambda: _answer(world, "question", f"{CANARY} hidden answer.", 88, status=HIDDEN))
    world.hide("hidden_answers_file", NOBODY, lambda: _file(world, answer=world["hidden_answer"]))
    world.let_pass(
        "passing_file",
        lambda: _file(world, question=world["waiting_question"]),
        lambda file: actions.take_away(attachment=file, by=world["asker"], now=NOW),
    )
    world.make("accepted_answer", _answer(world, "question", "Shared words, and it worked.", 87, accepted=True))
    world.hide("withdrawn_answer", NOBODY, lambda: _answer(world, "question", f"{CANARY} withdrawn.", 86, status=WITHDRAWN))
    world.hide("only_hidden_answer", NOBODY, lambda: _answer(world, "third_question", f"{CANARY} alone.", 49, status=HIDDEN))
    _passing_answers(world)
    world.hide("members_answer", MEMBERS, lambda: _answer(world, "members_question", f"{CANARY} answer.", 79))


def _comment(world: World, question: str, body: str, hours_ago: int, **fields: Any) -> Comment:
    given = {"author": world["replier"], "council": world["westmere"], "commented_at": NOW - hours_ago * HOUR}
    return CommentFactory(**{"question": world[question], "body": body, **given, **fields})


def _comments(world: World) -> None:
    """And earlier wordings, one of them out of sight."""
    world.make("comment", _comment(world, "question", "Shared words, remarked.", 85))
    world.hide("hidden_comment", NOBODY, lambda: _comment(world, "question", f"{CANARY} hidden comment.", 84, status=HIDDEN))
    world.make("comment_on_answer", _comment(world, "question", "Shared words on it.", 83, answer=world["answer"]))
    world.hide(
        "comment_on_hidden_answer",
        NOBODY,
        lambda: _comment(world, "question", f"{CANARY} comment under it.", 82, answer=world["hidden_answer"]),
    )
    world.hide("members_comment", MEMBERS, lambda: _comment(world, "members_question", f"{CANARY} remark.", 78))
    world.make("wording", _wording(world, "Told quite differently before that.", 88))
    world.hide("hidden_wording", NOBODY, lambda: _wording(world, f"{CANARY} wording, out of sight.", 87, hidden_at=NOW))


def _wording(world: World, body: str, hours_ago: int, **fields: Any) -> PostRevision:
    at = NOW - hours_ago * HOUR
    return PostRevision.objects.create(question=world["question"], body=body, written_at=at - HOUR, replaced_at=at, **fields)


def _review(world: World) -> None:
    """What waits for a facilitator, and what was declined."""
    held = {"status": Post.Status.HELD}
    world.hide("held_question", NOBODY, lambda: _question(world, f"{CANARY} held", 45, **held))
    world.hide("held_answer", NOBODY, lambda: _answer(world, "question", f"{CANARY} held answer.", 44, **held))
    world.hide("held_comment", NOBODY, lambda: _comment(world, "question", f"{CANARY} held remark.", 43, **held))
    world.hide(
        "declined_question",
        NOBODY,
        lambda: _question(world, f"{CANARY} declined", 42, status=Post.Status.DECLINED),
    )
    if "declined_question" in world.secrets:
        ModerationEntry.objects.create(question=world["declined_question"], decision="decline", reason="No.", decided_at=NOW)


def _reshape(world: World) -> None:
    """A question joined to another; what is out of sight has moved with it."""
    joined = world.make("joined_question", _question(world, "Question one again", 75))
    world.hide("moved_hidden_answer", NOBODY, lambda: _answer(world, "joined_question", f"{CANARY} moved.", 74, status=HIDDEN))
    target, by = world["waiting_question"], world["facilitator"]
    apart = {"status": Post.Status.MERGED, "duplicate_of": target, "status_apart": HIDDEN}
    world.hide("hidden_joined_question", NOBODY, lambda: _question(world, f"{CANARY} the same", 74, **apart))
    world.make("reshaping", actions.merge(source=joined, target=target, by=by, now=NOW - 73 * HOUR))


def _imported(world: World, name: str, address: str, **fields: Any) -> ImportedPost:
    """Asked before there was a hub, under this address."""
    question = world.make(name, _question(world, f"Asked before: {name}", 90, author=None, council=None, **fields))
    Question.objects.filter(pk=question.pk).update(author_before="Nobody Known")
    return ImportedPost.objects.create(
        source="old", key=name, question=question, address_hash=address_hash(address), fingerprint="-", imported_at=NOW
    )


class OfRole(dict[str, Any]):
    """One thing for each role that has an account; the others meet the member's."""

    def of(self, role: str) -> Any:
        return self.get(role, self["member"])


def ask_for_each_role(world: World) -> None:
    """For the cells that say "own": everybody's own question, answer, and what of theirs was hidden."""
    names = ("own_question", "own_answer", "own_comment", "own_hidden", "answer_to_own", "own_draft", "own_help", "own_imported")
    own: dict[str, OfRole] = {name: OfRole() for name in names}
    for role in (role for role in ROLES if role not in WITHOUT_ACCOUNT):
        mine = {"author": world[role], "council": None}
        own["own_question"][role] = world.make(f"{role}_question", _question(world, f"Asked by {role}", 20, **mine))
        own["own_hidden"][role] = _question(world, f"Hidden from {role}", 20, **mine, status=HIDDEN)
        own["answer_to_own"][role] = _answer(world, f"{role}_question", f"To {role}.", 19)
        own["own_draft"][role] = Draft.objects.create(
            public_id=f"draft-{role}"[:20], author=world[role], typed={"title": [f"A draft by {role}"]}, saved_at=NOW
        )
        own["own_answer"][role] = _answer(world, "waiting_question", f"Said by {role}.", 18, **mine)
        own["own_imported"][role] = _imported(world, f"{role}_imported", world[role].email)
        own["own_help"][role] = _help(world, "waiting_question", world[role])
        own["own_comment"][role] = _comment(world, "waiting_question", f"Remarked by {role}.", 17, **mine)
    for name, things in own.items():
        world.make(name, things)
