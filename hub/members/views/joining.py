"""Where somebody works: joining a council, asking to, leaving, and saying each year that it still holds."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hub.accounts.models import User
from hub.core.http import MemberRequest
from hub.members import access, actions, belonging, links, queries
from hub.members.joining_forms import AskForm, PickForm, SupplierForm
from hub.members.models import Membership
from hub.members.refusals import Refusal
from hub.organisations.models import Organisation
from hub.organisations.queries import councils_to_choose_from

HOME, ACCOUNT = ("Home", "/"), ("Your account", "/account/")


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [HOME, ACCOUNT, ("Where you work", reverse("members:council") if rest else ""), *rest]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def council(request: MemberRequest) -> HttpResponse:
    """Everything about where one works, on one page; it asks those who belong nowhere."""
    now, user = timezone.now(), request.user
    memberships = queries.memberships_of(user, now)
    ways = belonging.ways_of(user, now)
    successors = belonging.successors_to_pick(user, now)
    open_to_pick = list({body.pk: body for body in [*(way.council for way in ways if way.is_fresh), *successors]}.values())
    form = PickForm(_posted(request), councils=open_to_pick, belongs=_belongs(memberships)) if open_to_pick else None
    if request.method == "POST" and form is None:
        return redirect("members:council")
    if form is not None and form.is_valid() and _picked(request, form):
        return redirect("members:account")
    context = {
        "memberships": memberships,
        "claim": belonging.open_claim_of(user),
        "form": form,
        "is_after_abolition": bool(successors),
        "by_link": [way for way in ways if not way.is_fresh],
        "crumbs": crumbs(),
    }
    return render(request, "members/joining/council.html", context)


def _picked(request: MemberRequest, form: PickForm) -> bool:
    data = form.cleaned_data
    try:
        membership = actions.pick_council(
            user=request.user,
            council=data["council"],
            job_role=data["job_role"],
            leaving=data.get("leaving", False),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error("council", str(refusal))
        return False
    messages.success(request, f"You belong to {membership.organisation.name}.")
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    form = AskForm(_posted(request), on=today, belongs=_belongs(queries.memberships_of(request.user, now)))
    if form.is_valid():
        data = form.cleaned_data
        membership = actions.ask_to_join(
            user=request.user,
            organisation=data["council"],
            job_role=data["job_role"],
            reason=data["reason"],
            leaving=data.get("leaving", False),
            now=now,
        )
        if membership.approved_at is None:
            messages.success(
                request, f"We have told the people who decide for {membership.organisation.name}. You will hear by mail."
            )
        else:
            messages.success(request, f"You belong to {membership.organisation.name} already.")
        return redirect("members:account")
    context = {"form": form, "councils": councils_to_choose_from(today), "crumbs": crumbs(("Another council", ""))}
    return render(request, "members/joining/ask.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def supplier(request: MemberRequest) -> HttpResponse:
    form = SupplierForm(_posted(request))
    if form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        given = {"job_role": data["job_role"], "reason": data["reason"]}
        on_record = form.on_record
        if on_record:
            actions.ask_to_join(user=request.user, organisation=on_record, now=now, **given)
        else:
            actions.claim_supplier(user=request.user, supplier_name=data["supplier"], now=now, **given)
        messages.success(request, f"We have told the facilitators that you work for {data['supplier']}. You will hear by mail.")
        return redirect("members:account")
    return render(request, "members/joining/supplier.html", {"form": form, "crumbs": crumbs(("A supplier", ""))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    membership = access.get_own_membership(request.user, public_id, now)
    if request.method == "POST":
        actions.leave(membership=membership, now=now)
        left = (
            "You have taken your request back."
            if membership.approved_at is None
            else f"You have left {membership.organisation.name}."
        )
        messages.success(request, left)
        return redirect("members:council")
    context = {
        "membership": membership,
        "is_last_lead": membership.is_lead and not _other_leads(membership),
        "crumbs": crumbs(("Leave", "")),
    }
    return render(request, "members/joining/leave.html", context)


def _other_leads(membership: Membership) -> bool:
    return queries.leads_besides(membership, timezone.now())


@require_POST
def withdraw_claim(request: HttpRequest, public_id: str) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect_to_login(reverse("members:council"))
    actions.withdraw_claim(claim=access.get_own_claim(request.user, public_id), by=request.user, now=timezone.now())
    messages.success(request, "You have taken your request back.")
    return redirect("members:council")


@require_POST
def send_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """To one's own address at that council."""
    if not isinstance(request.user, User):
        return redirect_to_login(reverse("members:council"))
    organisation = get_object_or_404(councils_to_choose_from(timezone.localdate()), public_id=public_id)
    try:
        email = actions.send_link(user=request.user, council=organisation, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"We have sent a message to {email}. Open its link and press the button.")
    return redirect("members:council")


@require_http_methods(["GET", "HEAD", "POST"])
def still_here(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in the mail, without sign-in: who reads mail at the address is all that is asked."""
    now = timezone.now()
    link = links.read_still_here(token, now)
    if link is None:
        raise Http404
    user = get_object_or_404(User, public_id=link.user, is_active=True)
    organisation = get_object_or_404(Organisation, public_id=link.council)
    refused = ""
    if request.method == "POST":
        try:
            actions.confirm_by_link(user=user, council=organisation, email=link.email, now=now)
        except Refusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"Thank you. You belong to {organisation.name}.")
            return redirect("members:account" if request.user == user else "/")
    context = {"council": organisation, "email": link.email, "refused": refused, "crumbs": [HOME, ("Where you work", "")]}
    return render(request, "members/joining/still_here.html", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _belongs(memberships: list[Membership]) -> bool:
    return bool(memberships)
