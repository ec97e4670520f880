"""Asking, answering, changing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forum import access, actions, queries, typed, writing_back
from forum.forms import AnswerForm, AskForForm, AskForm, EditAnswerForm, EditQuestionForm, PostForm
from forum.models import AskedElsewhere, Question
from forum.typed import writer_of
from forum.views.doors import (
    crumbs,
    keep_draft,
    may_not_post,
    offer_no_name,
    saved_draft,
    say_posted,
    signed_in,
    signed_in_to_write,
    typed_form,
    under,
    wrote_unnamed,
)
from hub.core.audience import Audience
from hub.core.http import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_to_write
def ask(request: MemberRequest) -> HttpResponse:
    if not access.can_ask(request.user):
        return may_not_post(request)
    if "save" in request.POST and not typed.is_unnamed(request.POST):
        return saved_draft(request)
    form, preview = typed_form(request, AskForm, {"title": request.GET.get("title", "")[:140]})
    form.for_viewer(request.user)
    offer_no_name(form, request.user)
    if access.is_reviewed(request.user):
        form.only_in_public()
    if form.is_valid():
        data = form.cleaned_data
        question = actions.ask(
            title=data["title"],
            body=data["body"],
            audience=Audience(data["audience"]),
            concepts=data["concepts"],
            products=data["products"],
            projects=data["projects"],
            asked_of=data["asked_of"],
            files=data["files"],
            submission=data["submission"],
            unnamed=data.get("unnamed", False),
            by=request.user,
            now=timezone.now(),
        )
        if question.is_sealed:
            return wrote_unnamed(request)
        say_posted(request, question, "Your question is posted. This is its page: answers will appear here.")
        return redirect(question)
    if form.is_bound:
        keep_draft(request)
    context = {
        "form": form,
        "preview": preview,
        "writer": writer_of(request.user),
        "may_ask_for": access.can_moderate(request.user),
        "drafts": [] if request.GET.get("draft") or request.method == "POST" else queries.drafts_of_questions(request.user),
        "crumbs": crumbs(("Ask a question", "")),
    }
    return render(request, "forum/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask_for(request: MemberRequest) -> HttpResponse:
    if not access.can_moderate(request.user):
        raise PermissionDenied
    form, preview = typed_form(request, AskForForm)
    form.for_viewer(request.user)
    if form.is_valid():
        data = form.cleaned_data
        question = actions.ask_for(
            title=data["title"],
            body=data["body"],
            audience=Audience(data["audience"]),
            way=AskedElsewhere.Way(data["way"]),
            asker=data["asker"],
            name="" if data["asker"] else data["name"],
            # A member hears of answers as of their other questions.
            email="" if data["asker"] else data["email"],
            concepts=data["concepts"],
            products=data["products"],
            projects=data["projects"],
            asked_of=data["asked_of"],
            files=data["files"],
            submission=data["submission"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "The question is posted. Whoever asked it hears of the answers.")
        return redirect(question)
    context = {"form": form, "preview": preview, "crumbs": crumbs(("Ask for somebody", ""))}
    return render(request, "forum/ask_for.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_answers(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: mail programs POST here without cookies; the same answer whether or not anybody was there."""
    question = writing_back.question_of(token)
    is_done = request.method == "POST" and question is not None
    if is_done:
        actions.stop_answers(question=question or "", now=timezone.now())
    context = {"is_broken": question is None, "is_done": is_done, "crumbs": [("Home", "/"), ("Less mail", "")]}
    return render(request, "forum/stop_answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_to_write
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Reached from the foot of the thread, and by those who sign in to answer."""
    question = access.get_question_to_read(request.user, public_id)
    if not access.can_answer(request.user, question):
        return may_not_post(request, question)
    if "save" in request.POST and not typed.is_unnamed(request.POST):
        return saved_draft(request, question)
    form, preview = typed_form(request, AnswerForm)
    offer_no_name(form, request.user, question)
    if form.is_valid():
        answer = actions.answer(
            question=question,
            body=form.cleaned_data["body"],
            files=form.cleaned_data["files"],
            submission=form.cleaned_data["submission"],
            unnamed=form.cleaned_data.get("unnamed", False),
            by=request.user,
            now=timezone.now(),
        )
        if answer.is_sealed:
            return wrote_unnamed(request)
        say_posted(request, answer, "Your answer is posted. Thank you.")
        return redirect(answer)
    if form.is_bound:
        keep_draft(request, question)
    context = {
        "question": question,
        "form": form,
        "preview": preview,
        "writer": writer_of(request.user),
        "crumbs": under(question, "Your answer"),
    }
    return render(request, "forum/answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_edit(request.user, public_id)
    form, preview = typed_form(request, EditQuestionForm, EditQuestionForm.initial_for(question))
    form.for_viewer(request.user)
    if form.is_valid():
        data = form.cleaned_data
        actions.edit_question(
            question=question,
            title=data["title"],
            body=data["body"],
            concepts=data["concepts"],
            products=data["products"],
            projects=data["projects"],
            asked_of=data["asked_of"],
            by=request.user,
            now=timezone.now(),
        )
        say_posted(request, question, "Your question is changed.")
        return redirect(question)
    return change(request, question, question.get_absolute_url(), form, preview, "Change your question")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_edit(request.user, public_id)
    form, preview = typed_form(request, EditAnswerForm, EditAnswerForm.initial_for(answer))
    if form.is_valid():
        actions.edit_answer(answer=answer, body=form.cleaned_data["body"], by=request.user, now=timezone.now())
        say_posted(request, answer, "Your answer is changed.")
        return redirect(answer)
    return change(request, answer.question, answer.get_absolute_url(), form, preview, "Change your answer")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_edit(request.user, public_id)
    if request.method == "POST":
        actions.withdraw_question(question=question, by=request.user, now=timezone.now())
        messages.success(request, "Your question is withdrawn.")
        return redirect("forum:question_list")
    context = {"question": question, "back": question.get_absolute_url(), "crumbs": under(question, "Withdraw your question")}
    return render(request, "forum/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_edit(request.user, public_id)
    if request.method == "POST":
        actions.withdraw_answer(answer=answer, by=request.user, now=timezone.now())
        messages.success(request, "Your answer is withdrawn.")
        return redirect(answer.question)
    context = {
        "question": answer.question,
        "answer": answer,
        "back": answer.get_absolute_url(),
        "crumbs": under(answer.question, "Withdraw your answer"),
    }
    return render(request, "forum/withdraw.html", context)


def change(request: HttpRequest, question: Question, back: str, form: PostForm, preview: str | None, heading: str) -> HttpResponse:
    context = {
        "form": form,
        "preview": preview,
        "back": back,
        "heading": heading,
        "is_reviewed": access.is_reviewed(request.user),
        "crumbs": under(question, heading),
    }
    return render(request, "forum/edit.html", context)
