"""Reporting something wrong: anybody, about anything they can read."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.models import User
from hub.core.http import comes_from_here
from hub.desk import access, actions, subjects
from hub.desk.forms import ReportForm
from hub.desk.queries import forget_number_waiting


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str = "", key: str = "") -> HttpResponse:
    """Without a kind about a page that is named; `?at=` names it beforehand."""
    thing = access.get_subject_to_report(request.user, kind, key) if kind else None
    viewer = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and not comes_from_here(request):
        raise PermissionDenied
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        has_subject=thing is not None,
        is_signed_in=viewer is not None,
        initial={"page_address": request.GET.get("at", "")[:500]},
    )
    if form.is_valid():
        if form.is_a_robot:
            return redirect("desk:thanks")
        sent = actions.report(kind=kind, thing=thing, **form.said(), by=viewer, now=timezone.now())
        forget_number_waiting()
        return redirect(sent)
    subject = subjects.told(kind, thing) if thing is not None else None
    crumbs = [("Home", "/"), *([(subject.title, subject.url)] if subject else []), ("Report something wrong", "")]
    return render(request, "desk/report.html", {"form": form, "subject": subject, "crumbs": crumbs})


@never_cache
@require_safe
def received(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a report stands, for whoever has its reference."""
    found = access.get_report_by_reference(public_id)
    crumbs = [("Home", "/"), ("Report something wrong", reverse("desk:report_any")), (found.public_id, "")]
    return render(request, "desk/received.html", {"report": found, "crumbs": crumbs})


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """For programs that fill in every box: they learn nothing."""
    crumbs = [("Home", "/"), ("Report something wrong", "")]
    return render(request, "desk/received.html", {"report": None, "crumbs": crumbs})
