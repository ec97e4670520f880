from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from forum.models import Answer, AnswerMark, Comment, HelpRequest, Interest, Post, Question
from hub.core.audience import Audience
from hub.core.markdown import render
from tests.factories.accounts import UserFactory
from tests.factories.organisations import CouncilFactory

ASKED = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)


class QuestionFactory(DjangoModelFactory[Question]):
    """Open and public, without a council; `concepts=[…]` and `products=[…]` link."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    class Params:
        for_members = factory.Trait(audience=Audience.MEMBERS)
        hidden = factory.Trait(status=Post.Status.HIDDEN)
        withdrawn = factory.Trait(status=Post.Status.WITHDRAWN)

    title = factory.Sequence(lambda n: f"How did you count contact number {n}?")
    body = "We counted for six weeks and the figures do not agree."
    body_html = factory.LazyAttribute(lambda question: render(question.body))
    author = factory.SubFactory(UserFactory)
    audience = Audience.PUBLIC
    asked_at = ASKED
    last_activity_at = factory.SelfAttribute("asked_at")

    @factory.post_generation
    def concepts(self, create: bool, extracted: object, **kwargs: object) -> None:
        if extracted:
            self.concepts.set(extracted)

    @factory.post_generation
    def products(self, create: bool, extracted: object, **kwargs: object) -> None:
        if extracted:
            self.products.set(extracted)


class AnswerFactory(DjangoModelFactory[Answer]):
    """Open; `accepted=True` marks it."""

    class Meta:
        model = Answer
        skip_postgeneration_save = True

    class Params:
        hidden = factory.Trait(status=Post.Status.HIDDEN)
        withdrawn = factory.Trait(status=Post.Status.WITHDRAWN)

    question = factory.SubFactory(QuestionFactory)
    body = "We stopped counting by hand and took the figures from the switchboard."
    body_html = factory.LazyAttribute(lambda answer: render(answer.body))
    author = factory.SubFactory(UserFactory)
    answered_at = ASKED + dt.timedelta(hours=1)

    @factory.post_generation
    def accepted(self, create: bool, extracted: object, **kwargs: object) -> None:
        if extracted:
            AnswerMark.objects.create(
                kind=AnswerMark.Kind.ACCEPTED, answer=self, question=self.question, marked_at=self.answered_at
            )


class CommentFactory(DjangoModelFactory[Comment]):
    """Open, on a question."""

    class Meta:
        model = Comment

    class Params:
        hidden = factory.Trait(status=Post.Status.HIDDEN)

    question = factory.SubFactory(QuestionFactory)
    body = "Which switchboard is it?"
    body_html = factory.LazyAttribute(lambda comment: render(comment.body))
    author = factory.SubFactory(UserFactory)
    commented_at = ASKED + dt.timedelta(hours=2)


class InterestFactory(DjangoModelFactory[Interest]):
    class Meta:
        model = Interest

    question = factory.SubFactory(QuestionFactory)
    user = factory.SubFactory(UserFactory)
    council = factory.SubFactory(CouncilFactory)
    needed_at = ASKED

    @classmethod
    def _create(cls, model_class: type[Interest], *args: Any, **kwargs: Any) -> Interest:
        interest = super()._create(model_class, *args, **kwargs)
        Question.objects.filter(pk=interest.question_id).recount_waiting()
        return interest


class HelpRequestFactory(DjangoModelFactory[HelpRequest]):
    """Sent, because their council runs a system."""

    class Meta:
        model = HelpRequest

    question = factory.SubFactory(QuestionFactory)
    person = factory.SubFactory(UserFactory)
    reasons = factory.List([HelpRequest.Reason.SYSTEM])
    state = HelpRequest.State.SENT
    proposed_at = ASKED
    sent_at = ASKED
    expires_at = factory.LazyAttribute(lambda asked: asked.sent_at + dt.timedelta(days=14))
