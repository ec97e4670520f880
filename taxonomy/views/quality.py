"""The quality report, inside the admin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from taxonomy import access
from taxonomy.skos import handing_out


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    access.require_change(request.user)
    return render(request, "taxonomy/quality.html", {"reports": handing_out.quality_of_all(timezone.now())})
