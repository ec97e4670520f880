"""Where editors put an issue together and facilitators send it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.bulletin import access, actions, queries
from hub.bulletin import compose as composing
from hub.bulletin.editions import LARGEST, PREFERENCES, UNSUBSCRIBE
from hub.bulletin.forms import IssueForm
from hub.bulletin.models import BulletinIssue
from hub.bulletin.refusals import Refusal
from hub.core.http import MemberRequest
from hub.mail.preview import shown_as_mail

View = Callable[..., HttpResponse]


def for_editors(view: View) -> View:
    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        access.check_may_compose(request.user)
        return view(request, *args, **kwargs)

    return never_cache(check)


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
        "issues": queries.issues_to_compose(),
        "next_number": queries.next_number(),
        "crumbs": [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), ("Compose", "")],
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
    tables = queries.tables(issue, timezone.now())
    items = [row.item for table in tables for row in table.rows]
    form = IssueForm(items, request.POST if request.method == "POST" else None, initial=IssueForm.initial_for(issue))
    if form.is_valid():
        return _do(request, issue, form)
    context = {
        "issue": issue,
        "form": form,
        "tables": [(table, [(row, form.note_of(row.item)) for row in table.rows]) for table in tables],
        "address": request.POST.get("address", request.GET.get("address", "")),
        "may_send": access.can_send(request.user),
        "senders": queries.who_can_send(timezone.now()),
        "crumbs": _crumbs((issue.title, "")),
    }
    return render(request, "bulletin/compose.html", context)


def _do(request: MemberRequest, issue: BulletinIssue, form: IssueForm) -> HttpResponse:
    """`do` is the button: a verb, and what it is about."""
    data, now = form.cleaned_data, timezone.now()
    verb, _, about = request.POST.get("do", "save").partition(" ")
    if verb == "freeze" and not access.can_send(request.user):
        return _may_not_send(request, issue)
    try:
        actions.edit_issue(issue=issue, title=data["title"], opening=data["opening"], notes=form.notes(), by=request.user, now=now)
        return VERBS.get(verb, _saved)(request, issue, about)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(issue, typed=request.POST.get("address", ""))


def _saved(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    messages.success(request, "Saved.")
    return _back(issue)


def _add(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    address = about or request.POST.get("address", "")
    thing = composing.find(address, request.user)
    if thing is None:
        raise Refusal(
            "We found nothing there that a bulletin can hold. Paste the address of an event, a paper, a case study or a question."
        )
    item = actions.add_item(issue=issue, obj=thing, by=request.user, now=timezone.now())
    messages.success(request, f"“{thing.title}” is in.")
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


def _freeze(request: MemberRequest, issue: BulletinIssue, about: str) -> HttpResponse:
    actions.freeze(issue=issue, by=request.user, now=timezone.now())
    return redirect("bulletin:send", public_id=issue.public_id)


VERBS: dict[str, Callable[[MemberRequest, BulletinIssue, str], HttpResponse]] = {
    "save": _saved,
    "add": _add,
    "remove": _remove,
    "up": _move_up,
    "down": _move_down,
    "look": _look,
    "freeze": _freeze,
}


@for_editors
@require_safe
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    mail = queries.mail_of(issue)
    context = {
        "issue": issue,
        "mail": mail,
        "kilobytes": mail.size // 1000,
        "largest": LARGEST // 1000,
        "is_too_large": mail.size > LARGEST,
        "crumbs": _crumbs((issue.title, reverse("bulletin:compose", kwargs={"public_id": public_id})), ("The mail", "")),
    }
    return render(request, "bulletin/preview.html", context)


@for_editors
@require_safe
def preview_html(request: MemberRequest, public_id: str) -> HttpResponse:
    """The two links that are each person's own lead to the archive here."""
    issue = access.get_issue_to_compose(request.user, public_id)
    html = queries.mail_of(issue).html
    for marker in (PREFERENCES, UNSUBSCRIBE):
        html = html.replace(marker, reverse("bulletin:archive"))
    return shown_as_mail(html)


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """A last look before the button; after it, how far the issue has got."""
    issue = access.get_issue_to_compose(request.user, public_id)
    if issue.is_draft:
        return redirect("bulletin:compose", public_id=public_id)
    if request.method == "POST":
        return _send(request, issue)
    may_send = access.can_send(request.user)
    context = {
        "issue": issue,
        "may_send": may_send,
        "senders": queries.who_can_send(timezone.now()),
        "crumbs": _crumbs((issue.title, "")),
    }
    if issue.is_out:
        context["progress"] = queries.progress(issue)
        context["to_look_at"] = queries.addresses_to_look_at(issue) if may_send else []
        return render(request, "bulletin/progress.html", context)
    context["before"] = queries.before_sending(issue)
    return render(request, "bulletin/send.html", context)


def _send(request: MemberRequest, issue: BulletinIssue) -> HttpResponse:
    if not access.can_send(request.user):
        return _may_not_send(request, issue)
    try:
        actions.send(issue=issue, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("bulletin:send", public_id=issue.public_id)


@for_editors
@require_POST
def thaw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Whoever may not freeze may not undo it."""
    issue = access.get_issue_to_compose(request.user, public_id)
    if not access.can_send(request.user):
        return _may_not_send(request, issue)
    try:
        actions.thaw(issue=issue, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("bulletin:compose", public_id=public_id)


def _may_not_send(request: MemberRequest, issue: BulletinIssue) -> HttpResponse:
    """Says who can, where the site's own 403 page could not know."""
    context = {"issue": issue, "senders": queries.who_can_send(timezone.now()), "crumbs": _crumbs((issue.title, ""))}
    return render(request, "bulletin/may_not_send.html", context, status=403)


def _back(issue: BulletinIssue, anchor: str = "", typed: str = "") -> HttpResponse:
    """`typed`: the address that could not be added, to be put right."""
    query = {"address": typed} if typed else {}
    return redirect(reverse("bulletin:compose", kwargs={"public_id": issue.public_id}, query=query, fragment=anchor or None))


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), ("Compose", reverse("bulletin:compose_list")), *rest]
