"""The queue, one thing of it, and what was decided."""

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
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.desk import access, actions, queries
from hub.desk.actions.deciding import CannotUndo, ClaimedByAnother
from hub.desk.forms import DecideForm
from hub.desk.models import Claim, DeskEntry
from hub.desk.trays import Tray
from hub.desk.trays.base import ChangedMeanwhile, DecidedAlready

CHANGED = "It was changed meanwhile. Read it again, then decide; your text is still here."

View = Callable[..., HttpResponse]


def button(view: View) -> View:
    """POST only. A visitor signs in and comes to the queue: a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("desk:queue"))
        return view(request, *args, **kwargs)

    return require_POST(check)


@login_required
@require_safe
def queue(request: MemberRequest) -> HttpResponse:
    access.require_desk(request.user)
    now = timezone.now()
    params = {name: request.GET.get(name, "") for name in ("show", "late", "mine")}
    found = queries.queue(request.user, params, now)
    context = {
        "queue": found,
        "page": page_of(found.lines, request),
        "query": query_without_page(request),
        "chosen": params,
        "is_narrowed": any(params.values()),
        "done": queries.decided_lately(request.user, now),
        "crumbs": crumbs(),
    }
    return render(request, "desk/queue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: MemberRequest, tray: str, key: str) -> HttpResponse:
    """Read it and decide. Whoever comes second is told who was first, and keeps what they typed on the screen."""
    found, row = access.get_waiting(request.user, tray, key)
    if row is None:
        return _decided(request, found, key)
    form = _form(request, found, row)
    if request.method == "POST" and request.POST.get("version", "") != found.version(row):
        messages.error(request, CHANGED)
    elif form.is_bound and form.is_valid():
        response = _decide(request, found, key, form)
        if response is not None:
            return response
        found, row = access.get_waiting(request.user, tray, key)
        if row is None:
            return _decided(request, found, key)
    now = timezone.now()
    claim = queries.claim_of(tray, key, now)
    context = {
        "tray": found,
        "item": found.item(row),
        "row": row,
        "detail": found.detail,
        "version": found.version(row),
        "form": form if form.known else None,
        "claim": claim,
        "is_mine": claim is not None and claim.claimed_by_id == request.user.pk,
        "now": now,
        **found.context(row, request.user),
        "crumbs": crumbs((found.label, "")),
    }
    return render(request, "desk/item.html", context)


def _form(request: MemberRequest, tray: Tray, row: Any) -> DecideForm:
    decisions = tray.decisions(row, request.user)
    given: dict[str, Any] = {"decisions": decisions, "reasons": queries.reasons_for(decisions), "reader": tray.reader_of_reason}
    if "fill" in request.POST:
        return DecideForm.filled(request.POST, **given)
    return DecideForm(request.POST if request.method == "POST" else None, **given)


def _decide(request: MemberRequest, tray: Tray, key: str, form: DecideForm) -> HttpResponse | None:
    """None where the page is to be read once more."""
    try:
        entry = actions.decide(
            tray=tray,
            key=key,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
            read=request.POST.get("version", ""),
        )
    except DecidedAlready as refusal:
        messages.error(request, f"{refusal} Nothing of yours was done.")
        return redirect("desk:item", tray=tray.slug, key=key)
    except ChangedMeanwhile:
        messages.error(request, CHANGED)
    except ClaimedByAnother as other:
        messages.error(
            request, f"{_somebody(other.claim)} is on it. Take it over first if you want to decide; your text is still here."
        )
    else:
        queries.forget_number_waiting()
        messages.success(request, f"{_done_words(tray, entry)}. You can undo it under “Done lately”.")
        return redirect("desk:queue")
    return None


@button
def claim(request: MemberRequest, tray: str, key: str) -> HttpResponse:
    """With `take-over` also what somebody else is on."""
    found = access.get_tray(request.user, tray)
    try:
        held = actions.claim(tray=found, key=key, by=request.user, now=timezone.now(), take_over="take-over" in request.POST)
    except DecidedAlready as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:queue")
    except ClaimedByAnother as other:
        messages.error(request, f"{_somebody(other.claim)} is on it since {_time(other.claim)}.")
    else:
        messages.success(request, f"You are on it until {date_format(timezone.localtime(held.expires_at), 'H:i')}.")
    return _back(request, found, key)


@button
def let_go(request: MemberRequest, tray: str, key: str) -> HttpResponse:
    found = access.get_tray(request.user, tray)
    actions.let_go(tray=found, key=key, by=request.user, now=timezone.now())
    messages.success(request, "You are no longer on it.")
    return _back(request, found, key)


@button
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    entry = access.get_entry_to_undo(request.user, public_id)
    try:
        actions.undo(entry=entry, by=request.user, now=timezone.now())
    except CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        queries.forget_number_waiting()
        messages.success(request, "Undone. It waits again.")
    return redirect("desk:queue")


@login_required
@require_safe
def log(request: MemberRequest) -> HttpResponse:
    """Everything that was decided: of moderation for facilitators, all of it for administrators."""
    access.require_desk(request.user)
    page = page_of(queries.entries(request.user), request)
    context = {
        "page": page,
        "done": queries.done(request.user, page.object_list, timezone.now()),
        "query": query_without_page(request),
        "crumbs": crumbs(("What was decided", "")),
    }
    return render(request, "desk/log.html", context)


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Desk", reverse("desk:queue") if rest else ""), *rest]


def _decided(request: MemberRequest, tray: Tray, key: str) -> HttpResponse:
    """What waits no longer: who decided it, and how it can be undone. What never was answers like any missing page."""
    names = tray.names(request.user, [key])
    last = queries.last_decision(request.user, tray.slug, key)
    if last is None and key not in names:
        return access.nothing_there()
    done = queries.done(request.user, queries.entries(request.user).filter(pk=last.pk), timezone.now()) if last else []
    context = {"tray": tray, "done": done, "what": names.get(key, ""), "crumbs": crumbs((tray.label, ""))}
    return render(request, "desk/decided.html", context)


def _back(request: MemberRequest, tray: Tray, key: str) -> HttpResponse:
    """To the thing where one can decide at the desk, else to the queue."""
    return redirect("desk:item", tray=tray.slug, key=key) if tray.known else redirect("desk:queue")


def _done_words(tray: Tray, entry: DeskEntry) -> str:
    known = tray.decision_of(entry.decision)
    return known.done if known else "Done"


def _somebody(claim: Claim) -> str:
    return claim.claimed_by.get_full_name() or "A colleague" if claim.claimed_by else "A colleague"


def _time(claim: Claim) -> str:
    return date_format(timezone.localtime(claim.claimed_at), "H:i")
