"""When issues come out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.bulletin import actions, dates, queries
from hub.bulletin.calendar import on_the_wall
from hub.bulletin.issue_forms import ScheduleForm
from hub.bulletin.views.doors import crumbs, for_senders
from hub.core.http import MemberRequest


@for_senders
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    initial = ScheduleForm.initial_for(dates.schedule(), on_the_wall(now).date())
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.set_schedule(**form.cleaned_data, by=request.user, now=now)
        messages.success(request, "Saved.")
        return redirect("bulletin:schedule")
    context = {"form": form, "schedule": queries.schedule(now), "crumbs": crumbs(("Schedule", ""))}
    return render(request, "bulletin/schedule.html", context)
