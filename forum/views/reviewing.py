"""What facilitators decide of a post that waits for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from forum import access, actions
from forum.forms import HideForm
from forum.models import Question
from forum.views.doors import button, signed_in, told_in, under
from hub.core.http import MemberRequest

CHANGED = "Its author has changed it meanwhile. Read it again, then decide."


@button
def approve(request: MemberRequest, kind: str, public_id: str) -> HttpResponse:
    post = access.get_post_to_moderate(request.user, kind, public_id)
    try:
        actions.approve_post(post=post, by=request.user, now=timezone.now(), read=request.POST.get("version", ""))
    except actions.ChangedSince:
        messages.error(request, CHANGED)
    else:
        messages.success(request, f"The {kind} is posted.")
    return redirect(post)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decline(request: MemberRequest, kind: str, public_id: str) -> HttpResponse:
    post = access.get_post_to_moderate(request.user, kind, public_id)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, read = form.cleaned_data["reason"], request.POST.get("version", "")
        with told_in(form):
            try:
                actions.decline_post(post=post, reason=reason, by=request.user, now=timezone.now(), read=read)
            except actions.ChangedSince:
                messages.error(request, CHANGED)
                post = access.get_post_to_moderate(request.user, kind, public_id)
            else:
                messages.success(request, f"The {kind} is not posted. Its author reads why.")
                return redirect(post)
    question = post if isinstance(post, Question) else post.question
    context = {
        "form": form,
        "question": question,
        "post": post,
        "noun": kind,
        "back": post.get_absolute_url(),
        "crumbs": under(question, "Decline"),
    }
    return render(request, "forum/decline.html", context)


@button
def reconsider(request: MemberRequest, kind: str, public_id: str) -> HttpResponse:
    post = access.get_post_to_moderate(request.user, kind, public_id)
    actions.reconsider_post(post=post, by=request.user, now=timezone.now())
    messages.success(request, f"Taken back: the {kind} waits again.")
    return redirect(post)
