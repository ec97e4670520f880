"""Completing a word, following a term, and saying whether a page had what one was looking for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.accounts.models import User
from hub.core.http import comes_from_here
from taxonomy import access, actions, finding, queries
from taxonomy.finding_forms import FeedbackForm
from taxonomy.views.reading import crumbs

_A_MINUTE = "private, max-age=60"  # kept by the browser that types, which asks for the same letters again and again


# --- Completing ---------------------------------------------------------------------------------


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """For the picker: terms of which a name begins as `?q=`. Published ones, the same for everybody."""
    found = finding.suggestions(request.GET.get("q", "")[:100])
    answer = JsonResponse({"terms": [term._asdict() for term in found]})
    answer["Cache-Control"] = _A_MINUTE
    return answer


@require_safe
@login_required
def alike(request: HttpRequest) -> HttpResponse:
    """For the form that proposes a term: what there is like the word so far, as a piece of a page."""
    duplicates = queries.likely_duplicates(request.GET.get("q", "")[:120], request.user)
    return render(request, "taxonomy/duplicates.html", {"duplicates": duplicates})


# --- Following ----------------------------------------------------------------------------------


@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """A visitor signs in and comes back to the term, since a press cannot be sent again."""
    term = access.get_concept_to_read(request.user, slug)
    if not isinstance(request.user, User):
        return redirect_to_login(term.get_absolute_url())
    actions.follow(concept=term, by=request.user, now=timezone.now())
    messages.success(request, f"You follow “{term.label}”. What becomes of it, and what is new about it, stands under What is new.")
    return redirect(term)


@require_POST
def unfollow(request: HttpRequest, slug: str) -> HttpResponse:
    term = access.get_concept_to_read(request.user, slug)
    if not isinstance(request.user, User):
        return redirect_to_login(term.get_absolute_url())
    actions.unfollow(concept=term, by=request.user)
    messages.success(request, f"You no longer follow “{term.label}”.")
    return redirect(term)


# --- Did this page have it? ---------------------------------------------------------------------


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Takes the answer, then says thank you at an address that can be loaded again."""
    form = FeedbackForm(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and not comes_from_here(request):
        raise PermissionDenied
    if not form.is_valid():
        return redirect("taxonomy:a_z")
    answer = form.answer()
    if request.method == "POST":
        if not form.is_a_robot:
            actions.note_feedback(
                place=answer.place, concept=answer.concept, found=answer.found, words=answer.words, now=timezone.now()
            )
        return redirect(f"{reverse('taxonomy:feedback')}?{form.without_words()}")
    context = {
        "answer": answer,
        "back": form.back,
        "may_propose": access.can_propose(request.user),
        "crumbs": crumbs(("Thank you", "")),
    }
    return render(request, "taxonomy/feedback.html", context)
