"""Where editors put an issue together."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.bulletin import access, actions, compose_page, queries
from hub.bulletin import compose as composing
from hub.bulletin.calendar import holiday_on
from hub.bulletin.issue_forms import IssueForm
from hub.bulletin.models import BulletinIssue
from hub.bulletin.refusals import Changed, Refusal
from hub.bulletin.views.doors import crumbs, for_editors, may_not_send
from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def compose_list(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        number = request.POST.get("number", "")
        issue = actions.start_issue(
            number=int(number) if number.isdecimal() and len(number) < 7 else None, by=request.user, now=timezone.now()
        )
        return redirect("bulletin:compose", public_id=issue.public_id)
    context = {
        "page": page_of(queries.issues_to_compose(), request),
        "query": query_without_page(request),
        "next_number": queries.next_number(),
        "schedule": queries.schedule(timezone.now()),
        "may_send": access.can_send(request.user),
        "crumbs": crumbs(),
    }
    return render(request, "bulletin/compose_list.html", context)


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Every button saves what is typed, and then does what it says."""
    issue = access.get_issue_to_compose(request.user, public_id)
    if not issue.is_draft:
        if request.method == "POST":
            messages.warning(request, "This issue is frozen: nothing was changed.")
        return redirect("bulletin:send", public_id=public_id)
    now = timezone.now()
    tables = compose_page.tables(issue, now)
    items = [row.item for table in tables for row in table.rows]
    form = IssueForm(issue, items, request.POST if request.method == "POST" else None)
    has_changed = False
    if form.is_valid():
        try:
            return _do(request, issue, form)
        except Changed as changed:
            has_changed = True
            tables = compose_page.tables(issue, now)
            form = form.over(issue, [row.item for table in tables for row in table.rows])
            form.add_error(None, str(changed))
    typed = request.POST.get("address", request.GET.get("address", ""))
    context = {
        "issue": issue,
        "form": form,
        "tables": [(table, [(row, form.note_of(row.item)) for row in table.rows]) for table in tables],
        "in_the_draft": form.in_the_draft() if has_changed else [],
        "address": typed,
        "found": compose_page.found(typed, request.user) if typed and request.method != "POST" else [],
        "holiday": holiday_on(issue.send_on) if issue.send_on else "",
        "has_members_items": any(row.is_for_members for table in tables for row in table.rows),
        "may_send": (may_send := access.can_send(request.user)),
        "senders": [] if may_send else queries.who_can_send(now),
        "crumbs": crumbs((issue.title, "")),
    }
    return render(request, "bulletin/compose.html", context)


def _do(request: MemberRequest, issue: BulletinIssue, form: IssueForm) -> HttpResponse:
    """`do` is the button: a verb, and what it is about."""
    verb, _, about = request.POST.get("do", "save").partition(" ")
    if verb == "approve" and not access.can_send(request.user):
        return may_not_send(request, issue)
    try:
        actions.edit_issue(
            issue=issue, **form.words(), notes=form.notes(), seen=form.cleaned_data["seen"], by=request.user, now=timezone.now()
        )
        return VERBS.get(verb, _saved)(request, issue, about)
    except Changed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(issue, typed=request.POST.get("address", ""))


def _saved(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    messages.success(request, "Saved.")
    return _back(issue)


def _add(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    """By its address; or by words of its title, of which the page then shows what they may mean."""
    typed = about or request.POST.get("address", "")
    thing = composing.find(typed, request.user)
    if thing is None:
        if composing.search(typed, request.user):
            return _back(issue, "add-other", typed=typed)
        raise Refusal(
            "We found nothing there that a bulletin can hold. Write words of its title, or paste the address of an event, a paper, "
            "a case study, a term, a proposal or a question."
        )
    item = actions.add_item(issue=issue, obj=thing, by=request.user, now=timezone.now())
    messages.success(request, f"“{thing}” is in.")
    return _back(issue, f"item-{item.public_id}")


def _remove(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    item = access.get_item_to_compose(issue, about)
    actions.remove_item(item=item, by=request.user, now=timezone.now())
    messages.success(request, "Taken out.")
    return _back(issue, f"section-{item.section}")


def _move_up(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    return _move(request, issue, about, -1)


def _move_down(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    return _move(request, issue, about, 1)


def _move(request: MemberRequest, issue: BulletinIssue, about: str, by_places: int) -> HttpResponse:
    item = access.get_item_to_compose(issue, about)
    actions.move_item(item=item, by_places=by_places, by=request.user, now=timezone.now())
    return _back(issue, f"item-{item.public_id}")


def _look(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    return redirect("bulletin:preview", public_id=issue.public_id)


def _send_test(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    actions.send_test(issue=issue, by=request.user, now=timezone.now())
    messages.success(request, f"A copy marked as a test is on its way to {request.user.email}.")
    return _back(issue, "ready")


def _submit(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    actions.submit(issue=issue, by=request.user, now=timezone.now())
    messages.success(request, "Facilitators have a mail that it waits for them. You may still change it.")
    return _back(issue)


def _to_approval(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    return redirect("bulletin:send", public_id=issue.public_id)


VERBS: dict[str, Callable[[MemberRequest, BulletinIssue, str], HttpResponse]] = {
    "save": _saved,
    "add": _add,
    "remove": _remove,
    "up": _move_up,
    "down": _move_down,
    "look": _look,
    "test": _send_test,
    "submit": _submit,
    "approve": _to_approval,
}


def _back(issue: BulletinIssue, anchor: str = "", typed: str = "") -> HttpResponse:
    """`typed`: what could not be added yet, to be put right or chosen from."""
    query = {"address": typed} if typed else {}
    return redirect(reverse("bulletin:compose", kwargs={"public_id": issue.public_id}, query=query, fragment=anchor or None))
