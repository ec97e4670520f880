"""How the community is doing: what is going quiet, and the few measures."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.http import MemberRequest
from hub.desk import access, health
from hub.desk.views.deciding import crumbs


@login_required
@require_safe
def community(request: MemberRequest) -> HttpResponse:
    access.require_desk(request.user)
    now = timezone.now()
    context = {
        "quiet": health.going_quiet(request.user, now),
        "measures": health.measures(request.user, now),
        "crumbs": crumbs(("Health of the community", "")),
    }
    return render(request, "desk/health.html", context)


@login_required
@require_safe
def export(request: MemberRequest) -> HttpResponse:
    access.require_desk(request.user)
    now = timezone.now()
    text = health.table(health.measures(request.user, now), health.going_quiet(request.user, now))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="health-{timezone.localdate(now):%Y-%m-%d}.csv"'
    return response
