"""What waits for a council's yes: sending, second thoughts, deciding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.audience import reads_members_content
from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.members.queries import has_lead
from stepshare import access, actions, proposed, queries
from stepshare.forms import InstallationForm, ProjectForm
from stepshare.models import Installation, Project, ProposedEntry
from stepshare.proposal_forms import ChangedSuggestionForm, DeclineForm, SuggestionForm
from stepshare.views.directory import Crumb, crumbs
from stepshare.views.record import button, form_page, posted

Fields = dict[str, Any]
LIST_NAME = "Waiting for a yes"


@require_safe
@login_required
def proposal_list(request: MemberRequest) -> HttpResponse:
    """What waits for the viewer, where they decide anywhere; otherwise, and with `?show=sent`, what they have sent."""
    may_decide = access.decides_somewhere(request.user)
    shows_awaiting = may_decide and request.GET.get("show") != "sent"
    entries = queries.awaiting(request.user) if shows_awaiting else queries.sent(request.user)
    context = {
        "page": page_of(entries, request),
        "query": query_without_page(request),
        "shows_awaiting": shows_awaiting,
        "may_decide": may_decide,
        "suppliers": queries.own_suppliers(request.user),
        "crumbs": crumbs((LIST_NAME, "")),
    }
    return render(request, "stepshare/proposal_list.html", context)


@require_safe
@login_required
def proposal(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    entry = access.get_proposal_to_read(request.user, public_id)
    may_decide = access.can_decide(request.user, entry, now)
    known = entry.before if entry.state == entry.State.ACCEPTED else proposed.on_record(entry)
    lines = proposed.lines(entry, known)
    context = {
        "entry": entry,
        "lines": lines,
        "has_moved": entry.is_waiting and any(line.then for line in lines),
        "mark": proposed.mark_of(entry, known),
        "why_not": actions.why_not(entry, now) if may_decide and entry.is_waiting else "",
        "may_decide": may_decide,
        "may_change": access.can_change_proposal(request.user, entry),
        "may_reopen": may_decide and entry.may_be_reopened(now),
        "is_own": entry.proposed_by_id == request.user.pk,
        "waits_for_lead": has_lead(entry.council, now),
        "sees_names": reads_members_content(request.user),
        "crumbs": _crumbs((entry.subject, "")),
    }
    return render(request, "stepshare/proposal.html", context)


# --- Deciding ----------------------------------------------------------------------------------------------------------------


@button
def proposal_accept(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    entry = access.get_proposal_to_decide(request.user, public_id, now)
    try:
        entry = actions.accept_proposal(entry=entry, mark=request.POST.get("mark", ""), by=request.user, now=now)
    except actions.NotDone as reason:
        messages.warning(request, str(reason))
        return redirect(entry)
    messages.success(request, f"{entry.subject} is on record as it was sent. You can still change it there.")
    return redirect(entry.project or entry.installation or entry.council)


@form_page
def proposal_decline(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    entry = access.get_proposal_to_decide(request.user, public_id, now)
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_proposal(entry=entry, reason=form.cleaned_data["reason"], by=request.user, now=now)
        except actions.NotDone as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, "It is declined. You can open it again within 14 days.")
        return redirect(entry)
    context = {"entry": entry, "form": form, "crumbs": _crumbs((entry.subject, entry.get_absolute_url()), ("Decline", ""))}
    return render(request, "stepshare/proposal_decline.html", context)


@button
def proposal_reopen(request: MemberRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    entry = access.get_proposal_to_decide(request.user, public_id, now)
    try:
        actions.reopen_proposal(entry=entry, by=request.user, now=now)
    except actions.NotDone as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, "It is open again and waits to be decided.")
    return redirect(entry)


# --- Second thoughts ---------------------------------------------------------------------------------------------------------


@button
def proposal_withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    entry = access.get_proposal_to_change(request.user, public_id)
    try:
        actions.withdraw_proposal(entry=entry, by=request.user, now=timezone.now())
    except actions.NotDone as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, "You have withdrawn it. It is kept here, should you want to send it again.")
    return redirect(entry)


@form_page
def proposal_change(request: MemberRequest, public_id: str) -> HttpResponse:
    """The form it was first written in, filled with what was sent."""
    entry = access.get_proposal_to_change(request.user, public_id)
    if not entry.may_be_sent_again or (entry.has_lost_its_thing and not entry.is_addition):
        messages.warning(request, "This cannot be changed any more. What you wrote is kept below.")
        return redirect(entry)
    form = _form_of(entry, request)
    if request.method == "POST" and form.is_valid():
        try:
            entry = actions.change_proposal(entry=entry, **_asked(form), by=request.user, now=timezone.now())
        except actions.NotDone as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "It is changed, and waits to be decided.")
            return redirect(entry)
    context = {"entry": entry, "form": form, "crumbs": _crumbs((entry.subject, entry.get_absolute_url()), ("Change", ""))}
    return render(request, "stepshare/proposal_change.html", context)


def _form_of(entry: ProposedEntry, request: HttpRequest) -> Any:
    fields = proposed.fields_of(entry)
    if entry.supplier_id:
        return ChangedSuggestionForm(posted(request), initial={**fields, "note": entry.note})
    if entry.is_about_project:
        return ProjectForm(posted(request), instance=entry.project or Project(), initial={**_connections(entry), **fields})
    product = entry.product.public_id if entry.product else ""
    installation = entry.installation or Installation()
    return InstallationForm(entry.council, posted(request), instance=installation, initial={**fields, "product": product})


def _connections(entry: ProposedEntry) -> Fields:
    return {name: getattr(entry.project, name).all() for name in proposed.CONNECTIONS} if entry.project else {}


def _asked(form: BaseForm) -> Fields:
    """What `change_proposal` takes."""
    if isinstance(form, ProjectForm):
        return {"fields": {**form.facts(), **form.connections()}}
    if isinstance(form, InstallationForm):
        return {"fields": form.facts(), "product": form.cleaned_data.get("product")}
    return {"fields": form.facts(), "note": form.cleaned_data["note"]}  # type: ignore[attr-defined]  # a SuggestionForm


# --- A supplier's suggestion -------------------------------------------------------------------------------------------------


@form_page
def system_suggest(request: MemberRequest, slug: str) -> HttpResponse:
    """That a council uses what the viewer's own organisation supplies."""
    product = access.get_product_to_suggest(request.user, slug)
    form = SuggestionForm(posted(request))
    if request.method == "POST" and form.is_valid() and product.supplier:
        try:
            entry = actions.suggest_installation(
                council=form.cleaned_data["council"],
                product=product,
                supplier=product.supplier,
                fields=form.facts(),
                note=form.cleaned_data["note"],
                by=request.user,
                now=timezone.now(),
            )
        except actions.NotDone as reason:
            form.add_error("council", str(reason))
        else:
            messages.success(request, f"Your suggestion waits until {entry.council.name} has confirmed it.")
            return redirect(entry)
    context = {
        "product": product,
        "form": form,
        "council_names": queries.council_names(timezone.localdate()),
        "crumbs": crumbs(
            ("Systems", reverse("stepshare:system_list")),
            (product.name, product.get_absolute_url()),
            ("Suggest a council", ""),
        ),
    }
    return render(request, "stepshare/suggest.html", context)


def _crumbs(*rest: Crumb) -> list[Crumb]:
    return crumbs((LIST_NAME, reverse("stepshare:proposal_list")), *rest)
