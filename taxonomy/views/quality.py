"""The quality report, inside the admin: as the worker found it, with its time."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hub.accounts.models import User
from taxonomy import access
from taxonomy.actions import checking
from taxonomy.skos import handing_out


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    access.require_change(request.user)
    return render(request, "taxonomy/quality.html", {"schemes": handing_out.quality_reports()})


@require_POST
def check_again(request: HttpRequest) -> HttpResponse:
    access.require_change(request.user)
    checking.ask_for_checks(by=cast(User, request.user), now=timezone.now())
    messages.success(request, "The schemes are being looked through. It takes up to a minute; look again then.")
    return redirect("taxonomy_quality")
