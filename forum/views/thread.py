"""A question with its answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum import access, queries
from forum.typed import writer_of
from forum.views.doors import answer_form, crumbs, offer_no_name, question_or_where_it_leads
from hub.notifications import queries as notifications


@require_safe
def question_by_id(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(question_or_where_it_leads(request.user, public_id))


@require_safe
def answer_by_id(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(queries.address_of(request.user, access.get_answer_to_read(request.user, public_id)))


@require_safe
def question(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    question = question_or_where_it_leads(request.user, public_id)
    if (public_id, slug) != (question.public_id, question.slug):
        return redirect(question)
    user = request.user
    form = answer_form(user, question) if access.can_answer(user, question) else None
    if form is not None:
        offer_no_name(form, user, question)
    context = {
        "question": question,
        "thread": queries.thread(user, question, request.GET.get("page")),
        "form": form,
        "writer": writer_of(user),
        "is_ours_unnamed": question.is_sealed and access.is_author(user, question),
        "asked_to_help": queries.help_asked(user, question),
        "may_edit": access.can_edit(user, question),
        "may_comment": access.can_comment(user, question),
        "may_moderate": access.can_moderate(user),
        "may_move": access.can_move(user, question),
        "may_need": access.can_need(user, question),
        "follows": notifications.follows(user, f"question:{question.public_id}"),
        "drawn_at": timezone.now(),
        "crumbs": crumbs((question.title, "")),
    }
    return render(request, "forum/question.html", context)
