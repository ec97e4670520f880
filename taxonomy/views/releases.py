"""Releases of schemes: public once they are open for comment; editors prepare them on the same pages."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.accounts.models import User
from hub.core.paging import page_of, query_without_page
from taxonomy import access
from taxonomy.actions import Refused, releases
from taxonomy.models import SchemeRelease
from taxonomy.release_forms import CommentWindowForm, ReleaseForm
from taxonomy.skos import handing_out
from taxonomy.skos.comparing import difference

HOME = ("Home", "/")


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [HOME, ("A to Z", reverse("taxonomy:a_z")), *more]


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    context = {
        "page": page_of(access.releases_to_read(request.user), request),
        "query": query_without_page(request),
        "may_change": access.can_change(request.user),
        "crumbs": _crumbs(("Releases", "")),
    }
    return render(request, "taxonomy/release_list.html", context)


@require_safe
def release(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    found = access.get_release_to_read(request.user, slug, number)
    return _release_page(request, found, CommentWindowForm())


def _release_page(request: HttpRequest, found: SchemeRelease, form: CommentWindowForm, status: int = 200) -> HttpResponse:
    others = [other for other in access.releases_to_read(request.user).filter(scheme=found.scheme) if other.state == "released"]
    others = [other for other in others if other.pk != found.pk]
    may_change = access.can_change(request.user)
    findings = handing_out.findings_of(found, timezone.now())
    context = {
        "release": found,
        "others": others,
        "is_out": found.state == SchemeRelease.State.RELEASED,
        "may_change": may_change,
        "form": form,
        "found": [finding for finding in findings if finding.places],
        "clear": [finding for finding in findings if not finding.places],
        "crumbs": _crumbs(("Releases", reverse("taxonomy:release_list")), (str(found), "")),
    }
    return render(request, "taxonomy/release.html", context, status=status)


@require_safe
def release_file(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    found = access.get_released(request.user, slug, number)
    response = HttpResponse(found.turtle, content_type="text/turtle; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}.ttl"'
    response["ETag"] = quote_etag(found.sha256)
    if found.released_at is not None:
        response["Last-Modified"] = http_date(found.released_at.timestamp())
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def compare(request: HttpRequest, slug: str, number: str, other: str) -> HttpResponse:
    """From the earlier of the two to the later, whichever way round they are asked for."""
    pair = [access.get_released(request.user, slug, one) for one in (number, other)]
    before, after = sorted(pair, key=lambda release: (release.released_at, release.pk))
    context = {
        "before": before,
        "after": after,
        "difference": difference(before.snapshot, after.snapshot),
        "crumbs": _crumbs(("Releases", reverse("taxonomy:release_list")), (f"{before.number} to {after.number}", "")),
    }
    return render(request, "taxonomy/release_compare.html", context)


# --- For editors --------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    access.require_change(request.user)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = releases.draft_release(**form.cleaned_data, by=cast(User, request.user), now=timezone.now())
        except Refused as refused:
            form.add_error("number", str(refused))
        else:
            return redirect("taxonomy:release", slug=made.scheme.slug, number=made.number)
    context = {"form": form, "crumbs": _crumbs(("Releases", reverse("taxonomy:release_list")), ("Prepare a release", ""))}
    return render(request, "taxonomy/release_add.html", context)


@login_required
@require_POST
def open_for_comment(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    found = access.get_release_to_change(request.user, slug, number)
    form = CommentWindowForm(request.POST)
    if form.is_valid():
        try:
            releases.open_for_comment(release=found, until=form.end_of_day(), by=cast(User, request.user), now=timezone.now())
        except Refused as refused:
            form.add_error("until", str(refused))
        else:
            return redirect("taxonomy:release", slug=slug, number=number)
    return _release_page(request, found, form)


@login_required
@require_POST
def freeze(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    found = access.get_release_to_change(request.user, slug, number)
    try:
        releases.freeze(release=found, by=cast(User, request.user), now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{found} is out. It does not change any more.")
    return redirect("taxonomy:release", slug=slug, number=number)
