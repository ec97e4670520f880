"""Closing, joining, splitting and moving threads: pages that say what will happen, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from forum import access, actions, queries
from forum.forms import CloseForm, MergeForm, SplitForm
from forum.models import Reshaping
from forum.views.doors import TOO_LATE, button, signed_in, told_in, under
from hub.core.audience import Audience
from hub.core.http import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def close(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_moderate(request.user, public_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_in(form):
            actions.close_question(question=question, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            messages.success(request, "The question is closed. It is read as before, and takes no more answers.")
            return redirect(question)
    context = {"form": form, "question": question, "crumbs": under(question, "Close")}
    return render(request, "forum/close.html", context)


@button
def reopen(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_moderate(request.user, public_id)
    actions.reopen_question(question=question, by=request.user, now=timezone.now())
    messages.success(request, "The question is open again.")
    return redirect(question)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def merge(request: MemberRequest, public_id: str) -> HttpResponse:
    """First the other question's address, then what will happen, then it does."""
    question = access.get_question_to_moderate(request.user, public_id)
    form = MergeForm(request.POST if request.method == "POST" else None)
    target, refused = None, ""
    if form.is_valid():
        target, refused = queries.to_merge_into(request.user, question, form.cleaned_data["into"])
        if refused:
            form.add_error("into", refused)
            target = None
    if target is not None and "confirmed" in request.POST:
        with told_in(form):
            actions.merge(source=question, target=target, by=request.user, now=timezone.now())
            messages.success(request, "The two are one thread now. You can part them again from here.")
            return redirect(target)
    if form.errors:
        target = None
    context = {"form": form, "question": question, "target": target, "crumbs": under(question, "Join to another question")}
    return render(request, "forum/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def split(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_moderate(request.user, public_id)
    answers = queries.answers_to_split(request.user, question)
    form = SplitForm(
        request.POST if request.method == "POST" else None,
        answers=[(answer.public_id, f"Answer {number} from {answer.byline}") for number, answer in enumerate(answers, start=1)],
    )
    if form.is_valid():
        chosen = [answer for answer in answers if answer.public_id in form.cleaned_data["answers"]]
        data = form.cleaned_data
        with told_in(form):
            reshaping = actions.split(
                question=question, answers=chosen, title=data["title"], body=data["body"], by=request.user, now=timezone.now()
            )
            messages.success(request, "This is the new question. You can take the split back from here.")
            return redirect(reshaping.target)
    if form.is_bound and not answers:
        form.add_error(None, TOO_LATE[actions.NotOpen])
    context = {"form": form, "question": question, "answers": answers, "crumbs": under(question, "Split")}
    return render(request, "forum/split.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def move(request: MemberRequest, public_id: str) -> HttpResponse:
    """To members by a facilitator, who can take that back until somebody has written there; to everyone by its asker, while
    nobody else has written in it (ADR 0014)."""
    question = access.get_question_to_move(request.user, public_id)
    to = Audience.MEMBERS if question.audience == Audience.PUBLIC else Audience.PUBLIC
    goes_back = access.can_move_back(request.user, question)
    may_move = to == Audience.MEMBERS or goes_back or actions.may_open_to_everyone(question, request.user)
    refused = ""
    if request.method == "POST":
        try:
            actions.move(question=question, audience=to, by=request.user, now=timezone.now())
        except (actions.NotOpen, actions.WouldExpose) as error:
            refused, may_move = TOO_LATE[type(error)], False
        else:
            messages.success(request, "Only members can read it now." if to == Audience.MEMBERS else "Everyone can read it now.")
            return redirect(question)
    context = {
        "question": question,
        "to": to,
        "may_move": may_move,
        "goes_back": goes_back,
        "refused": refused,
        "crumbs": under(question, "Who can read it"),
    }
    return render(request, "forum/move.html", context, status=403 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    reshaping = access.get_reshaping_to_undo(request.user, public_id)
    refused = ""
    if request.method == "POST":
        try:
            if reshaping.kind == Reshaping.Kind.MERGE:
                actions.unmerge(reshaping=reshaping, by=request.user, now=timezone.now())
                messages.success(request, "The two are threads of their own again.")
            else:
                actions.unsplit(reshaping=reshaping, by=request.user, now=timezone.now())
                messages.success(request, "The answers are back where they were.")
            return redirect(reshaping.source)
        except (actions.NotParted, actions.WouldExpose) as error:
            refused = TOO_LATE[type(error)]
    context = {"reshaping": reshaping, "refused": refused, "crumbs": under(reshaping.target, "Take it back")}
    return render(request, "forum/undo.html", context, status=403 if refused else 200)
