"""Earlier wordings, and the facilitator's buttons that hide one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum import access, actions, queries
from forum.models import Answer, Comment, PostRevision, Question
from forum.views.doors import button, under
from hub.core.http import MemberRequest


@require_safe
def question_history(request: HttpRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_read(request.user, public_id)
    return _history(request, question, question, "question")


@require_safe
def answer_history(request: HttpRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_read(request.user, public_id)
    return _history(request, answer.question, answer, "answer")


@require_safe
def comment_history(request: HttpRequest, public_id: str) -> HttpResponse:
    comment = access.get_comment_to_read(request.user, public_id)
    return _history(request, comment.question, comment, "comment")


@button
def hide_revision(request: MemberRequest, public_id: str) -> HttpResponse:
    revision = access.get_revision_to_moderate(request.user, public_id)
    actions.hide_revision(revision=revision, by=request.user, now=timezone.now())
    messages.success(request, "That earlier wording is hidden.")
    return _back(revision)


@button
def unhide_revision(request: MemberRequest, public_id: str) -> HttpResponse:
    revision = access.get_revision_to_moderate(request.user, public_id)
    actions.unhide_revision(revision=revision, by=request.user, now=timezone.now())
    messages.success(request, "That earlier wording is shown again.")
    return _back(revision)


def _back(revision: PostRevision) -> HttpResponse:
    post = revision.post
    return redirect(f"forum:{post._meta.model_name}_history", public_id=post.public_id)


def _history(request: HttpRequest, question: Question, post: Question | Answer | Comment, noun: str) -> HttpResponse:
    page, changes = queries.history(request.user, post, request.GET.get("page"))
    context = {
        "question": question,
        "post": post,
        "noun": noun,
        "page": page,
        "changes": changes,
        "may_moderate": access.can_moderate(request.user),
        "crumbs": under(question, f"Changes of the {noun}"),
    }
    return render(request, "forum/history.html", context)
