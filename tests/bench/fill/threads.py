"""What else there is to read in question time: systems and kinds of council, comments, one long thread, and how far a member has read."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from forum import feed_links
from forum.models import (
    Answer,
    AnswerMark,
    AskedOf,
    Comment,
    FeedLink,
    LastRead,
    NewQuestionsFollow,
    Question,
    QuestionFollow,
    QuestionProduct,
)
from forum.queries import LISTS
from hub.accounts.models import User
from hub.core.markdown import render
from hub.members.models import Membership
from hub.organisations.models import Organisation
from stepshare.models import Product
from taxonomy.models import Concept
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words

LONG = 200  # answers in the longest thread
BUSY = "The thread that everybody knows"


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    """The first member has been here for a year, has read a tenth of the questions and follows some."""
    chance = words.chance
    questions = list(Question.objects.order_by("pk"))
    products, tiers = list(Product.objects.order_by("pk")), list(Organisation.Tier)
    QuestionProduct.objects.bulk_create(
        [QuestionProduct(question=question, product=chance.choice(products)) for question in questions[::2]], batch_size=1000
    )
    AskedOf.objects.bulk_create(
        [AskedOf(question=question, tier=chance.choice(tiers)) for question in questions[::5]], batch_size=1000
    )
    memberships = list(Membership.objects.select_related("user", "organisation").order_by("pk")[:2000])
    _comments(questions, memberships, words)
    _long_thread(memberships, words, now)
    reader = User.objects.order_by("pk").first()
    assert reader is not None
    User.objects.filter(pk=reader.pk).update(joined_at=now - dt.timedelta(days=400))
    Question.objects.filter(pk__in=[question.pk for question in questions[::40]]).update(author=reader)
    LastRead.objects.bulk_create(
        [LastRead(user=reader, question=question, read_at=now) for question in questions[::10]], batch_size=1000
    )
    QuestionFollow.objects.bulk_create(
        [QuestionFollow(user=reader, question=question, followed_at=now) for question in questions[::20]], batch_size=1000
    )
    NewQuestionsFollow.objects.create(user=reader, followed_at=now)
    FeedLink.objects.create(user=reader, made_at=now)


def _comments(questions: list[Question], memberships: list[Membership], words: Words) -> None:
    body = words.some(30)
    html = render(body)
    Comment.objects.bulk_create(
        [
            Comment(
                question=question,
                body=body,
                body_html=html,
                author=(by := words.chance.choice(memberships)).user,
                council=by.organisation,
                commented_at=question.asked_at + dt.timedelta(minutes=20),
            )
            for question in questions[::3]
        ],
        batch_size=1000,
    )


def _long_thread(memberships: list[Membership], words: Words, now: dt.datetime) -> None:
    """Each answer with two comments and two councils for which it worked."""
    chance, asked = words.chance, now - dt.timedelta(days=100)
    body = words.paragraphs(3)
    html = render(body)
    question = Question.objects.create(
        title=BUSY, body=body, body_html=html, audience="public", asked_at=asked, last_activity_at=asked + dt.timedelta(hours=LONG)
    )
    answers = Answer.objects.bulk_create(
        Answer(
            question=question,
            body=body,
            body_html=html,
            author=(by := chance.choice(memberships)).user,
            council=by.organisation,
            answered_at=asked + dt.timedelta(hours=n),
        )
        for n in range(LONG)
    )
    Comment.objects.bulk_create(
        Comment(
            question=question,
            answer=answer,
            body=body,
            body_html=html,
            author=chance.choice(memberships).user,
            commented_at=answer.answered_at,
        )
        for answer in answers
        for _ in range(2)
    )
    councils = list(Organisation.objects.councils().order_by("pk")[:2])
    AnswerMark.objects.bulk_create(
        AnswerMark(kind=AnswerMark.Kind.WORKED, answer=answer, question=question, council=council, marked_at=now)
        for answer in answers
        for council in councils
    )


def addresses() -> dict[str, str]:
    """Each list for everybody and its feed, what narrows them, and the long thread at both ends."""
    thread = Question.objects.get(title=BUSY).get_absolute_url()
    concept = Concept.objects.filter(pk__in=Question.concepts.through.objects.values("concept")).order_by("pk").first()
    product = Product.objects.filter(question_links__isnull=False).order_by("pk").first()
    assert concept is not None
    assert product is not None
    everybodys = [listed for listed in LISTS.values() if not listed.personal]
    return {
        **{f"list: {listed.key}": listed.url for listed in everybodys},
        **{f"feed: {listed.key}": reverse("forum:feed", kwargs={"key": listed.key}) for listed in everybodys},
        "list: last page": f"{LISTS['all'].url}?page=9999",
        "list: a term": f"{LISTS['all'].url}?concept={concept.slug}",
        "list: a system": f"{LISTS['all'].url}?system={product.slug}",
        "list: districts": f"{LISTS['all'].url}?kind=district",
        "unanswered, narrowed": f"{LISTS['unanswered'].url}?concept={concept.slug}&kind=district",
        "thread of 200": thread,
        "thread of 200, end": f"{thread}?page=10",
    }


def addresses_of_a_member(person: User) -> dict[str, str]:
    token = feed_links.token_of(FeedLink.objects.get(user=person))
    personal = [listed for listed in LISTS.values() if listed.personal]
    return {
        **{f"list: {listed.key}": listed.url for listed in personal},
        **{
            f"feed: {listed.key}": reverse("forum:personal_feed", kwargs={"token": token, "key": listed.key}) for listed in personal
        },
        "list: new, districts": f"{LISTS['new'].url}?kind=district",
    }
