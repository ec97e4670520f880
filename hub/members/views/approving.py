"""Leads and facilitators: who waits, the people of a council, and its leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.members import access, actions, belonging, queries
from hub.members.joining_forms import ClaimForm, ReasonForm
from hub.members.models import Membership
from hub.members.refusals import Refusal

View = Callable[..., HttpResponse]


def button(view: View) -> View:
    """POST only. A visitor signs in and comes to the list: a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("members:waiting"))
        return view(request, *args, **kwargs)

    return require_POST(check)


def form_page(view: View) -> View:
    return login_required(require_http_methods(["GET", "HEAD", "POST"])(view))


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Your account", "/account/"), *rest]


def _people_url(membership: Membership) -> str:
    return reverse("members:people_of", args=[membership.organisation.slug])


# --- Who waits ----------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def waiting(request: MemberRequest) -> HttpResponse:
    access.require_decider(request.user)
    context = {
        "page": page_of(belonging.waiting_for(request.user), request),
        "query": query_without_page(request),
        "claims": belonging.claims_for(request.user),
        "crumbs": crumbs(("Who waits to join", "")),
    }
    return render(request, "members/approving/waiting.html", context)


@button
def approve(request: MemberRequest, public_id: str) -> HttpResponse:
    membership = access.get_request_to_decide(request.user, public_id)
    try:
        actions.approve(membership=membership, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"{membership.user} belongs to {membership.organisation.name}. If that was a mistake, end the membership here."
        )
        return redirect(_people_url(membership))
    return redirect("members:waiting")


@form_page
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    membership = access.get_request_to_decide(request.user, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.decline(membership=membership, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Declined. {membership.user} hears the reason by mail, and may ask again.")
        return redirect("members:waiting")
    context = {
        "form": form,
        "membership": membership,
        "crumbs": crumbs(("Who waits to join", reverse("members:waiting")), ("Decline", "")),
    }
    return render(request, "members/approving/decline.html", context)


@form_page
def claim(request: MemberRequest, public_id: str) -> HttpResponse:
    """A supplier that is not on record: take it up under a name, or decline."""
    claim = access.get_claim_to_decide(request.user, public_id)
    is_decline = "decline" in request.POST
    posted = request.POST if request.method == "POST" else None
    accept_form = ClaimForm(None if is_decline else posted, initial={"supplier_name": claim.supplier_name})
    decline_form = ReasonForm(posted if is_decline else None)
    form = decline_form if is_decline else accept_form
    if form.is_valid():
        given = {"claim": claim, "by": request.user, "now": timezone.now(), **form.cleaned_data}
        try:
            actions.decline_claim(**given) if is_decline else actions.accept_claim(**given)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{claim.user} hears of it by mail.")
        return redirect("members:waiting")
    context = {
        "claim": claim,
        "form": form,
        "accept_form": accept_form,
        "decline_form": decline_form,
        "crumbs": crumbs(("Who waits to join", reverse("members:waiting")), (claim.supplier_name, "")),
    }
    return render(request, "members/approving/claim.html", context)


# --- The people of a council ----------------------------------------------------------------------------------------------------


@login_required
@require_safe
def looked_after(request: MemberRequest) -> HttpResponse:
    access.require_decider(request.user)
    organisations = belonging.organisations_looked_after(request.user, timezone.now())
    if len(organisations) == 1:
        return redirect("members:people_of", organisations[0].slug)
    context = {
        "page": page_of(organisations, request, 50),
        "query": query_without_page(request),
        "crumbs": crumbs(("People of the councils", "")),
    }
    return render(request, "members/approving/looked_after.html", context)


@login_required
@require_safe
def people_of(request: MemberRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    organisation = access.get_organisation_to_look_after(request.user, slug)
    page = page_of(belonging.people_at(organisation, request.user, now), request, 50)
    rows = [
        {
            "membership": membership,
            "may_end": access.can_end(request.user, membership),
            "may_appoint": access.can_appoint(membership),
            "may_step_down": access.can_step_down(request.user, membership),
        }
        for membership in page
    ]
    context = {
        "organisation": organisation,
        "page": page,
        "rows": rows,
        "query": query_without_page(request),
        "has_lead": queries.has_lead(organisation, now),
        "waiting": belonging.waiting_for(request.user).filter(organisation=organisation),
        "crumbs": crumbs(("People of the councils", reverse("members:looked_after")), (organisation.short_name, "")),
    }
    return render(request, "members/approving/people.html", context)


@form_page
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    membership = access.get_membership_to_end(request.user, public_id, now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.end_membership(membership=membership, reason=form.cleaned_data["reason"], by=request.user, now=now)
        messages.success(request, f"{membership.user} no longer belongs to {membership.organisation.name}.")
        return redirect(_people_url(membership))
    return render(request, "members/approving/end.html", {"form": form, **_about(membership, "End the membership")})


@form_page
def appoint(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    membership = access.get_membership_to_appoint(request.user, public_id, now)
    if request.method == "POST":
        actions.appoint_lead(membership=membership, by=request.user, now=now)
        messages.success(request, f"{membership.user} is now a lead of {membership.organisation.name}.")
        return redirect(_people_url(membership))
    return render(request, "members/approving/appoint.html", _about(membership, "Make them a lead"))


@form_page
def step_down(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    membership = access.get_membership_to_step_down(request.user, public_id, now)
    if request.method == "POST":
        actions.step_down(membership=membership, by=request.user, now=now)
        who = "You are" if membership.user_id == request.user.pk else f"{membership.user} is"
        messages.success(request, f"{who} no longer a lead of {membership.organisation.name}.")
        return redirect("members:account" if membership.user_id == request.user.pk else _people_url(membership))
    context = {
        **_about(membership, "No longer a lead"),
        "is_own": membership.user_id == request.user.pk,
        "is_last_lead": not queries.leads_besides(membership, now),
    }
    return render(request, "members/approving/step_down.html", context)


@button
def still_here(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    membership = access.get_membership_to_look_after(request.user, public_id, now)
    actions.still_here(membership=membership, by=request.user, now=now)
    messages.success(request, f"{membership.user} still works there. We ask again in a year.")
    return redirect(_people_url(membership))


def _about(membership: Membership, what: str) -> dict[str, object]:
    back = _people_url(membership)
    return {
        "membership": membership,
        "back": back,
        "crumbs": crumbs((f"People of {membership.organisation.short_name}", back), (what, "")),
    }
