"""What facilitators do, and the pages that ask them why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from forum import access, actions
from forum.forms import HideForm
from forum.models import Answer, Comment, Question
from forum.views.doors import button, signed_in, told_in, under
from hub.core.http import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hide_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_moderate(request.user, public_id)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_in(form):
            actions.hide_question(question=question, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            told = "What was answered stays where it is." if question.duplicate_of_id else "Its answers are hidden with it."
            messages.success(request, f"The question is hidden. {told}")
            return redirect(question)
    return _hide(request, form, question, None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hide_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_moderate(request.user, public_id)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_in(form):
            actions.hide_answer(answer=answer, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            messages.success(request, "The answer is hidden.")
            return redirect(answer)
    return _hide(request, form, answer.question, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hide_comment(request: MemberRequest, public_id: str) -> HttpResponse:
    comment = access.get_comment_to_moderate(request.user, public_id)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_in(form):
            actions.hide_comment(comment=comment, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            messages.success(request, "The comment is hidden.")
            return redirect(comment)
    return _hide(request, form, comment.question, comment)


@button
def unhide_comment(request: MemberRequest, public_id: str) -> HttpResponse:
    comment = access.get_comment_to_moderate(request.user, public_id)
    actions.unhide_comment(comment=comment, by=request.user, now=timezone.now())
    messages.success(request, "The comment is shown again.")
    return redirect(comment)


@button
def unhide_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_moderate(request.user, public_id)
    actions.unhide_question(question=question, by=request.user, now=timezone.now())
    messages.success(request, "The question is shown again.")
    return redirect(question)


@button
def unhide_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_moderate(request.user, public_id)
    actions.unhide_answer(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, "The answer is shown again.")
    return redirect(answer)


def _hide(request: HttpRequest, form: HideForm, question: Question, post: Answer | Comment | None) -> HttpResponse:
    context = {
        "form": form,
        "question": question,
        "post": post,
        "noun": post._meta.model_name if post else "question",
        "back": (post or question).get_absolute_url(),
        "crumbs": under(question, "Hide"),
    }
    return render(request, "forum/hide.html", context)
