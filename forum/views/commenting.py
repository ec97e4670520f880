"""Comments on questions and answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from forum import access, actions, queries, typed
from forum.forms import CommentForm, EditCommentForm
from forum.models import Answer, Question
from forum.typed import writer_of
from forum.views.doors import (
    keep_draft,
    offer_no_name,
    saved_draft,
    say_posted,
    signed_in,
    signed_in_to_write,
    typed_form,
    under,
    wrote_unnamed,
)
from forum.views.posting import change
from hub.core.http import MemberRequest


@require_safe
def comment_by_id(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(queries.address_of(request.user, access.get_comment_to_read(request.user, public_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_to_write
def comment_on_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_comment_on(request.user, public_id)
    return _comment(request, question, question)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_to_write
def comment_on_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_comment_on(request.user, public_id)
    return _comment(request, answer.question, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_to_write
def edit_comment(request: MemberRequest, public_id: str) -> HttpResponse:
    comment = access.get_comment_to_edit(request.user, public_id)
    if "save" in request.POST:
        return saved_draft(request, comment.question)
    form, preview = typed_form(request, EditCommentForm, EditCommentForm.initial_for(comment))
    if form.is_valid():
        data = form.cleaned_data
        actions.edit_comment(comment=comment, body=data["body"], submission=data["submission"], by=request.user, now=timezone.now())
        say_posted(request, comment, "Your comment is changed.")
        return redirect(comment)
    return change(request, comment.question, comment.get_absolute_url(), form, preview, "Change your comment")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw_comment(request: MemberRequest, public_id: str) -> HttpResponse:
    comment = access.get_comment_to_edit(request.user, public_id)
    if request.method == "POST":
        actions.withdraw_comment(comment=comment, by=request.user, now=timezone.now())
        messages.success(request, "Your comment is withdrawn.")
        return redirect(comment.answer or comment.question)
    context = {
        "question": comment.question,
        "comment": comment,
        "back": comment.get_absolute_url(),
        "crumbs": under(comment.question, "Withdraw your comment"),
    }
    return render(request, "forum/withdraw.html", context)


def _comment(request: MemberRequest, question: Question, on: Question | Answer) -> HttpResponse:
    if "save" in request.POST and not typed.is_unnamed(request.POST):
        return saved_draft(request, question)
    form, preview = typed_form(request, CommentForm)
    offer_no_name(form, request.user, question, on)
    if form.is_valid():
        comment = actions.comment(
            on=on,
            body=form.cleaned_data["body"],
            submission=form.cleaned_data["submission"],
            unnamed=form.cleaned_data.get("unnamed", False),
            by=request.user,
            now=timezone.now(),
        )
        if comment.is_sealed:
            return wrote_unnamed(request)
        say_posted(request, comment, "Your comment is posted.")
        return redirect(comment)
    if request.method == "POST":
        keep_draft(request, question)
    context = {
        "question": question,
        "writer": writer_of(request.user),
        "answer": on if isinstance(on, Answer) else None,
        "back": on.get_absolute_url(),
        "form": form,
        "preview": preview,
        "crumbs": under(question, "Your comment"),
    }
    return render(request, "forum/comment.html", context)
