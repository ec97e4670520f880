"""Bringing terms in, inside the admin: choose a file, see what it would do, say yes."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.accounts.models import User
from taxonomy import access
from taxonomy.actions import Refused, importing
from taxonomy.import_forms import ImportForm


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    access.require_change(request.user)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        started = importing.start_import(
            data=upload.read(),
            name=upload.name,
            wanted=form.wanted(),
            by=cast(User, request.user),
            now=timezone.now(),
            base=form.cleaned_data["base"],
        )
        return redirect("taxonomy_import", public_id=started.public_id)
    context = {"form": form, "imports": access.imports_to_read(request.user)[:20]}
    return render(request, "taxonomy/import_begin.html", context)


@require_safe
def look(request: HttpRequest, public_id: str) -> HttpResponse:
    return render(request, "taxonomy/import.html", {"started": access.get_import_to_read(request.user, public_id)})


@require_POST
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    started = access.get_import_to_read(request.user, public_id)
    try:
        importing.confirm_import(started=started, by=cast(User, request.user), now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("taxonomy_import", public_id=public_id)


@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    started = access.get_import_to_read(request.user, public_id)
    importing.discard_import(started=started, now=timezone.now())
    messages.success(request, f"“{started}” is put aside. Nothing of it was taken in.")
    return redirect("taxonomy_imports")
