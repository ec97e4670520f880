"""The lists of questions, and what may be chosen to narrow them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse

from forum.models import Answer, Comment, ModerationEntry, Post, Question, QuestionConcept, QuestionProduct, QuestionQuerySet
from hub.accounts.models import User
from hub.core.audience import Viewer
from stepshare.models import Product, ProductQuerySet, Project
from taxonomy.models import Concept, ConceptQuerySet

MOST_OF_A_PERSON = 5  # questions of each kind on their page
MOST_SYSTEMS = 100  # to choose from
MOST_KEPT = 20  # of questions, answers and comments each


@dataclass(frozen=True)
class Listed:
    """One of the lists. `personal` ones are made for somebody who is signed in, and have no public feed."""

    key: str
    label: str
    heading: str
    lede: str
    personal: bool = False

    @property
    def url(self) -> str:
        named = {"all": "forum:question_list", "unanswered": "forum:unanswered"}.get(self.key)
        return reverse(named) if named else reverse("forum:list", kwargs={"key": self.key})


LISTS = {
    listed.key: listed
    for listed in (
        Listed("all", "All questions", "Question time", "What councils ask each other, and what the others tell them."),
        Listed(
            "unanswered",
            "Unanswered",
            "Waiting for an answer",
            "Nobody has answered these yet. Those that wait longest come first.",
        ),
        Listed(
            "wanted",
            "Wanted most",
            "Wanted by most councils",
            "No answer has settled these. Those that most councils wait for come first.",
        ),
        Listed("accepted", "Accepted", "Questions with an accepted answer", "The council that asked has said which answer helped."),
        Listed(
            "new",
            "New to you",
            "New since you were here",
            "Somebody has asked, answered or commented since you last read these.",
            personal=True,
        ),
        Listed(
            "followed", "Followed", "Questions you follow", "You hear of what is posted in these, as you chose to.", personal=True
        ),
        Listed("mine", "Yours", "Your questions", "What you asked, answered, commented on or need too.", personal=True),
    )
}


class Listing:
    """Questions in their order. Only those shown are made into cards: what a card counts costs too much for thousands that
    are skipped. Two queries for a page besides those of the cards."""

    def __init__(self, questions: QuestionQuerySet) -> None:
        self.questions = questions

    def count(self) -> int:
        return self.questions.count()

    def __getitem__(self, shown: slice) -> list[Question]:
        keys = list(self.questions.values_list("pk", flat=True)[shown])
        cards = Question.objects.filter(pk__in=keys).for_cards().in_bulk()
        return [cards[key] for key in keys if key in cards]


def questions_listed(viewer: Viewer, key: str, params: Mapping[str, str]) -> Listing:
    """One of LISTS, in its order; empty where it is personal and the viewer nobody."""
    questions = Question.objects.visible_to(viewer).open().filtered(params)
    if LISTS[key].personal:
        if not isinstance(viewer, User):
            return Listing(questions.none())
        questions = {"new": questions.new_to, "mine": questions.of, "followed": questions.followed_by}[key](viewer)
    if key == "unanswered":
        return Listing(questions.unanswered().oldest_first())
    if key == "wanted":
        return Listing(questions.wanted().most_wanted())
    if key == "accepted":
        questions = questions.accepted()
    return Listing(questions.newest_activity_first())


def kept_from_others(viewer: Viewer) -> list[Question | Answer | Comment]:
    """What somebody wrote under their name and nobody else reads now: it waits, was not posted, is out of sight or withdrawn.
    The latest first, each with `moderation_entries`."""
    if not isinstance(viewer, User):
        return []
    shut = [Post.Status.HELD, Post.Status.DECLINED, Post.Status.HIDDEN, Post.Status.WITHDRAWN]
    of_question = Prefetch("moderation_entries", ModerationEntry.objects.in_order().filter(answer=None, comment=None))
    questions = Question.objects.visible_to(viewer).prefetch_related(of_question).order_by("-asked_at", "public_id")
    answers = Answer.objects.visible_to(viewer).for_thread().select_related("question").order_by("-answered_at", "public_id")
    comments = Comment.objects.visible_to(viewer).for_thread().select_related("question").order_by("-commented_at", "public_id")
    found = [post for posts in (questions, answers, comments) for post in posts.filter(author=viewer, status__in=shut)[:MOST_KEPT]]
    return sorted(found, key=lambda post: post.posted_at, reverse=True)


def concepts_to_choose_from(viewer: Viewer, chosen: str) -> ConceptQuerySet:
    """Those of questions in this viewer's lists: a choice must not tell what they cannot read."""
    tags = QuestionConcept.objects.filter(question__in=Question.objects.visible_to(viewer).open())
    return Concept.objects.visible_to(viewer).to_choose_from(tags, chosen)


def systems_to_choose_from(viewer: Viewer, chosen: str) -> ProductQuerySet:
    """Likewise: those that most questions in this viewer's lists are about, and the one chosen already, by name."""
    links = QuestionProduct.objects.filter(question__in=Question.objects.visible_to(viewer).open())
    asked_about = links.order_by().values("product").annotate(uses=Count("pk")).order_by("-uses", "product__slug")
    systems = Product.objects.visible_to(viewer).filter(Q(pk__in=asked_about.values("product")[:MOST_SYSTEMS]) | Q(slug=chosen))
    return systems.order_by(Lower("name"), "slug")


def questions_about(viewer: Viewer, thing: Product | Project) -> QuestionQuerySet:
    """Open ones, as the list narrowed to a system has them. Whoever sees a project may still not see all that is asked of it."""
    questions = Question.objects.visible_to(viewer).open()
    if isinstance(thing, Product):
        return questions.filtered({"system": thing.slug})
    return questions.filter(project_links__project=thing)


def asked_by(viewer: Viewer, author: User) -> QuestionQuerySet:
    """Open ones, the latest first."""
    questions = Question.objects.visible_to(viewer).open().filter(author=author)
    return questions.for_cards().order_by("-asked_at", "public_id")


def answered_by(viewer: Viewer, author: User) -> QuestionQuerySet:
    """Open questions in which they have an open answer, those with the latest such answer first."""
    answers = Answer.objects.visible_to(viewer).open().filter(author=author, question=OuterRef("pk"))
    latest = answers.order_by("-answered_at").values("answered_at")[:1]
    questions = Question.objects.visible_to(viewer).open().annotate(answered_at=Subquery(latest))
    return questions.filter(answered_at__isnull=False).for_cards().order_by("-answered_at", "public_id")
