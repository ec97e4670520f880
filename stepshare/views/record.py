"""A council's people keep its record: systems and projects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.http import MemberRequest
from hub.members.queries import council_of
from hub.organisations.models import Organisation
from stepshare import access, actions, queries
from stepshare.forms import InstallationForm, ProductForm, ProjectForm
from stepshare.models import Installation, Project, ProposedEntry
from stepshare.views.directory import crumbs

View = Callable[..., HttpResponse]


def button(view: View) -> View:
    """POST only. A visitor signs in and comes back to the council, since a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("stepshare:my_council"))
        return view(request, *args, **kwargs)

    return require_POST(check)


def form_page(view: View) -> View:
    return require_http_methods(["GET", "HEAD", "POST"])(login_required(view))


@require_safe
@login_required
def my_council(request: MemberRequest) -> HttpResponse:
    council = council_of(request.user, timezone.now())
    if council:
        return redirect(council)
    return render(request, "stepshare/no_council.html", {"crumbs": crumbs(("My council", ""))})


# --- Systems -----------------------------------------------------------------------------------------------------------------


@form_page
def installation_add(request: MemberRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    council = access.get_council_to_record(request.user, slug, timezone.localdate(now))
    waits = not access.goes_on_record_at_once(request.user, council, now)
    form = InstallationForm(council, posted(request), initial={"product": request.GET.get("product", "")})
    if request.method == "POST" and form.is_valid():
        product = form.cleaned_data["product"]
        entry = {"council": council, "product": product, "fields": form.facts(), "by": request.user, "now": now}
        if waits:
            return _sent(request, actions.propose_installation(**entry))
        installation = actions.record_installation(**entry)
        messages.success(request, f"{product} is on record.")
        return redirect(installation)
    context = {"council": council, "form": form, "waits": waits, "crumbs": _crumbs(council, "Add a system")}
    return render(request, "stepshare/installation_add.html", context)


@form_page
def product_add(request: MemberRequest, slug: str) -> HttpResponse:
    """For a system that is missing from the list; leads back to the council's own answers about it."""
    now = timezone.now()
    council = access.get_council_to_record(request.user, slug, timezone.localdate(now))
    form = ProductForm(posted(request))
    add_url = reverse("stepshare:installation_add", kwargs={"slug": slug})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        product = actions.record_supplied_product(
            name=data["name"],
            supplier_name=data["supplier"],
            summary=data["summary"],
            website=data["website"],
            concepts=data["concepts"],
            by=request.user,
            now=now,
        )
        messages.success(request, f"{product} is in the list. Now say how {council.short_name} uses it.")
        return redirect(f"{add_url}?product={product.public_id}")
    if request.method != "POST":
        del form.fields["none_of_these"]
    context = {
        "council": council,
        "form": form,
        "near": form.near,
        "add_url": add_url,
        "supplier_names": queries.supplier_names(),
        "crumbs": _crumbs(council, "Add a system to the list"),
    }
    return render(request, "stepshare/product_add.html", context)


@form_page
def installation_change(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    installation = access.get_installation_to_change(request.user, public_id, timezone.localdate(now))
    name, council = installation.product.name, installation.council
    waits = not access.goes_on_record_at_once(request.user, council, now)
    if waits and (earlier := queries.own_waiting_change(request.user, installation)) and request.method != "POST":
        return _to_earlier(request, earlier)
    form = InstallationForm(council, posted(request), instance=installation)
    if request.method == "POST" and form.is_valid():
        if waits:
            return _propose_or_confirm(request, installation, form.facts(), now)
        actions.change_installation(installation=installation, fields=form.facts(), by=request.user, now=now)
        messages.success(request, f"What is on record about {name} is changed.")
        return redirect(installation)
    context = {
        "installation": installation,
        "name": name,
        "council": council,
        "form": form,
        "waits": waits,
        "is_retired": installation.status == installation.Status.RETIRED,
        "crumbs": _crumbs(council, name),
    }
    return render(request, "stepshare/installation_change.html", context)


@button
def installation_confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    installation = access.get_installation_to_change(request.user, public_id, timezone.localdate(now))
    actions.confirm_installation(installation=installation, by=request.user, now=now)
    messages.success(request, f"Thank you. {installation.product} is confirmed.")
    return redirect(installation)


@button
def installation_retire(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    installation = access.get_installation_to_change(request.user, public_id, timezone.localdate(now))
    if not access.goes_on_record_at_once(request.user, installation.council, now):
        return _propose_or_confirm(request, installation, {"status": Installation.Status.RETIRED}, now)
    actions.retire_installation(installation=installation, by=request.user, now=now)
    messages.success(request, f"{installation.product} is marked as retired. It stays on record.")
    return redirect(installation)


# --- Projects ----------------------------------------------------------------------------------------------------------------


@form_page
def project_add(request: MemberRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    council = access.get_council_to_record(request.user, slug, timezone.localdate(now))
    waits = not access.goes_on_record_at_once(request.user, council, now)
    form = ProjectForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if waits:
            fields = {**form.facts(), **form.connections()}
            return _sent(request, actions.propose_project(council=council, fields=fields, by=request.user, now=now))
        project = actions.record_project(council=council, fields=form.facts(), **form.connections(), by=request.user, now=now)
        messages.success(request, "The project is on record.")
        return redirect(project)
    context = {"council": council, "form": form, "waits": waits, "crumbs": _crumbs(council, "Add a project")}
    return render(request, "stepshare/project_form.html", context)


@form_page
def project_change(request: MemberRequest, public_id: str, slug: str) -> HttpResponse:
    now = timezone.now()
    project = access.get_project_to_change(request.user, public_id, timezone.localdate(now))
    waits = not access.goes_on_record_at_once(request.user, project.council, now)
    if waits and (earlier := queries.own_waiting_change(request.user, project)) and request.method != "POST":
        return _to_earlier(request, earlier)
    initial = {"partners": project.partners.all(), "products": project.products.all(), "concepts": project.concepts.all()}
    form = ProjectForm(posted(request), instance=project, initial=initial)
    if request.method == "POST" and form.is_valid():
        if waits:
            return _propose_or_confirm(request, project, {**form.facts(), **form.connections()}, now)
        actions.change_project(project=project, fields=form.facts(), **form.connections(), by=request.user, now=now)
        messages.success(request, "The project is changed.")
        return redirect(project)
    context = {
        "project": project,
        "council": project.council,
        "form": form,
        "waits": waits,
        "crumbs": _crumbs(project.council, "Change a project"),
    }
    return render(request, "stepshare/project_form.html", context)


# --- Where somebody leads the council ----------------------------------------------------------------------------------------


def _sent(request: MemberRequest, entry: ProposedEntry) -> HttpResponse:
    messages.success(request, f"It is sent, and waits for whoever leads the record of {entry.council.short_name}.")
    return redirect(entry)


def _to_earlier(request: MemberRequest, entry: ProposedEntry) -> HttpResponse:
    messages.info(request, "You have sent a change to this already. It still waits, so change that one.")
    return redirect("stepshare:proposal_change", public_id=entry.public_id)


def _propose_or_confirm(
    request: MemberRequest, row: Installation | Project, fields: dict[str, Any], now: dt.datetime
) -> HttpResponse:
    """Whoever sends what is on record already says that it is still so."""
    try:
        return _sent(request, actions.propose_change(row=row, fields=fields, by=request.user, now=now))
    except actions.NothingNew:
        if isinstance(row, Project):
            messages.info(request, "Nothing is different from what is on record, so nothing was sent.")
        else:
            actions.confirm_installation(installation=row, by=request.user, now=now)
            messages.success(request, f"Nothing is different, so {row.product} is confirmed as it stands.")
        return redirect(row)


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _crumbs(council: Organisation, last: str) -> list[tuple[str, str]]:
    return crumbs(("Councils", reverse("stepshare:council_list")), (council.name, council.get_absolute_url()), (last, ""))
