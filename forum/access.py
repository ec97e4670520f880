"""Who may do what in question time. Loaders answer 404 for what one may not see, 403 for what one sees but may not do."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from forum import sealing
from forum.models import (
    BREAK_SEAL,
    MODERATE,
    SECOND_BREAKING,
    Answer,
    AnswerMark,
    AnswerQuerySet,
    Attachment,
    Comment,
    Draft,
    HelpRequest,
    Post,
    PostRevision,
    Question,
    QuestionEvent,
    Reshaping,
    Seal,
    SealBreak,
)
from hub.accounts.models import User
from hub.core.audience import Audience, Viewer
from hub.members.queries import own_council_ids

ASK = "forum.ask"
ANSWER = "forum.answer"
# Of those whose posts a facilitator reads first, in public threads.
POST_FOR_REVIEW = "forum.post_for_review"

PostT = TypeVar("PostT", bound=Post)


def is_author(viewer: Viewer, post: Post) -> bool:
    """A visitor's key and an erased author's are both None: that makes nobody an author. Reads `seal` of what is sealed."""
    if not isinstance(viewer, User) or viewer.pk is None:
        return False
    if post.is_sealed:
        seal: Seal | None = getattr(post, "seal", None)
        return seal is not None and sealing.is_by(post.public_id, seal.mac, viewer.public_id)
    return post.author_id == viewer.pk


def is_reviewed(viewer: Viewer) -> bool:
    """Their posts wait for a facilitator."""
    return not viewer.has_perm(ASK)


def can_ask(viewer: Viewer) -> bool:
    return viewer.has_perm(ASK) or viewer.has_perm(POST_FOR_REVIEW)


def can_answer(viewer: Viewer, question: Question) -> bool:
    """Whoever may read a thread among members may also write there."""
    return question.takes_answers and (viewer.has_perm(ANSWER) or viewer.has_perm(POST_FOR_REVIEW))


def can_comment(viewer: Viewer, question: Question) -> bool:
    """Under a closed question too: that is where one says why it should be opened again."""
    return question.is_open and (viewer.has_perm(ANSWER) or viewer.has_perm(POST_FOR_REVIEW))


def can_moderate(viewer: Viewer) -> bool:
    return viewer.has_perm(MODERATE)


def can_post_unnamed(viewer: Viewer) -> bool:
    """Members only: a facilitator reads it first, and must know that somebody known wrote it."""
    return sealing.is_on() and viewer.has_perm(ASK)


def can_edit(viewer: Viewer, post: Post) -> bool:
    """Withdrawing an answer or comment needs the same: one's own, and not yet taken out of sight. What was reviewed without a name stays as it was
    read; its author withdraws it where they find what they wrote so."""
    return (post.is_open or post.is_held) and not post.is_sealed and is_author(viewer, post)


def can_withdraw(viewer: Viewer, question: Question) -> bool:
    """One's own, under one's name; where it was joined to another, its words."""
    return question.own_status in (Post.Status.OPEN, Post.Status.HELD) and not question.is_sealed and is_author(viewer, question)


def can_withdraw_unnamed(viewer: Viewer, post: Post) -> bool:
    return post.own_status in (Post.Status.OPEN, Post.Status.HELD) and post.is_sealed and is_author(viewer, post)


def can_accept(viewer: Viewer, question: Question) -> bool:
    return question.is_open and (is_author(viewer, question) or can_moderate(viewer))


def can_mark(viewer: Viewer, answer: Answer) -> bool:
    """Say for one's council that it worked, or that it is out of date. Needs `question`."""
    return answer.is_open and can_mark_in(viewer, answer.question)


def can_mark_in(viewer: Viewer, question: Question) -> bool:
    return question.is_open and viewer.has_perm(ANSWER) and bool(own_council_ids(viewer))


def can_move(viewer: Viewer, question: Question) -> bool:
    """To members: facilitators. To everyone: its asker, whom the page tells whether it can be done (ADR 0014); and facilitators
    while they may take it back."""
    if question.audience == Audience.MEMBERS:
        return question.is_open and (is_author(viewer, question) or can_move_back(viewer, question))
    return question.is_open and can_moderate(viewer)


def can_move_back(viewer: Viewer, question: Question) -> bool:
    """To everyone again, of what was moved to members: as long as nobody has written or said anything there, nor anything was
    joined to it. Up to five queries."""
    if question.audience != Audience.MEMBERS or not can_moderate(viewer):
        return False
    moved = question.events.filter(kind=QuestionEvent.Kind.MOVED).order_by("-pk").first()
    if moved is None or moved.details.get("to_audience") != Audience.MEMBERS:
        return False
    # Also where it had been joined to another for a while, and what was written beneath its answers there came back with them.
    of_it = Q(question=question) | Q(answer__in=question.answers.all()) | Q(comment__in=question.comments.all())
    return not (
        QuestionEvent.objects.filter(of_it, kind__in=QuestionEvent.WRITTEN, pk__gt=moved.pk).exists()
        or question.reshapings_to.standing().filter(done_at__gte=moved.at).exists()
        or question.marks.filter(kind__in=AnswerMark.OF_COUNCILS, marked_at__gt=moved.at).exists()
    )


def can_need(viewer: Viewer, question: Question) -> bool:
    """A council speaks through its members; the asker's own waits already."""
    councils = own_council_ids(viewer)
    return question.is_open and viewer.has_perm(ASK) and bool(councils) and question.council_id not in councils


def get_question_to_read(viewer: Viewer, public_id: str) -> Question:
    return get_object_or_404(Question.objects.visible_to(viewer).for_thread().as_met_by(viewer), public_id=public_id)


def get_question_to_answer(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_answer(viewer, question))


def get_question_to_edit(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_edit(viewer, question))


def get_question_to_withdraw(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_withdraw(viewer, question))


def get_question_to_need(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_need(viewer, question))


def get_question_to_moderate(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_moderate(viewer))


def get_comment_to_read(viewer: Viewer, public_id: str) -> Comment:
    comments = Comment.objects.visible_to(viewer).for_thread().select_related("question", "answer", "author", "council")
    return get_object_or_404(comments, public_id=public_id)


def get_comment_to_edit(viewer: Viewer, public_id: str) -> Comment:
    comment = get_comment_to_read(viewer, public_id)
    return _allowed(comment, comment.question.is_open and can_edit(viewer, comment))


def get_comment_to_moderate(viewer: Viewer, public_id: str) -> Comment:
    comment = get_comment_to_read(viewer, public_id)
    return _allowed(comment, can_moderate(viewer))


def get_question_to_comment_on(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_comment(viewer, question))


def get_answer_to_comment_on(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    return _allowed(answer, answer.is_open and can_comment(viewer, answer.question))


def get_answer_to_mark(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    return _allowed(answer, can_mark(viewer, answer))


def get_question_to_move(viewer: Viewer, public_id: str) -> Question:
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, can_move(viewer, question))


def get_post_to_moderate(viewer: Viewer, kind: str, public_id: str) -> Question | Answer | Comment:
    if kind == "question":
        return get_question_to_moderate(viewer, public_id)
    if kind == "answer":
        return get_answer_to_moderate(viewer, public_id)
    if kind == "comment":
        return get_comment_to_moderate(viewer, public_id)
    raise Http404


def get_reshaping_to_undo(viewer: Viewer, public_id: str) -> Reshaping:
    if not can_moderate(viewer):
        raise Http404
    return get_object_or_404(Reshaping.objects.standing().select_related("source", "target"), public_id=public_id)


def get_revision_to_moderate(viewer: Viewer, public_id: str) -> PostRevision:
    if not can_moderate(viewer):
        raise Http404
    revisions = PostRevision.objects.visible_to(viewer).select_related("question", "answer__question", "comment__question")
    return get_object_or_404(revisions, public_id=public_id)


def get_answer_to_read(viewer: Viewer, public_id: str) -> Answer:
    return get_object_or_404(_answers(viewer), public_id=public_id)


def get_answer_to_edit(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    if not answer.question.is_open:
        raise PermissionDenied
    return _allowed(answer, can_edit(viewer, answer))


def get_answer_to_accept(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    return _allowed(answer, answer.is_open and can_accept(viewer, answer.question))


def get_answer_to_moderate(viewer: Viewer, public_id: str) -> Answer:
    answer = get_answer_to_read(viewer, public_id)
    return _allowed(answer, can_moderate(viewer))


def get_draft(viewer: Viewer, public_id: str) -> Draft:
    return get_object_or_404(Draft.objects.visible_to(viewer).with_questions(viewer), public_id=public_id)


def get_attachment(viewer: Viewer, public_id: str, name: str) -> Attachment:
    return get_object_or_404(Attachment.objects.visible_to(viewer), public_id=public_id, name=name)


def get_attachment_to_take_away(viewer: Viewer, public_id: str) -> Attachment:
    """By whoever may change the post, and by facilitators."""
    files = Attachment.objects.visible_to(viewer).select_related("question", "answer__question")
    attachment = get_object_or_404(files, public_id=public_id)
    if not (can_edit(viewer, attachment.post) or can_moderate(viewer)):
        raise PermissionDenied
    return attachment


def _answers(viewer: Viewer) -> AnswerQuerySet:
    return Answer.objects.visible_to(viewer).for_thread().select_related("question", "author", "council")


def _allowed(post: PostT, allowed: bool) -> PostT:
    if not allowed:
        raise PermissionDenied
    return post


# --- Being asked ----------------------------------------------------------------------------------


def get_question_to_find_helpers(viewer: Viewer, public_id: str) -> Question:
    """While it takes answers; to whoever does not moderate there is no such page."""
    if not can_moderate(viewer):
        raise Http404
    question = get_question_to_read(viewer, public_id)
    return _allowed(question, question.takes_answers)


def get_help_request_to_answer(viewer: Viewer, public_id: str) -> HelpRequest:
    """One's own; a facilitator who sees it does not answer for somebody else."""
    found = HelpRequest.objects.visible_to(viewer).select_related("question")
    request = get_object_or_404(found, public_id=public_id)
    if request.person_id != viewer.pk:
        raise PermissionDenied
    return request


# --- Without a name -------------------------------------------------------------------------------


def get_unnamed_to_withdraw(viewer: Viewer, public_id: str) -> Question | Answer | Comment:
    """Of the viewer's own, which nobody else finds at this address."""
    seals = Seal.objects.by(viewer).with_posts() if isinstance(viewer, User) else []
    own = next((seal.post for seal in seals if seal.post.public_id == public_id), None)
    if own is None:
        raise Http404
    return _allowed(own, can_withdraw_unnamed(viewer, own))


def get_unnamed_to_write_about(viewer: Viewer, public_id: str) -> Question | Answer | Comment:
    """For those who moderate; to others nothing is there. Also gone once its author has been erased."""
    if not can_moderate(viewer):
        raise Http404
    return _sealed(viewer, public_id)


def get_unnamed_to_unseal(viewer: Viewer, public_id: str) -> Question | Answer | Comment:
    if not viewer.has_perm(BREAK_SEAL):
        raise Http404
    return _sealed(viewer, public_id)


def can_see_seals(viewer: Viewer) -> bool:
    return viewer.has_perm(BREAK_SEAL) or viewer.has_perm(SECOND_BREAKING)


def get_break_to_second(viewer: Viewer, public_id: str) -> SealBreak:
    asked = get_object_or_404(SealBreak.objects.visible_to(viewer), public_id=public_id)
    if not viewer.has_perm(SECOND_BREAKING) or asked.asked_by == viewer:
        raise PermissionDenied
    return asked


def get_break_to_open(viewer: Viewer, public_id: str) -> SealBreak:
    asked = get_object_or_404(SealBreak.objects.visible_to(viewer), public_id=public_id)
    if asked.asked_by != viewer:
        raise PermissionDenied
    return asked


def _sealed(viewer: Viewer, public_id: str) -> Question | Answer | Comment:
    for model in (Question, Answer, Comment):
        found = model.objects.visible_to(viewer).filter(public_id=public_id, seal__isnull=False).select_related("seal").first()
        if found is not None:
            return found
    raise Http404
