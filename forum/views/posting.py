"""Asking, answering, changing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
    question_or_where_it_leads,
    saved_draft,
    say_posted,
    signed_in,
    signed_in_to_write,
    typed_form,
    under,
    wrote_unnamed,
)
from hub.accounts.models import User
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
    _fit_to_viewer(form, request.user)
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
    if request.method == "POST":
        keep_draft(request)
    return _ask_page(request, form, preview)


def ask_again(request: MemberRequest) -> HttpResponse:
    """The form as it was sent, where a button in it leads to another room and no draft can bring it back."""
    if not access.can_ask(request.user):
        return may_not_post(request)
    form = AskForm.as_typed(request.POST)
    _fit_to_viewer(form, request.user)
    return _ask_page(request, form, None)


def _fit_to_viewer(form: AskForm, viewer: User) -> None:
    form.for_viewer(viewer)
    offer_no_name(form, viewer)
    if access.is_reviewed(viewer):
        form.only_in_public()


def _ask_page(request: MemberRequest, form: AskForm, preview: str | None) -> HttpResponse:
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
@signed_in_to_write
def ask_for(request: MemberRequest) -> HttpResponse:
    if not access.can_moderate(request.user):
        raise PermissionDenied
    if "save" in request.POST:
        return saved_draft(request)
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
        hears = data["asker"] or data["email"]
        messages.success(
            request,
            "The question is posted. Whoever asked it hears of the answers."
            if hears
            else "The question is posted. You gave no address, so tell whoever asked it of the answers yourself.",
        )
        return redirect(question)
    if request.method == "POST":
        keep_draft(request)
    context = {"form": form, "preview": preview, "writer": writer_of(request.user), "crumbs": crumbs(("Ask for somebody", ""))}
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
    """Reached from the foot of the thread, and by those who sign in to answer. What was written to a question that has been
    joined to another meanwhile is not posted there unread."""
    question = question_or_where_it_leads(request.user, public_id)
    has_moved = question.public_id != public_id
    if has_moved and request.method != "POST":
        return redirect(f"{reverse('forum:answer', args=[question.public_id])}?{request.GET.urlencode()}")
    if not access.can_answer(request.user, question):
        return may_not_post(request, question)
    if "save" in request.POST and not typed.is_unnamed(request.POST):
        return saved_draft(request, question)
    form, preview = (AnswerForm.as_typed(request.POST), None) if has_moved else typed_form(request, AnswerForm)
    if has_moved:
        messages.info(request, "The question you answered has been joined to this one. Read it again, and post your answer here.")
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
    if request.method == "POST":
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
@signed_in_to_write
def edit_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_edit(request.user, public_id)
    if "save" in request.POST:
        return saved_draft(request, question)
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
            submission=data["submission"],
            by=request.user,
            now=timezone.now(),
        )
        say_posted(request, question, "Your question is changed.")
        return redirect(question)
    return change(request, question, question.get_absolute_url(), form, preview, "Change your question")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_to_write
def edit_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_edit(request.user, public_id)
    if "save" in request.POST:
        return saved_draft(request, answer.question)
    form, preview = typed_form(request, EditAnswerForm, EditAnswerForm.initial_for(answer))
    if form.is_valid():
        data = form.cleaned_data
        actions.edit_answer(answer=answer, body=data["body"], submission=data["submission"], by=request.user, now=timezone.now())
        say_posted(request, answer, "Your answer is changed.")
        return redirect(answer)
    return change(request, answer.question, answer.get_absolute_url(), form, preview, "Change your answer")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_withdraw(request.user, public_id)
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


def change(
    request: MemberRequest, question: Question, back: str, form: PostForm, preview: str | None, heading: str
) -> HttpResponse:
    if request.method == "POST":
        keep_draft(request, question)
    context = {
        "form": form,
        "preview": preview,
        "writer": writer_of(request.user),
        "back": back,
        "heading": heading,
        "is_reviewed": access.is_reviewed(request.user),
        "crumbs": under(question, heading),
    }
    return render(request, "forum/edit.html", context)
