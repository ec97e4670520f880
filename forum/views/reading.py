"""The reader says how far they have read: pages that are fetched write nothing (ADR 0015)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from forum import access, actions
from forum.views.doors import button
from hub.core.http import MemberRequest


@button
def mark_read(request: MemberRequest, public_id: str) -> HttpResponse:
    """Up to when the page was drawn: what came while it was read is still new."""
    question = access.get_question_to_read(request.user, public_id)
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    now = timezone.now()
    actions.has_read(question, by=request.user, now=min(until, now) if until and timezone.is_aware(until) else now)
    return HttpResponse(status=204)


@button
def mark_all_read(request: MemberRequest) -> HttpResponse:
    actions.mark_all_read(by=request.user, now=timezone.now())
    messages.success(request, "All marked as read. What comes from now on is new.")
    return redirect("forum:question_list")
