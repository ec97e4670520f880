"""What waits for a facilitator, and why somebody may not post yet."""

from __future__ import annotations

import datetime as dt

from forum import access
from forum.models import Answer, Comment, Post, Question
from hub.accounts.models import User
from hub.core.audience import Audience, Viewer
from hub.members.models import Role
from hub.members.queries import memberships_of


def awaiting(viewer: Viewer) -> list[Question | Answer | Comment]:
    """What a facilitator is to read before others do, the oldest first; nothing for anybody else. Three queries."""
    if not access.can_moderate(viewer):
        return []
    held = Post.Status.HELD
    questions = Question.objects.visible_to(viewer).filter(status=held).select_related("author", "council", "asked_elsewhere")
    answers = Answer.objects.visible_to(viewer).filter(status=held).select_related("author", "council", "question")
    comments = Comment.objects.visible_to(viewer).filter(status=held).select_related("author", "council", "question", "answer")
    return sorted([*questions, *answers, *comments], key=lambda post: (post.posted_at, post.public_id))


def to_merge_into(viewer: Viewer, question: Question, public_id: str) -> tuple[Question | None, str]:
    """The other question, or why the two cannot be one."""
    target = Question.objects.visible_to(viewer).open().for_cards().filter(public_id=public_id).first()
    if target is None or target.pk == question.pk:
        return None, "There is no other open question at that address."
    if question.audience == Audience.MEMBERS and target.audience != Audience.MEMBERS:
        return None, "That one is public: what was written here among members would be read by everyone."
    return target, ""


def answers_to_split(viewer: Viewer, question: Question) -> list[Answer]:
    return list(Answer.objects.visible_to(viewer, within=question).select_related("author", "council").in_order())


def member_at(address: str) -> User | None:
    """Who may ask in their own name, by their address."""
    found = User.objects.filter(email__iexact=address, is_active=True).first() if address else None
    return found if found is not None and found.has_perm(access.ASK) else None


def roles_that_wait(user: User, now: dt.datetime) -> set[Role]:
    """Why somebody may not post yet: pending, a supplier's person, or (empty) of no organisation."""
    return {membership.role for membership in memberships_of(user, now)}
