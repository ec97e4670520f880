"""Complaints about data: sent by anybody, followed by their reference, answered by facilitators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.models import User
from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.members import access, actions, queries
from hub.members.actions.complaints import AnsweredAlready
from hub.members.privacy_forms import AnswerComplaintForm, ComplaintForm


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    viewer = request.user if isinstance(request.user, User) else None
    initial = {"address": viewer.email, "name": viewer.get_full_name()} if viewer else {}
    form = ComplaintForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        complaint = actions.complain(**form.cleaned_data, by=viewer, now=timezone.now())
        return redirect(complaint)
    return render(
        request, "members/complaints/complain.html", {"form": form, "crumbs": [("Home", "/"), ("Complain about your data", "")]}
    )


@never_cache
@require_safe
def received(request: HttpRequest, public_id: str) -> HttpResponse:
    complaint = access.get_complaint_by_reference(public_id)
    crumbs = [("Home", "/"), ("Complain about your data", reverse("members:complain")), (complaint.public_id, "")]
    return render(request, "members/complaints/received.html", {"complaint": complaint, "crumbs": crumbs})


@login_required
@require_safe
def complaint_list(request: MemberRequest) -> HttpResponse:
    access.require_complaints(request.user)
    now = timezone.now()
    waiting = [(complaint, complaint.days_left(now)) for complaint in queries.complaints_to_answer(request.user)]
    context = {
        "waiting": waiting,
        "page": page_of(queries.complaints_answered(request.user), request),
        "query": query_without_page(request),
        "crumbs": [*_crumbs(), ("Complaints about data", "")],
    }
    return render(request, "members/complaints/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    complaint = access.get_complaint_to_answer(request.user, public_id)
    now = timezone.now()
    form = AnswerComplaintForm(request.POST if request.method == "POST" and complaint.is_open else None)
    if form.is_valid():
        try:
            actions.answer_complaint(complaint=complaint, text=form.cleaned_data["text"], by=request.user, now=now)
        except AnsweredAlready:
            messages.error(request, "Somebody has answered it meanwhile. Your text was not sent; theirs is below.")
        else:
            messages.success(request, "Your answer is on its way.")
            return redirect("members:complaint_list")
        return redirect("members:complaint_answer", public_id=public_id)
    context = {
        "complaint": complaint,
        "form": form,
        "days_left": complaint.days_left(now),
        "crumbs": [*_crumbs(), ("Complaints about data", reverse("members:complaint_list")), (complaint.public_id, "")],
    }
    return render(request, "members/complaints/answer.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("Home", "/"), ("Your account", reverse("members:account"))]
