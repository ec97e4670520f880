"""Mail to somebody without an account, whose question a facilitator typed in: each answer, with a link that stops it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse

from forum.models import Answer, AskedElsewhere, Post, Question, QuestionEvent
from hub.core.audience import Audience
from hub.mail import actions as mail
from hub.mail.models import Delivery, Lane
from hub.mail.recipients import Recipient

STREAM = "asked-elsewhere"
_SALT = "forum.asked-elsewhere.stop"
TOLD_OF = (QuestionEvent.Kind.POSTED, QuestionEvent.Kind.APPROVED)


def on_event(event: QuestionEvent, **kwargs: Any) -> None:
    """In the transaction of the answer, so that neither goes without the other. Once to each address, however many of the
    questions that are one thread by now came from it."""
    if event.answer is None or event.comment_id is not None or event.kind not in TOLD_OF or not event.answer.is_open:
        return
    asked = AskedElsewhere.objects.filter(question__in=Question.objects.leading_to(event.question)).exclude(email="")
    askers: dict[str, AskedElsewhere] = {}
    for asker in sorted(asked.select_related("question"), key=lambda asker: asker.question_id != event.question_id):
        askers.setdefault(asker.email.casefold(), asker)
    for asker in askers.values():
        _write(asker, event.answer, event.at)


def _write(asked: AskedElsewhere, answer: Answer, now: dt.datetime) -> None:
    """What is among members stays there: then the mail says only that somebody has answered their question, and not which
    it was joined to."""
    question = asked.question
    is_public = answer.question.audience == Audience.PUBLIC
    context = {
        "asked": asked,
        "question": question,
        "joined_to": answer.question if is_public and answer.question_id != question.pk else None,
        "answer": answer if is_public else None,
        "url": _absolute(answer.get_absolute_url()) if is_public else "",
        "join_url": _absolute(reverse("account_signup")),
        "stop": "[[unsubscribe_url]]",
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    mail.post(
        key=f"{STREAM}:{question.public_id}:{answer.public_id}",
        stream=STREAM,
        lane=Lane.NOTICE,
        subject=question.title,
        text=render_to_string("emails/forum/answered.txt", context),
        recipients=[Recipient(asked.email, {"unsubscribe_url": stop_url(asked)})],
        now=now,
    )


def stop_url(asked: AskedElsewhere) -> str:
    token = signing.Signer(salt=_SALT).sign(asked.question.public_id)
    return _absolute(reverse("forum:stop_answers", args=[token]))


def question_of(token: str) -> str | None:
    """The public id; None for what we never signed."""
    try:
        return signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return None


def still_allowed(delivery: Delivery) -> bool:
    """Asked just before it goes: the answer may have been hidden, and the asker may have had enough. It may also stand in the
    question that theirs was joined to by now."""
    _stream, question, answer = delivery.message.key.split(":")
    asked = AskedElsewhere.objects.filter(question__public_id=question).exclude(email="")
    wanted = asked.exclude(question__status_apart=Post.Status.WITHDRAWN).first()
    if wanted is None:
        return False
    thread = Question.objects.where_they_lead([wanted.question_id])[wanted.question_id]
    return Answer.objects.open().filter(public_id=answer, question=thread, question__status=Post.Status.OPEN).exists()


def _absolute(path: str) -> str:
    return path if "://" in path else f"{settings.SITE_URL}{path}"
