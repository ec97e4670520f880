"""Whom a facilitator asks for help with a question, and what those who were asked say to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from forum import access, actions, queries
from forum.forms import AskHelpersForm
from forum.views.doors import button, crumbs, signed_in, under
from hub.core.http import MemberRequest
from hub.core.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def helpers(request: MemberRequest, public_id: str) -> HttpResponse:
    question = access.get_question_to_find_helpers(request.user, public_id)
    found = queries.help_requests_of(request.user, question)
    form = AskHelpersForm([each for each in found if each.state == each.State.PROPOSED], request.POST or None)
    if request.method == "POST" and "look" in request.POST:
        number = len(actions.propose_helpers(question=question, by=request.user, now=timezone.now()))
        messages.success(request, f"{number} more found." if number else "Nobody else is on record who may know.")
        return redirect("forum:helpers", public_id=question.public_id)
    if request.method == "POST" and "nobody" in request.POST:
        actions.ask_nobody(question=question, now=timezone.now())
        nobody = "Nobody else" if any(each.state != each.State.PROPOSED for each in found) else "Nobody"
        messages.success(request, f"{nobody} is asked. You can look for people again at any time.")
        return redirect("forum:helpers", public_id=question.public_id)
    if request.method == "POST" and form.is_valid():
        number = actions.ask_helpers(question=question, requests=form.cleaned_data["people"], by=request.user, now=timezone.now())
        messages.success(request, "One person is asked." if number == 1 else f"{number} people are asked.")
        return redirect("forum:helpers", public_id=question.public_id)
    context = {
        "question": question,
        "form": form,
        "asked": [each for each in found if each.state != each.State.PROPOSED],
        "crumbs": under(question, "Who could answer?"),
    }
    return render(request, "forum/helpers.html", context)


@require_safe
@signed_in
def asked_of_me(request: MemberRequest) -> HttpResponse:
    context = {
        "page": page_of(queries.asked_of(request.user), request),
        "crumbs": crumbs(("Questions put to you", "")),
    }
    return render(request, "forum/asked_of_me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def not_me(request: MemberRequest, public_id: str) -> HttpResponse:
    """One press, and with a name on the button that person is asked instead."""
    asked = access.get_help_request_to_answer(request.user, public_id)
    others = queries.to_try_instead(request.user, asked.question, timezone.now())
    if request.method == "POST":
        named = next((member for member in others if member.public_id == request.POST.get("instead")), None)
        actions.not_me(request=asked, instead=named, by=request.user, now=timezone.now())
        messages.success(request, "Thank you for saying so." if named is None else "Thank you. We ask them where we may.")
        return redirect("forum:asked_of_me")
    context = {"asked": asked, "others": others, "crumbs": under(asked.question, "Not me")}
    return render(request, "forum/not_me.html", context)


@button
def help_again(request: MemberRequest, public_id: str) -> HttpResponse:
    """ "Not me" taken back."""
    asked = access.get_help_request_to_answer(request.user, public_id)
    actions.after_all(request=asked, by=request.user, now=timezone.now())
    messages.success(request, "Thank you. The question is yours again.")
    return redirect(asked.question.get_absolute_url())
