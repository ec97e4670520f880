"""Questions, their answers, and the councils that need the answer too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify
from wagtail.search import index

from hub.accounts.models import User
from hub.core.audience import Audience, Viewer, audiences_for
from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField, new_public_id
from taxonomy.models import Concept, ConceptTag

MODERATE = "forum.moderate"

# The second segment of addresses of our own: a title that comes to one of these gets a longer slug.
TAKEN_SLUGS = frozenset({"answer", "edit", "hide", "needed", "not-needed", "unhide", "withdraw"})
# "A London borough council", but "a district council".
_PROPER_NAMES = ("London", "Northern", "Scottish", "Welsh")


class Post(models.Model):
    """What questions and answers share. `council` and `author_job` are the author's at posting time; an erased author is null."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        HIDDEN = "hidden", "Hidden by a facilitator"
        WITHDRAWN = "withdrawn", "Withdrawn by its author"

    public_id = PublicIdField()
    body = models.TextField()
    body_html = models.TextField(editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss"
    )
    author_job = models.CharField(max_length=120, blank=True)
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    # The form carries it, so that a button pressed twice posts once.
    submission = models.CharField(max_length=20, default=new_public_id, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)

    # Set by `queries.thread`: the author's page, for whoever may see it.
    author_url = ""

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="%(app_label)s_%(class)s_submitted_once"),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def author_name(self) -> str:
        """Never the address, which stands in for a name elsewhere. Needs `author`."""
        if self.author is None:
            return "A former member"
        return self.author.get_full_name() or "A member"

    @property
    def byline(self) -> str:
        """Needs `author` and `council`."""
        return f"{self.author_name}, {self.council}" if self.council else self.author_name

    @property
    def last_decision(self) -> ModerationEntry | None:
        """Needs `moderation_entries`, the oldest first."""
        entries: list[ModerationEntry] = list(self.moderation_entries.all())  # type: ignore[attr-defined]  # of both heirs
        return entries[-1] if entries else None


def _seen_by(viewer: Viewer) -> Q:
    """Open posts, one's own whatever became of them, and everything for those who moderate."""
    if viewer.has_perm(MODERATE):
        return Q()
    is_open = Q(status=Post.Status.OPEN)
    return is_open | Q(author=viewer) if isinstance(viewer, User) else is_open


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """What may be read at its own address; lists add `open()`."""
        return self.filter(_seen_by(viewer), audience__in=audiences_for(viewer))

    def open(self) -> Self:
        return self.filter(status=Question.Status.OPEN)

    def accepted(self) -> Self:
        return self.open().filter(Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk"))))

    def unanswered(self) -> Self:
        """Nobody but the asker has answered, and nothing is accepted: an asker's own afterthought is no answer."""
        by_others = Answer.objects.open().exclude(author__isnull=False, author=F("question__author"))
        return self.open().exclude(
            Exists(by_others.filter(question=OuterRef("pk")))
            | Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk")))
        )

    def filtered(self, params: Mapping[str, str]) -> Self:
        """`show` (accepted, unanswered), `concept` and `system` (slugs); what is not known finds nothing."""
        questions = self
        if params.get("show") == "accepted":
            questions = questions.accepted()
        if params.get("show") == "unanswered":
            questions = questions.unanswered()
        if concept := params.get("concept"):
            tags = QuestionConcept.objects.filter(concept__slug=concept, concept__status=Concept.Status.PUBLISHED)
            questions = questions.filter(Exists(tags.filter(question=OuterRef("pk"))))
        if system := params.get("system"):
            questions = questions.filter(Exists(QuestionProduct.objects.filter(question=OuterRef("pk"), product__slug=system)))
        return questions

    def for_cards(self) -> Self:
        """Everything components/question_card.html reads. The counts hold open answers only, so they are the same for everybody."""
        answers = Answer.objects.open().filter(question=OuterRef("pk")).order_by().values("question")
        councils = Interest.objects.filter(question=OuterRef("pk")).order_by().values("question")
        asker_counts_already = Exists(Interest.objects.filter(question=OuterRef("pk"), council=OuterRef("council")))
        return (
            self.select_related("council")
            .prefetch_related(Prefetch("concepts", Concept.objects.for_tags()))
            .annotate(
                answer_count=Coalesce(Subquery(answers.annotate(count=Count("pk")).values("count")), 0),
                is_accepted=Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk"))),
                councils_waiting=Coalesce(Subquery(councils.annotate(count=Count("council", distinct=True)).values("count")), 0)
                + Case(When(Q(council=None) | asker_counts_already, then=Value(0)), default=Value(1)),
            )
        )

    def for_thread(self) -> Self:
        """What the top of a thread reads besides."""
        entries = ModerationEntry.objects.order_by("decided_at")
        return (
            self.for_cards()
            .select_related("author")
            .prefetch_related("products", Prefetch("moderation_entries", entries.filter(answer=None)))
        )

    def newest_activity_first(self) -> Self:
        return self.order_by("-last_activity_at", "public_id")

    def most_wanted(self) -> Self:
        """After `for_cards()`."""
        return self.order_by("-councils_waiting", "asked_at", "public_id")


class Question(index.Indexed, Post):
    title = models.CharField(max_length=140)
    audience = models.CharField(max_length=10, choices=Audience)
    asked_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    concepts = models.ManyToManyField(Concept, through="QuestionConcept", related_name="+")
    products = models.ManyToManyField("stepshare.Product", through="QuestionProduct", related_name="+")

    # Annotated by `for_cards()`.
    answer_count: int
    councils_waiting: int
    is_accepted: bool

    objects = QuestionQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=3),
        index.AutocompleteField("title"),
        index.SearchField("body"),
        index.SearchField("answers_text"),
        index.RelatedFields("concepts", [index.SearchField("label")]),
        index.FilterField("audience"),
        index.FilterField("status"),
        index.FilterField("asked_at"),
        index.FilterField("last_activity_at"),
    ]

    class Meta(Post.Meta):
        indexes = [models.Index(fields=["status", "-last_activity_at"], name="forum_question_newest")]
        constraints = [
            *Post.Meta.constraints,
            models.CheckConstraint(name="forum_question_active_since_asked", condition=Q(last_activity_at__gte=F("asked_at"))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forum:question", kwargs={"public_id": self.public_id, "slug": self.slug})

    @property
    def slug(self) -> str:
        """Derived: an edited title moves the address, and the public id still leads there."""
        slug = slugify(self.title)[:80].strip("-") or "question"
        return f"{slug}-question" if slug in TAKEN_SLUGS else slug

    @property
    def concepts_shown(self) -> list[Concept]:
        return list(self.concepts.all())

    @property
    def asker_line(self) -> str:
        """All that a card tells about the asker. Needs `council`."""
        if self.council is None:
            return "asked by a member"
        kind = self.council.get_tier_display() if self.council.tier else "council"
        return f"asked by a {kind if kind.startswith(_PROPER_NAMES) else kind[0].lower() + kind[1:]}"

    @property
    def answers_text(self) -> str:
        """What search reads of the answers: open ones only."""
        return "\n\n".join(answer.body for answer in self.answers.all() if answer.is_open)

    @classmethod
    def get_indexed_objects(cls) -> QuestionQuerySet:
        """Nobody finds by searching what has been hidden or withdrawn."""
        found: QuestionQuerySet = super().get_indexed_objects()
        return found.open().prefetch_related("answers")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Never without its question."""
        return self.filter(_seen_by(viewer), question__in=Question.objects.visible_to(viewer))

    def open(self) -> Self:
        return self.filter(status=Answer.Status.OPEN)

    def for_thread(self) -> Self:
        """Everything a thread reads of each answer, the oldest first."""
        return (
            self.select_related("author", "council")
            .prefetch_related(Prefetch("moderation_entries", ModerationEntry.objects.order_by("decided_at")))
            .annotate(is_accepted=Exists(AnswerMark.objects.accepted().filter(answer=OuterRef("pk"))))
            .order_by("answered_at", "public_id")
        )


class Answer(Post):
    """Not a search result of its own: search finds the question it answers."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    answered_at = models.DateTimeField()

    # Annotated by `for_thread()`.
    is_accepted: bool

    objects = AnswerQuerySet.as_manager()

    class Meta(Post.Meta):
        indexes = [models.Index(fields=["question", "status", "answered_at"], name="forum_answer_in_thread")]

    def __str__(self) -> str:
        return f"Answer to “{self.question}”"

    def get_absolute_url(self) -> str:
        """Needs `question`."""
        return f"{self.question.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"answer-{self.public_id}"


class AnswerMarkQuerySet(models.QuerySet["AnswerMark"]):
    def accepted(self) -> Self:
        return self.filter(kind=AnswerMark.Kind.ACCEPTED)


class AnswerMark(models.Model):
    """What somebody says of an answer. An answer that is hidden or withdrawn loses its marks."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"

    kind = models.CharField(max_length=12, choices=Kind)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="marks")
    # Repeats the answer's question, so that the database itself allows one accepted answer only.
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="marks")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField()

    objects = AnswerMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=Q(kind="accepted"), name="forum_answer_mark_one_accepted"),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.kind}"


class Interest(models.Model):
    """ "My council needs this too." The council's need outlives the person who spoke for it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="interests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="interests")
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="interests")
    needed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "user"], name="forum_interest_once")]

    def __str__(self) -> str:
        return f"{self.council} needs “{self.question}”"


class QuestionConcept(ConceptTag):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="concept_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "concept"], name="forum_question_concept_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.concept}"


class QuestionProduct(models.Model):
    """A system the question is about."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="product_links")
    product = models.ForeignKey("stepshare.Product", on_delete=models.CASCADE, related_name="question_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "product"], name="forum_question_product_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.product}"


class ModerationEntry(models.Model):
    """Appended, never edited: who took a post out of sight or put it back, and why. Without an answer it is about the question."""

    class Decision(models.TextChoices):
        HIDE = "hide", "Hidden"
        UNHIDE = "unhide", "Shown again"

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="moderation_entries")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="moderation_entries")
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.answer or self.question}: {self.decision}"
