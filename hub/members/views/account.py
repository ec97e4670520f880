"""A person's own page: who the hub thinks they are, and what they can change."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.http import MemberRequest
from hub.members import access, belonging, directory, queries, ways_in


@login_required
@require_safe
def account(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "memberships": queries.memberships_of(request.user, now),
        "offices": queries.offices_of(request.user, now),
        "claim": belonging.open_claim_of(request.user),
        "decides": access.is_decider(request.user),
        "waiting_count": belonging.number_waiting(request.user),
        "person": directory.profile_of(request.user, now),
        "ways_in": ways_in.of(request.user, now),
        "has_council_sign_in": ways_in.has_council_sign_in(),
        "crumbs": [("Home", "/"), ("Your account", "")],
    }
    return render(request, "members/account.html", context)
