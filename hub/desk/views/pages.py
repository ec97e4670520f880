"""Making a page of a thread."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.http import MemberRequest
from hub.desk import access, actions, queries
from hub.desk.actions.pages import CannotMakePage
from hub.desk.forms import MakePageForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: MemberRequest, public_id: str) -> HttpResponse:
    """Leads into the editor, where the draft is finished and published."""
    question = access.get_question_to_make_a_page_of(request.user, public_id)
    there = queries.page_of_thread(request.user, question)
    if there is not None:
        return redirect("wagtailadmin_pages:edit", there.page_id)
    answers = queries.answers_to_take_over(request.user, question)
    form = MakePageForm(request.POST if request.method == "POST" else None, question=question, answers=answers)
    if form.is_valid():
        try:
            settled = actions.make_page(question=question, **form.chosen(), by=request.user, now=timezone.now())
        except CannotMakePage as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The draft is there. Readers see it once it is published.")
            return redirect("wagtailadmin_pages:edit", settled.page_id)
    crumbs = [("Home", "/"), (question.title, question.get_absolute_url()), ("Make this a page", "")]
    return render(request, "desk/make_page.html", {"form": form, "question": question, "answers": answers, "crumbs": crumbs})
