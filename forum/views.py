"""The pages of question time, and the buttons on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum import access, actions, queries
from forum.forms import AnswerForm, AskForm, EditAnswerForm, EditQuestionForm, FilterForm, HideForm, PostForm
from forum.models import Answer, Question, QuestionQuerySet
from hub.core.audience import Audience
from hub.core.http import MemberRequest
from hub.core.markdown import MAX_LENGTH
from hub.core.markdown import render as render_markdown
from hub.core.paging import page_of, query_without_page

PAGE_LENGTH = 20

View = Callable[..., HttpResponse]
FormT = TypeVar("FormT", bound=PostForm)


def signed_in(view: View) -> View:
    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return check


def button(view: View) -> View:
    """POST only. A visitor signs in and comes back to the page the button stands on: a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path.rstrip("/").rpartition("/")[0] + "/")
        return view(request, *args, **kwargs)

    return require_POST(check)


@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    show = "accepted" if request.GET.get("show") == "accepted" else "all"
    return _list(request, queries.questions_for_list(request.user, request.GET.dict()), show)


@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    return _list(request, queries.unanswered_for_list(request.user, request.GET.dict()), "unanswered")


def _list(request: HttpRequest, questions: QuestionQuerySet, show: str) -> HttpResponse:
    concepts = list(queries.concepts_to_choose_from(request.user, request.GET.get("concept", "")))
    chosen = next((concept for concept in concepts if concept.slug == request.GET.get("concept")), None)
    context = {
        "page": page_of(questions, request, PAGE_LENGTH),
        "query": query_without_page(request),
        "show": show,
        "concept": chosen,
        "filters": FilterForm(concepts, request.GET.dict()) if concepts else None,
        "is_narrowed": any(request.GET.get(name) for name in ("concept", "system")),
        "crumbs": [("Home", "/"), ("Question time", "")],
    }
    return render(request, "forum/question_list.html", context)


@require_safe
def question_by_id(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(access.get_question_to_read(request.user, public_id))


@require_safe
def answer_by_id(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(access.get_answer_to_read(request.user, public_id))


@require_safe
def question(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    question = access.get_question_to_read(request.user, public_id)
    if slug != question.slug:
        return redirect(question)
    answers = queries.thread(request.user, question)
    may_answer = access.can_answer(request.user, question)
    context = {
        "question": question,
        "answers": answers,
        "accepted": next((shown for shown in answers if shown.answer.is_accepted), None),
        "form": AnswerForm() if may_answer else None,
        "may_edit": access.can_edit(request.user, question),
        "may_moderate": access.can_moderate(request.user),
        "may_need": access.can_need(request.user, question),
        "needs": queries.needs(request.user, question),
        "crumbs": _crumbs((question.title, "")),
    }
    return render(request, "forum/question.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: MemberRequest) -> HttpResponse:
    if not access.can_ask(request.user):
        return _may_not_post(request)
    form, preview = _form(request, AskForm, {"title": request.GET.get("title", "")[:140]})
    if form.is_valid():
        data = form.cleaned_data
        question = actions.ask(
            title=data["title"],
            body=data["body"],
            audience=Audience(data["audience"]),
            concepts=data["concepts"],
            products=data["products"],
            submission=data["submission"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "Your question is posted. This is its page: answers will appear here.")
        return redirect(question)
    return render(request, "forum/ask.html", {"form": form, "preview": preview, "crumbs": _crumbs(("Ask a question", ""))})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Reached from the foot of the thread, and by those who sign in to answer."""
    question = access.get_question_to_read(request.user, public_id)
    if not access.can_answer(request.user, question):
        return _may_not_post(request, question)
    form, preview = _form(request, AnswerForm)
    if form.is_valid():
        answer = actions.answer(
            question=question,
            body=form.cleaned_data["body"],
            submission=form.cleaned_data["submission"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "Your answer is posted. Thank you.")
        return redirect(answer)
    context = {"question": question, "form": form, "preview": preview, "crumbs": _under(question, "Your answer")}
    return render(request, "forum/answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_edit(request.user, public_id)
    form, preview = _form(request, EditQuestionForm, EditQuestionForm.initial_for(question))
    if form.is_valid():
        data = form.cleaned_data
        actions.edit_question(
            question=question,
            title=data["title"],
            body=data["body"],
            concepts=data["concepts"],
            products=data["products"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "Your question is changed.")
        return redirect(question)
    return _edit(request, question, question.get_absolute_url(), form, preview, "Change your question")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_edit(request.user, public_id)
    form, preview = _form(request, EditAnswerForm, EditAnswerForm.initial_for(answer))
    if form.is_valid():
        actions.edit_answer(answer=answer, body=form.cleaned_data["body"], by=request.user, now=timezone.now())
        messages.success(request, "Your answer is changed.")
        return redirect(answer)
    return _edit(request, answer.question, answer.get_absolute_url(), form, preview, "Change your answer")


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


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_edit(request.user, public_id)
    if request.method == "POST":
        actions.withdraw_question(question=question, by=request.user, now=timezone.now())
        messages.success(request, "Your question is withdrawn.")
        return redirect("forum:question_list")
    context = {"question": question, "back": question.get_absolute_url(), "crumbs": _under(question, "Withdraw your question")}
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
        "crumbs": _under(answer.question, "Withdraw your answer"),
    }
    return render(request, "forum/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hide_question(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_moderate(request.user, public_id)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.hide_question(question=question, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, "The question is hidden, and its answers with it.")
        return redirect(question)
    return _hide(request, form, question, None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hide_answer(request: MemberRequest, public_id: str) -> HttpResponse:
    answer = access.get_answer_to_moderate(request.user, public_id)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.hide_answer(answer=answer, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, "The answer is hidden.")
        return redirect(answer)
    return _hide(request, form, answer.question, answer)


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


def _form(request: HttpRequest, form_class: type[FormT], initial: dict[str, Any] | None = None) -> tuple[FormT, str | None]:
    """The form, and what its text will look like where the writer asked for that (only without script)."""
    if request.method != "POST":
        return form_class(initial=initial), None
    if "preview" in request.POST:
        return form_class.as_typed(request.POST), render_markdown(request.POST.get("body", "").strip()[:MAX_LENGTH])
    return form_class(request.POST), None


def _edit(request: HttpRequest, question: Question, back: str, form: PostForm, preview: str | None, heading: str) -> HttpResponse:
    context = {"form": form, "preview": preview, "back": back, "heading": heading, "crumbs": _under(question, heading)}
    return render(request, "forum/edit.html", context)


def _hide(request: HttpRequest, form: HideForm, question: Question, answer: Answer | None) -> HttpResponse:
    post = answer or question
    context = {
        "form": form,
        "question": question,
        "answer": answer,
        "back": post.get_absolute_url(),
        "crumbs": _under(question, "Hide"),
    }
    return render(request, "forum/hide.html", context)


def _may_not_post(request: MemberRequest, question: Question | None = None) -> HttpResponse:
    """Says what to do about it, where the site's own 403 page could not know."""
    context = {
        "question": question,
        "roles": queries.roles_that_wait(request.user, timezone.now()),
        "crumbs": _crumbs(("Asking and answering", "")),
    }
    return render(request, "forum/may_not_post.html", context, status=403)


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Question time", reverse("forum:question_list")), *rest]


def _under(question: Question, label: str) -> list[tuple[str, str]]:
    return _crumbs((question.title, question.get_absolute_url()), (label, ""))
