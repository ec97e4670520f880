"""What the hub holds about somebody: to see it, to have a copy, to agree to its terms, and to leave."""

from __future__ import annotations

import tempfile

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hub.core import personal_data
from hub.core.http import MemberRequest
from hub.members import actions, queries
from hub.members.consent import CURRENT
from hub.members.data_copy import write_copy
from hub.members.privacy_forms import CloseForm


@login_required
@require_safe
def your_data(request: MemberRequest) -> HttpResponse:
    context = {
        "holdings": personal_data.holdings(request.user),
        "consents": queries.consents_of(request.user),
        "complaints": queries.open_complaints_of(request.user),
        "has_agreed": queries.has_agreed(request.user),
        "crumbs": _crumbs("Your data"),
    }
    return render(request, "members/privacy/your_data.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@never_cache
def download(request: MemberRequest) -> HttpResponseBase:
    if request.method != "POST":
        return render(request, "members/privacy/download.html", {"crumbs": _crumbs("A copy of your data", below=True)})
    now = timezone.now()
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_copy(request.user, copy, now)
    copy.seek(0)
    return FileResponse(copy, as_attachment=True, filename=f"step-hub-my-data-{timezone.localtime(now):%Y-%m-%d}.zip")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@never_cache
def close(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    may_close = not queries.is_last_administrator(request.user, now)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if may_close and form.is_valid():
        actions.close_account(user=request.user, by=request.user, now=now)
        logout(request)
        return redirect("members:closed")
    holdings = personal_data.holdings(request.user)
    context = {
        "form": form,
        "goes": [holding for holding in holdings if not holding.stays],
        "stays": [holding for holding in holdings if holding.stays],
        "left_without_lead": queries.councils_left_without_lead(request.user, now),
        "may_close": may_close,
        "crumbs": _crumbs("Close your account", below=True),
    }
    return render(request, "members/privacy/close.html", context, status=200 if may_close else 403)


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """Says nothing about anybody, so anybody may open it."""
    return render(request, "members/privacy/closed.html", {"crumbs": [("Home", "/"), ("Goodbye", "")]})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        actions.agree(by=request.user, source="agreement page", now=timezone.now())
        messages.success(request, "Thank you. We have noted that you agree.")
        return redirect("members:your_data")
    context = {
        "wording": CURRENT,
        "has_agreed": queries.has_agreed(request.user),
        "crumbs": _crumbs("What you agree to", below=True),
    }
    return render(request, "members/privacy/agreement.html", context)


def _crumbs(label: str, *, below: bool = False) -> list[tuple[str, str]]:
    above = [("Home", "/"), ("Your account", reverse("members:account"))]
    return [*above, *([("Your data", reverse("members:your_data"))] if below else []), (label, "")]
