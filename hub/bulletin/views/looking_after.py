"""The topics, how many take the bulletin, and, for a reason that others hear of, who."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.bulletin import access, actions, topics, totals
from hub.bulletin.forms import ChooseTopicsForm, OpenListForm
from hub.bulletin.models import Subscriber
from hub.bulletin.refusals import Refusal
from hub.bulletin.views.doors import for_editors
from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from hub.core.spreadsheets import as_csv


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def choose_topics(request: MemberRequest) -> HttpResponse:
    offered = topics.offered()
    initial = {"concepts": [label for topic in offered for label in topic.labels]}
    form = ChooseTopicsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.choose_topics(concepts=form.cleaned_data["concepts"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. People see them from now on.")
            return redirect("bulletin:topics")
    numbers = topics.choosers()
    context = {
        "form": form,
        "chosen": [(topic.label, numbers[topic.public_id]) for topic in offered],
        "crumbs": crumbs(("Topics", "")),
    }
    return render(request, "bulletin/topics.html", context)


@for_editors
@require_safe
def subscribers(request: MemberRequest) -> HttpResponse:
    access.check_may_see_totals(request.user)
    context = {
        "totals": totals.totals(timezone.now()),
        "page": page_of(totals.list_readings(), request),
        "query": query_without_page(request),
        "may_open_list": access.can_open_list(request.user),
        "crumbs": crumbs(("Subscribers", "")),
    }
    return render(request, "bulletin/subscribers.html", context)


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def open_list(request: MemberRequest) -> HttpResponse:
    access.check_may_open_list(request.user)
    form = OpenListForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            rows = actions.open_list(reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _as_file(rows)
    context = {"form": form, "crumbs": crumbs(("Subscribers", reverse("bulletin:subscribers")), ("The list", ""))}
    return render(request, "bulletin/open_list.html", context)


def _as_file(rows: list[Subscriber]) -> HttpResponse:
    offered = topics.offered()
    text = as_csv(
        ["Address", "State", "Confirmed", "Asked at", "Wording", "Topics"],
        [
            [
                row.email or "",
                row.get_state_display(),
                f"{timezone.localtime(row.confirmed_at):%Y-%m-%d}" if row.confirmed_at else "",
                row.source,
                row.wording_version,
                "; ".join(topics.labels_of(row.topic_key, offered)),
            ]
            for row in rows
        ],
    )
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="subscribers.csv"'
    return answer


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), ("Compose", reverse("bulletin:compose_list")), *rest]
