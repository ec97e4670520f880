"""Drafts: saved while somebody types, found again, and dropped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from forum import access, actions, queries
from forum.models import Draft
from forum.typed import is_unnamed, typed_in
from forum.views.doors import crumbs, signed_in
from hub.core.http import MemberRequest


@require_safe
@signed_in
def drafts(request: MemberRequest) -> HttpResponse:
    context = {"drafts": queries.drafts_of(request.user), "crumbs": crumbs(("Your drafts", ""))}
    return render(request, "forum/drafts.html", context)


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Asked by script every few seconds. A session that has ended is said so: the browser keeps the words meanwhile."""
    if not request.user.is_authenticated:
        return JsonResponse({"state": "signed-out"}, status=403)
    submission = request.POST.get("submission", "")
    if is_unnamed(request.POST):
        # Also what was kept before its writer thought of leaving their name out.
        actions.drop_draft(submission=submission, by=request.user)
        return JsonResponse({"state": "posted" if queries.is_posted(submission) else "unnamed"})
    post_id = request.POST.get("question", "")
    form = request.POST.get("form") or (Draft.Form.ANSWER if post_id else Draft.Form.ASK)
    if form not in Draft.Form.values:
        return JsonResponse({"state": actions.Kept.NOTHING.value})
    question = queries.question_written_to(request.user, form, post_id)
    if post_id and question is None and not (queries.text_of_draft(request.user, submission) or queries.is_posted(submission)):
        # To whoever cannot read it there is no such page. What was begun while they could is saved further.
        return JsonResponse({"state": "gone"}, status=404)
    kept = actions.save_draft(
        submission=submission,
        typed=typed_in(request.POST),
        form=Draft.Form(form),
        post_id=post_id,
        question=question,
        by=request.user,
        now=timezone.now(),
    )
    return JsonResponse({"state": kept.value})


@require_POST
@signed_in
def drop_draft(request: MemberRequest, public_id: str) -> HttpResponse:
    draft = access.get_draft(request.user, public_id)
    actions.drop_draft(submission=draft.public_id, by=request.user)
    messages.success(request, "The draft is deleted.")
    return redirect("forum:drafts")
