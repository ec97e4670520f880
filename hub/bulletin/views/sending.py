"""The page before an issue goes, how far it has got, and the proof afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.bulletin import access, actions, compose_page, progress, queries
from hub.bulletin.calendar import on_the_wall
from hub.bulletin.models import BulletinIssue
from hub.bulletin.refusals import Refusal
from hub.bulletin.views.doors import crumbs, for_editors, for_senders, may_not_send
from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.core.spreadsheets import csv_lines
from hub.mail.models import Delivery

State = BulletinIssue.State
PER_PAGE = 50


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """Before it goes, what is about to happen; afterwards, how far it has got."""
    issue = access.get_issue_to_compose(request.user, public_id)
    if request.method == "POST":
        return _decide(request, issue)
    if issue.state == State.SKIPPED:
        return redirect("bulletin:compose_list")
    now = timezone.now()
    may_send = access.can_send(request.user)
    context = {"issue": issue, "may_send": may_send, "senders": queries.who_can_send(now), "crumbs": crumbs((issue.title, ""))}
    context |= {"is_due": issue.is_due(now)}
    if issue.is_out:
        return render(request, "bulletin/progress.html", context | _how_far(issue, may_send))
    if issue.is_draft:
        day = issue.day_it_goes(now) or on_the_wall(now).date()
        context |= {"before": compose_page.before_approval(issue, day, now)}
        return render(request, "bulletin/approve.html", context)
    context |= {"before": compose_page.before_sending(issue, now)}
    return render(request, "bulletin/send.html", context)


def _how_far(issue: BulletinIssue, may_send: bool) -> dict[str, object]:
    found: dict[str, object] = {
        "progress": progress.progress(issue),
        "trouble": progress.trouble(issue),
        "lacks_worker": progress.lacks_worker(issue),
    }
    if not may_send:
        return found
    return found | {
        "outcome": progress.outcome(issue),
        "to_look_at": progress.to_look_at(issue),
    }


def _decide(request: MemberRequest, issue: BulletinIssue) -> HttpResponse:
    if not access.can_send(request.user):
        return may_not_send(request, issue)
    seen = request.POST.get("seen", "")
    decide = {
        "approve": lambda: actions.approve(issue=issue, seen=seen, by=request.user, now=timezone.now()),
        "approve-now": lambda: actions.approve(issue=issue, at_once=True, seen=seen, by=request.user, now=timezone.now()),
    }.get(request.POST.get("do", ""), lambda: actions.send_now(issue=issue, by=request.user, now=timezone.now()))
    return _try(request, issue, decide)


def _try(request: MemberRequest, issue: BulletinIssue, do: Callable[[], object], said: str = "") -> HttpResponse:
    try:
        do()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect("bulletin:send", public_id=issue.public_id)


@for_senders
@require_POST
def thaw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Whoever may not approve may not undo it."""
    issue = access.get_issue_to_compose(request.user, public_id)
    try:
        actions.thaw(issue=issue, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("bulletin:compose", public_id=issue.public_id)


@for_senders
@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    if request.method == "POST":
        try:
            actions.skip(issue=issue, by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("bulletin:send", public_id=public_id)
        messages.success(request, f"{issue} is skipped.")
        return redirect("bulletin:compose_list")
    return render(request, "bulletin/skip.html", {"issue": issue, "crumbs": crumbs((issue.title, _page(issue)), ("Skip it", ""))})


# --- On its way -------------------------------------------------------------------------------------


@for_editors
@require_safe
def bar(request: MemberRequest, public_id: str) -> HttpResponse:
    """The part of the page that changes, for the script that asks every few seconds."""
    issue = access.get_issue_to_compose(request.user, public_id)
    if not issue.is_out:
        return redirect("bulletin:send", public_id=public_id)
    context = {
        "issue": issue,
        "progress": progress.progress(issue),
        "trouble": progress.trouble(issue),
        "lacks_worker": progress.lacks_worker(issue),
        "may_send": access.can_send(request.user),
    }
    return render(request, "bulletin/progress_bar.html", context)


@for_senders
@require_POST
def pause(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    return _try(request, issue, lambda: actions.pause_issue(issue=issue, by=request.user, now=timezone.now()), "Paused.")


@for_senders
@require_POST
def resume(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    return _try(request, issue, lambda: actions.resume_issue(issue=issue, by=request.user, now=timezone.now()), "It goes on.")


@for_senders
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    if request.method == "POST":
        return _try(request, issue, lambda: actions.stop_issue(issue=issue, by=request.user, now=timezone.now()), "Called off.")
    if not issue.is_under_way:
        return redirect("bulletin:send", public_id=public_id)
    context = {
        "issue": issue,
        "progress": progress.progress(issue),
        "crumbs": crumbs((issue.title, _page(issue)), ("Call it off", "")),
    }
    return render(request, "bulletin/stop.html", context)


@for_senders
@require_POST
def uncertain(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)

    def send_again() -> None:
        again = actions.send_to_uncertain(issue=issue, by=request.user, now=timezone.now())
        messages.success(request, f"It goes again to {again} {'person' if again == 1 else 'people'}.")

    return _try(request, issue, send_again)


# --- The proof --------------------------------------------------------------------------------------


@for_senders
@require_safe
def proof(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    names = progress.edition_names(issue)
    page = page_of(progress.proof(issue, request.GET.dict()), request, PER_PAGE)
    context = {
        "issue": issue,
        "progress": progress.progress(issue),
        "page": page,
        "rows": [(delivery, names.get(delivery.message.key, "")) for delivery in page],
        "query": query_without_page(request),
        "show": request.GET.get("show", ""),
        "shown": [(name, label) for name, (label, _) in progress.SHOWN.items()],
        "crumbs": crumbs((issue.title, _page(issue)), ("Proof", "")),
    }
    return render(request, "bulletin/proof.html", context)


COLUMNS = ("address", "state", "why", "what the server said", "came back", "tries", "settled at", "edition")


@for_senders
@require_safe
def proof_csv(request: MemberRequest, public_id: str) -> StreamingHttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    answer = StreamingHttpResponse(_lines(issue, request.GET.dict()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="bulletin-{issue.number}-proof.csv"'
    return answer


def _lines(issue: BulletinIssue, params: dict[str, str]) -> Iterator[str]:
    names = progress.edition_names(issue)
    rows = (_row(delivery, names) for delivery in progress.proof(issue, params).iterator(chunk_size=500))
    return csv_lines(COLUMNS, rows)


def _row(delivery: Delivery, names: dict[str, str]) -> tuple[str, ...]:
    return (
        delivery.address or f"forgotten ({delivery.public_id})",
        delivery.get_state_display(),
        delivery.get_skip_reason_display(),
        f"{delivery.smtp_code or ''} {delivery.smtp_text}".strip(),
        delivery.get_fate_display(),
        str(delivery.attempts),
        on_the_wall(delivery.settled_at).isoformat(timespec="seconds") if delivery.settled_at else "",
        names.get(delivery.message.key, ""),
    )


def _page(issue: BulletinIssue) -> str:
    return reverse("bulletin:send", kwargs={"public_id": issue.public_id})
