"""Questions, what they are about, who is asked, and the councils that need the answer too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.text import slugify
from wagtail.search import index

from forum.models.answers import NOBODY, Answer, AnswerMark, Comment
from forum.models.events import ModerationEntry
from forum.models.posts import MODERATE, Post, seen_by
from forum.models.reading import AllRead, LastRead
from hub.accounts.models import User
from hub.core.audience import Audience, Viewer, audiences_for
from hub.organisations.models import Organisation
from taxonomy.models import Concept, ConceptTag

# The second segment of addresses of our own: a title that comes to one of these gets a longer slug.
TAKEN_SLUGS = frozenset(
    {"answer", "close", "comment", "edit", "hide", "history", "merge", "move", "needed", "not-needed", "read", "reopen", "split"}
    | {"helpers", "unhide", "withdraw"}
)
# "A London borough council", but "a district council".
_PROPER_NAMES = ("London", "Northern", "Scottish", "Welsh")


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """What may be read at its own address; lists add `open()`."""
        return self.filter(seen_by(viewer), audience__in=audiences_for(viewer))

    def read_by(self, viewer: Viewer) -> Self:
        """At its own address, or with the question it was joined to: no thread has readers whom the other did not have (ADR 0014)."""
        joined = Q(status_apart=Question.Status.OPEN, duplicate_of__in=Question.objects.visible_to(viewer).open())
        return self.filter(joined | Q(pk__in=Question.objects.visible_to(viewer)))

    def joined_to(self, question: Question, viewer: Viewer) -> Self:
        """Read with it, whatever may be read of it. Those whose words were taken out of sight are for their author and those who
        moderate."""
        shown = Q(status_apart=Question.Status.OPEN)
        if viewer.has_perm(MODERATE):
            shown = Q()
        elif isinstance(viewer, User):
            shown |= Q(author=viewer)
        return self.filter(shown, duplicate_of=question)

    def open(self) -> Self:
        return self.filter(status=Question.Status.OPEN)

    def accepted(self) -> Self:
        return self.open().filter(Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk"))))

    def unanswered(self) -> Self:
        """Nobody but the asker has answered, nothing is accepted, and an answer is still asked for."""
        return (
            self.open()
            .filter(closed_at=None)
            .exclude(Exists(Answer.objects.open().filter(question=OuterRef("pk")).by_others(asker=OuterRef("author"))))
            .exclude(Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk"))))
        )

    def answered(self) -> Self:
        """Somebody else has answered, or something is accepted, whether or not it has been closed since. One that was closed
        without an answer is neither this nor unanswered."""
        by_others = Answer.objects.open().filter(question=OuterRef("pk")).by_others(asker=OuterRef("author"))
        accepted = AnswerMark.objects.accepted().filter(question=OuterRef("pk"))
        return self.open().filter(Exists(by_others) | Exists(accepted))

    def filtered(self, params: Mapping[str, str]) -> Self:
        """`show` (accepted, unanswered), `concept` and `system` (slugs), `kind` of council; what is not known finds nothing."""
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
        if kind := params.get("kind"):
            asked_of = AskedOf.objects.filter(question=OuterRef("pk"), tier=kind)
            questions = questions.filter(Q(council__tier=kind) | Exists(asked_of))
        return questions

    def for_cards(self) -> Self:
        """Everything components/question_card.html reads. The counts hold open answers only, so they are the same for everybody."""
        answers = Answer.objects.open().filter(question=OuterRef("pk")).order_by().values("question")
        return (
            self.select_related("council")
            .prefetch_related(Prefetch("concepts", Concept.objects.for_tags()))
            .annotate(
                answer_count=Coalesce(Subquery(answers.annotate(count=Count("pk")).values("count")), 0),
                is_accepted=Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk"))),
            )
        )

    def recount_waiting(self) -> None:
        """After every change of an interest, while the question is locked: counted for each list, twenty thousand of them
        took longer than the page."""
        others = Interest.objects.filter(question=OuterRef("pk")).exclude(council=Coalesce(OuterRef("council"), NOBODY))
        counted = others.order_by().values("question").annotate(count=Count("council", distinct=True)).values("count")
        self.update(other_councils=Coalesce(Subquery(counted), 0))

    def for_thread(self) -> Self:
        """What the top of a thread reads besides."""
        entries = ModerationEntry.objects.in_order().filter(answer=None, comment=None)
        return (
            self.for_cards()
            .select_related("author", "asked_elsewhere", "seal")
            .prefetch_related("products", "asked_of", "attachments", Prefetch("moderation_entries", entries))
        )

    def as_met_by(self, viewer: Viewer) -> Self:
        """`read_at`: until when they said they had read it, or all; None for a visitor, and for a member who never said so: to
        them a thread is a thread, not news. `is_needed`: they have said that their council needs it too."""
        if not isinstance(viewer, User):
            return self.annotate(read_at=Value(None, models.DateTimeField()), is_needed=Value(False))
        this = Subquery(LastRead.objects.filter(user=viewer, question=OuterRef("pk")).values("read_at"))
        every = Subquery(AllRead.objects.filter(user=viewer).values("read_at"))
        return self.annotate(
            read_at=Greatest(Coalesce(this, every), Coalesce(every, this)),
            is_needed=Exists(Interest.objects.filter(user=viewer, question=OuterRef("pk"))),
        )

    def wanted(self) -> Self:
        """At least one council waits, and nothing is accepted."""
        accepted = Exists(AnswerMark.objects.accepted().filter(question=OuterRef("pk")))
        return self.filter(~accepted, councils_waiting__gt=0, closed_at=None)

    def new_to(self, user: User) -> Self:
        """Somebody else has posted in it since they last said they had read it, or all."""
        all_read = AllRead.objects.filter(user=user).values("read_at")
        this_read = LastRead.objects.filter(user=user, question=OuterRef("pk"), read_at__gte=OuterRef("last_activity_at"))
        since = Coalesce(Subquery(all_read), Value(user.joined_at))
        return self.filter(last_activity_at__gt=since).exclude(Exists(this_read))

    def of(self, user: User) -> Self:
        """What they asked, answered, commented on, or need too. From the person, who has few, to the questions, which are many."""
        answers = Answer.objects.filter(author=user).values("question")
        comments = Comment.objects.filter(author=user).values("question")
        needs = Interest.objects.filter(user=user).values("question")
        return self.filter(Q(author=user) | Q(pk__in=answers) | Q(pk__in=comments) | Q(pk__in=needs))

    def followed_by(self, user: User) -> Self:
        return self.filter(follows__user=user)

    def where_they_lead(self, keys: Iterable[int]) -> dict[int, int]:
        """Of these (primary keys) each to itself, unless it was joined to another, through however many joinings."""
        leads = {key: key for key in keys}
        joined = self.filter(duplicate_of__isnull=False).values_list("pk", "duplicate_of")
        while further := dict(joined.filter(pk__in=set(leads.values()))):
            leads = {key: further.get(end, end) for key, end in leads.items()}
        return leads

    def leading_to(self, question: Question) -> Self:
        """It, and all that were joined to it: whoever asked one of them waits for the same answers, unless they withdrew it."""
        found = level = {question.pk}
        while level := set(self.filter(duplicate_of__in=level).values_list("pk", flat=True)):
            found = found | level
        return self.filter(pk__in=found).exclude(status_apart=Question.Status.WITHDRAWN)

    def oldest_first(self) -> Self:
        return self.order_by("asked_at", "public_id")

    def newest_activity_first(self) -> Self:
        return self.order_by("-last_activity_at", "public_id")

    def most_wanted(self) -> Self:
        return self.order_by("-councils_waiting", "asked_at", "public_id")


class Question(index.Indexed, Post):
    title = models.CharField(max_length=140)
    audience = models.CharField(max_length=10, choices=Audience)
    asked_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    concepts = models.ManyToManyField(Concept, through="QuestionConcept", related_name="+")
    products = models.ManyToManyField("stepshare.Product", through="QuestionProduct", related_name="+")
    projects = models.ManyToManyField("stepshare.Project", through="QuestionProject", related_name="+")
    # Read as before, but it takes no more answers. Beside the status, so that what is hidden and shown again is still closed.
    closed_at = models.DateTimeField(null=True, blank=True)
    # Where its address leads, for ever.
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates")
    # Of a joined one: whether its words are still read there, and what it is once the two are parted.
    status_apart = models.CharField(max_length=10, choices=Post.Status, default=Post.Status.OPEN, editable=False)
    # When the hub looked for people who could answer: once, however many it found.
    helpers_sought_at = models.DateTimeField(null=True, blank=True)
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="split_off")
    # Kept by `recount_waiting()`.
    other_councils = models.PositiveIntegerField(default=0, editable=False)
    # With the asker's own, where it is told.
    councils_waiting = models.GeneratedField(
        expression=F("other_councils") + Case(When(council=None, then=Value(0)), default=Value(1)),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )

    # Annotated by `for_cards()`.
    answer_count: int
    is_accepted: bool
    # Annotated by `as_met_by()`.
    read_at: dt.datetime | None
    is_needed: bool

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
        # Each holds all that a list is made of, so that rows with their long texts are read for the page shown alone.
        indexes = [
            models.Index(fields=["status", "-last_activity_at", "public_id", "audience", "author"], name="forum_question_newest"),
            models.Index(
                # The last two are what is looked at of thousands to find whom nobody has answered.
                fields=["status", "asked_at", "public_id", "audience", "author", "council", "closed_at"],
                name="forum_question_oldest",
            ),
            models.Index(
                fields=["status", "-councils_waiting", "asked_at", "public_id", "audience", "author", "closed_at"],
                name="forum_question_wanted",
            ),
            # Whatever counts those somebody may read goes by this alone, and never opens the rows with their long texts.
            models.Index(fields=["status", "audience", "author", "closed_at", "id"], name="forum_question_may_be_read"),
            # Of the few that have one: with all the others in it, the planner takes such a column for one that tells nothing apart.
            models.Index(fields=["duplicate_of"], condition=Q(duplicate_of__isnull=False), name="forum_question_joined"),
            models.Index(fields=["split_from"], condition=Q(split_from__isnull=False), name="forum_question_split_off"),
        ]
        constraints = [
            *Post.Meta.constraints,
            models.CheckConstraint(
                name="forum_question_merged_leads_on",
                condition=Q(status="merged", duplicate_of__isnull=False) | (~Q(status="merged") & Q(duplicate_of=None)),
            ),
            models.CheckConstraint(
                name="forum_question_apart_where_joined",
                condition=Q(status_apart="open") | Q(status="merged", status_apart__in=["hidden", "withdrawn"]),
            ),
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
    def posted_at(self) -> dt.datetime:
        return self.asked_at

    @property
    def own_status(self) -> str:
        return self.status_apart if self.status == self.Status.MERGED else self.status

    @property
    def why_closed(self) -> str:
        entry = self.last_of("close")
        return entry.reason if entry else ""

    @property
    def takes_answers(self) -> bool:
        return self.is_open and self.closed_at is None

    @property
    def author_name(self) -> str:
        """Needs `asked_elsewhere` where nobody on the hub is its author."""
        if self.author_id is None and not self.is_sealed and (told := getattr(self, "asked_elsewhere", None)):
            return str(told.name) or "Somebody who wrote to us"
        return super().author_name

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


class Interest(models.Model):
    """ "My council needs this too." The council's need outlives the person who spoke for it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="interests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="interests")
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="interests")
    needed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["question", "council"], name="forum_interest_councils")]
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


class QuestionProject(models.Model):
    """A council's project the question is about."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="project_links")
    project = models.ForeignKey("stepshare.Project", on_delete=models.CASCADE, related_name="question_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "project"], name="forum_question_project_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.project}"


class AskedOf(models.Model):
    """A kind of council that is asked above all. It says who may know; everybody may answer."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="asked_of")
    tier = models.CharField(max_length=16, choices=Organisation.Tier)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "tier"], name="forum_asked_of_once")]
        ordering = ["tier"]

    def __str__(self) -> str:
        return f"{self.question}: {self.tier}"


class AskedElsewhere(models.Model):
    """A facilitator typed in what came by mail or telephone. `name` is shown, and empty for who is not to be named;
    `email` is where answers go, and no page shows it. A member's own question has them as its author besides."""

    class Way(models.TextChoices):
        MAIL = "mail", "by email"
        TELEPHONE = "telephone", "by telephone"
        MEETING = "meeting", "at a meeting"

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="asked_elsewhere")
    way = models.CharField(max_length=10, choices=Way)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.question}: {self.get_way_display()}"
