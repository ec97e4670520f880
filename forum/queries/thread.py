"""One thread as one viewer meets it: a page of its answers with what others say of them, and what is new to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from forum import access
from forum.models import (
    Answer,
    AnswerMark,
    AnswerQuerySet,
    Comment,
    ModerationEntry,
    PostRevision,
    Question,
    QuestionQuerySet,
    Reshaping,
)
from forum.queries.mentions import lead_to_people
from hub.core.audience import Viewer, reads_members_content
from hub.members.queries import own_council_ids
from hub.organisations.models import Organisation
from stepshare.models import Project

ANSWERS_ON_A_PAGE = 20

Post = Question | Answer | Comment


@dataclass(frozen=True)
class Said:
    """What councils say of an answer. Their names are for those who read what is among members; the number is everybody's."""

    number: int = 0
    councils: tuple[Organisation, ...] = ()
    systems: tuple[str, ...] = ()
    is_ours: bool = False
    our_system: str = ""  # its slug


@dataclass(frozen=True)
class ShownComment:
    comment: Comment
    may_edit: bool
    may_moderate: bool
    is_new: bool


@dataclass(frozen=True)
class ShownAnswer:
    """An answer as one viewer meets it in a thread; `number` counts what this viewer sees."""

    answer: Answer
    number: int
    may_edit: bool
    may_accept: bool
    may_moderate: bool
    may_comment: bool = False
    may_mark: bool = False
    is_new: bool = False
    was_changed: bool = False
    worked: Said = field(default_factory=Said)
    out_of_date: Said = field(default_factory=Said)
    comments: list[ShownComment] = field(default_factory=list)

    @property
    def number_in_words(self) -> str:
        """For sentences that a template puts together."""
        return str(self.number)


@dataclass(frozen=True)
class ShownJoined:
    """A question that was joined to the thread's."""

    question: Question
    may_withdraw: bool


@dataclass(frozen=True)
class Thread:
    """`accepted` may stand on another page; `new` counts over all pages."""

    page: Page[Answer]
    answers: list[ShownAnswer]
    comments: list[ShownComment]
    accepted: Answer | None
    new: int
    first_new: Answer | Comment | None
    was_changed: bool
    projects: list[Project]
    joined: list[ShownJoined]
    split_off: list[Question]
    reshapings: list[Reshaping]


def thread(viewer: Viewer, question: Question, page: str | None = None) -> Thread:
    """Bylines lead members to the author's page, while there is one. As many queries however long it is. Needs a question
    `as_met_by(viewer)`."""
    all_answers = Answer.objects.visible_to(viewer, within=question).for_thread()
    answers = Paginator(all_answers, ANSWERS_ON_A_PAGE).get_page(page)
    shown = list(answers)
    comments = _comments(viewer, question, shown)
    others = list(_others(viewer, question))
    lead_to_people(viewer, [question, *shown, *(comment for said in comments.values() for comment in said), *others])
    new = _new_posts(viewer, question)
    changed = _changed(viewer, question, shown)
    said = _said_of(viewer, shown)
    accepted = next((answer for answer in shown if answer.is_accepted), None)
    if accepted is None and question.is_accepted:
        accepted = all_answers.accepted().first()
    may_comment, may_moderate = access.can_comment(viewer, question), access.can_moderate(viewer)
    may_accept, may_mark = access.can_accept(viewer, question), access.can_mark_in(viewer, question)

    def shown_comments(key: int | None) -> list[ShownComment]:
        return [
            ShownComment(
                comment,
                may_edit=question.is_open and access.can_edit(viewer, comment),
                may_moderate=may_moderate,
                is_new=comment.pk in new.comments,
            )
            for comment in comments[key]
        ]

    return Thread(
        page=answers,
        answers=[
            ShownAnswer(
                answer=answer,
                number=number,
                may_edit=question.is_open and access.can_edit(viewer, answer),
                may_accept=may_accept and answer.is_open,
                may_moderate=may_moderate,
                may_comment=may_comment and answer.is_open,
                may_mark=may_mark and answer.is_open,
                is_new=answer.pk in new.answers,
                was_changed=answer.pk in changed,
                worked=said.get((answer.pk, AnswerMark.Kind.WORKED), Said()),
                out_of_date=said.get((answer.pk, AnswerMark.Kind.OUT_OF_DATE), Said()),
                comments=shown_comments(answer.pk),
            )
            for number, answer in enumerate(shown, start=answers.start_index() or 1)
        ],
        comments=shown_comments(None),
        accepted=accepted,
        new=len(new.answers) + len(new.comments),
        first_new=new.first,
        was_changed=None in changed,
        projects=list(_projects(viewer, question)),
        joined=[
            ShownJoined(other, may_withdraw=access.can_withdraw(viewer, other))
            for other in others
            if other.duplicate_of_id == question.pk
        ],
        split_off=[other for other in others if other.duplicate_of_id != question.pk],
        reshapings=_reshapings(question) if may_moderate else [],
    )


def address_of(viewer: Viewer, post: Answer | Comment) -> str:
    """Where it stands in its thread, as this viewer pages it. Needs `question`."""
    answer = post if isinstance(post, Answer) else post.answer
    page = 1
    if answer is not None:
        before = Answer.objects.visible_to(viewer, within=post.question).standing_before(answer).count()
        page = before // ANSWERS_ON_A_PAGE + 1
    return f"{post.question.get_absolute_url()}{f'?page={page}' if page > 1 else ''}#{post.anchor}"


def where_it_leads(viewer: Viewer, public_id: str) -> Question | None:
    """What a joined question's address leads to, through however many joinings, if the viewer may read it."""
    key = Question.objects.filter(public_id=public_id, status=Question.Status.MERGED).values_list("pk", flat=True).first()
    if key is None:
        return None
    return Question.objects.visible_to(viewer).filter(pk=Question.objects.where_they_lead([key])[key]).first()


# --- What is new ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _New:
    answers: frozenset[int] = frozenset()
    comments: frozenset[int] = frozenset()
    first: Answer | Comment | None = None


def _new_posts(viewer: Viewer, question: Question) -> _New:
    if (read_at := question.read_at) is None or question.last_activity_at <= read_at:
        return _New()
    answers = list(
        Answer.objects.visible_to(viewer, within=question)
        .open()
        .filter(answered_at__gt=read_at)
        .exclude(author=viewer.pk)
        .in_order()
    )
    comments = list(
        Comment.objects.visible_to(viewer, within=question)
        .shown()
        .filter(commented_at__gt=read_at)
        .exclude(author=viewer.pk)
        .in_order()
    )
    posts: list[Answer | Comment] = [*answers, *comments]
    first = min(posts, key=lambda post: post.posted_at, default=None)
    return _New(frozenset(a.pk for a in answers), frozenset(c.pk for c in comments), first)


# --- What belongs to the posts on a page ------------------------------------------------------------


def _comments(viewer: Viewer, question: Question, answers: Sequence[Answer]) -> Mapping[int | None, list[Comment]]:
    """By the answer's primary key; None for those on the question."""
    found: dict[int | None, list[Comment]] = defaultdict(list)
    comments = Comment.objects.visible_to(viewer, within=question).on([answer.pk for answer in answers])
    for comment in comments.for_thread():
        found[comment.answer_id].append(comment)
    return found


def _said_of(viewer: Viewer, answers: AnswerQuerySet | Sequence[Answer]) -> dict[tuple[int, str], Said]:
    marks = AnswerMark.objects.filter(answer__in=[answer.pk for answer in answers], kind__in=AnswerMark.OF_COUNCILS)
    rows: dict[tuple[int, str], list[AnswerMark]] = defaultdict(list)
    for mark in marks.select_related("council", "product").order_by("council__name", "council__public_id"):
        rows[mark.answer_id, mark.kind].append(mark)
    ours, named = set(own_council_ids(viewer)), reads_members_content(viewer)
    return {
        key: Said(
            number=len(of_one),
            councils=tuple(mark.council for mark in of_one if mark.council) if named else (),
            systems=tuple(dict.fromkeys(mark.product.name for mark in of_one if mark.product)),
            is_ours=any(mark.council_id in ours for mark in of_one),
            our_system=next((mark.product.slug for mark in of_one if mark.product and mark.council_id in ours), ""),
        )
        for key, of_one in rows.items()
    }


def _changed(viewer: Viewer, question: Question, answers: Sequence[Answer]) -> set[int | None]:
    """Primary keys of those answers of which there are earlier wordings; None for the question."""
    if not any(post.edited_at for post in (question, *answers)):
        return set()
    revisions = PostRevision.objects.visible_to(viewer).of_thread(question, answers)
    return set(revisions.values_list("answer", flat=True))


def _projects(viewer: Viewer, question: Question) -> Iterable[Project]:
    return Project.objects.visible_to(viewer).filter(question_links__question=question).select_related("council").order_by("title")


def _others(viewer: Viewer, question: Question) -> QuestionQuerySet:
    """What was joined to it, and what was split off."""
    split_off = Question.objects.visible_to(viewer).open().filter(split_from=question)
    found = Question.objects.joined_to(question, viewer) | split_off
    entries = Prefetch("moderation_entries", ModerationEntry.objects.in_order().filter(answer=None, comment=None))
    shown = found.select_related("author", "council", "asked_elsewhere").prefetch_related(entries)
    return shown.order_by("asked_at", "public_id")


def _reshapings(question: Question) -> list[Reshaping]:
    """Those that can be taken back, the latest first."""
    return list(Reshaping.objects.standing().of(question).select_related("source", "target").order_by("-done_at", "-pk"))
