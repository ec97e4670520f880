"""Administrators give offices and end them; facilitators and administrators keep people out and let them in again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.members import access, actions, queries
from hub.members.joining_forms import OfficeForm, SuspendForm
from hub.members.models import Office, Role
from hub.members.refusals import Refusal

HOME = ("Home", "/")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    person = access.get_person_to_give_offices(request.user, public_id)
    offices = queries.offices_of(person, now)
    form = OfficeForm(request.POST if request.method == "POST" else None, held={Role(office.role) for office in offices})
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        actions.grant_office(user=person, role=role, by=request.user, now=now)
        messages.success(request, f"{person} is now {role.label.lower()}. It counts from the next page they open.")
        return redirect("members:roles", person.public_id)
    context = {
        "person": person,
        "offices": offices,
        "form": form if form.fields["role"].choices else None,  # type: ignore[attr-defined]  # a ChoiceField
        "crumbs": [HOME, (f"Offices of {person}", "")],
    }
    return render(request, "members/offices/roles.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: MemberRequest, public_id: str, role: str) -> HttpResponse:
    now = timezone.now()
    person = access.get_person_to_give_offices(request.user, public_id)
    office = next((office for office in queries.offices_of(person, now) if office.role == role), None)
    if office is None:
        raise Http404
    back = reverse("members:roles", args=[person.public_id])
    if request.method == "POST":
        _end(request, office)
        return redirect(back if request.user != person or role != Role.ADMINISTRATOR else "members:account")
    context = {"person": person, "office": office, "back": back, "crumbs": [HOME, (f"Offices of {person}", back), ("End", "")]}
    return render(request, "members/offices/end_role.html", context)


def _end(request: MemberRequest, office: Office) -> None:
    try:
        actions.end_office(user=office.user, role=Role(office.role), by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{office.user} is no longer {office.get_role_display().lower()}.")


# --- Suspensions --------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def suspensions(request: MemberRequest) -> HttpResponse:
    """The record of all there ever were."""
    access.require_keeper(request.user)
    context = {
        "page": page_of(queries.suspensions(), request),
        "query": query_without_page(request),
        "crumbs": [HOME, ("Your account", "/account/"), ("Suspended people", "")],
    }
    return render(request, "members/offices/suspensions.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    person = access.get_person_to_suspend(request.user, public_id, now)
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.suspend(user=person, reason=form.cleaned_data["reason"], by=request.user, now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{person} is suspended. Lift it here when it is over.")
        return redirect("members:suspensions")
    context = {"person": person, "form": form, "crumbs": _crumbs("Suspend")}
    return render(request, "members/offices/suspend.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    person = access.get_person_to_suspend(request.user, public_id, now)
    suspension = queries.suspension_of(person)
    if suspension is None:
        raise Http404
    if request.method == "POST":
        actions.lift_suspension(user=person, by=request.user, now=now)
        messages.success(request, f"{person} can sign in again.")
        return redirect("members:suspensions")
    context = {"person": person, "suspension": suspension, "crumbs": _crumbs("Lift the suspension")}
    return render(request, "members/offices/lift.html", context)


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [HOME, ("Suspended people", reverse("members:suspensions")), (last, "")]
