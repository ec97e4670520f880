"""The buttons of a thread: accepting an answer, saying what one's council made of it, and needing one too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from forum import access, actions
from forum.forms import WorkedWithForm
from forum.models import AnswerMark
from forum.views.doors import button
from hub.core.http import MemberRequest


@button
def accept(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_accept(request.user, public_id)
    actions.accept(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, "The answer is marked as accepted.")
    return redirect(answer)


@button
def unaccept(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_accept(request.user, public_id)
    actions.unaccept(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, "No answer is marked as accepted now.")
    return redirect(answer)


@button
def need_this_too(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_need(request.user, public_id)
    actions.need_this_too(question=question, by=request.user, now=timezone.now())
    messages.success(request, "Noted: your council needs this too.")
    return redirect(question)


@button
def no_longer_need(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_read(request.user, public_id)
    actions.no_longer_need(question=question, by=request.user, now=timezone.now())
    messages.success(request, "Noted: you no longer need this.")
    return redirect(question)


@button
def worked(request: MemberRequest, public_id: str) -> HttpResponse:
    return _mark(request, public_id, AnswerMark.Kind.WORKED, "Noted: it worked for your council.")


@button
def not_worked(request: MemberRequest, public_id: str) -> HttpResponse:
    return _unmark(request, public_id, AnswerMark.Kind.WORKED)


@button
def worked_with(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_mark(request.user, public_id)
    form = WorkedWithForm(request.user, answer.question, request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["system"][0]))
        return redirect(answer)
    product = form.cleaned_data["system"]
    if not actions.say_what_it_worked_with(answer=answer, product=product, by=request.user, now=timezone.now()):
        messages.error(request, "Say first that it worked for your council, then with which system.")
    elif product:
        messages.success(request, f"Noted: it worked with {product}.")
    else:
        messages.success(request, "Noted: it is no longer said with which system it worked.")
    return redirect(answer)


@button
def out_of_date(request: MemberRequest, public_id: str) -> HttpResponse:
    return _mark(request, public_id, AnswerMark.Kind.OUT_OF_DATE, "Noted: readers will see that it may be out of date.")


@button
def still_good(request: MemberRequest, public_id: str) -> HttpResponse:
    return _unmark(request, public_id, AnswerMark.Kind.OUT_OF_DATE)


def _mark(request: MemberRequest, public_id: str, kind: AnswerMark.Kind, said: str) -> HttpResponse:
    answer = access.get_answer_to_mark(request.user, public_id)
    actions.mark_for_council(answer=answer, kind=kind, by=request.user, now=timezone.now())
    messages.success(request, said)
    return redirect(answer)


def _unmark(request: MemberRequest, public_id: str, kind: AnswerMark.Kind) -> HttpResponse:
    answer = access.get_answer_to_mark(request.user, public_id)
    actions.unmark_for_council(answer=answer, kind=kind, by=request.user, now=timezone.now())
    messages.success(request, "Noted: your council no longer says so.")
    return redirect(answer)
