from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from forum import access as forum_access
from forum.models import Question
from forum.typed import is_unnamed
from forum.views.doors import keep_draft
from forum.views.posting import ask_again
from hub.core import tallies
from hub.core.http import MemberRequest
from hub.search import similar, suggestions
from hub.search.queries import LONGEST_QUERY, search

REPORTED = dt.timedelta(days=90)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    found = search(
        request.user,
        text=asked.get("q", ""),
        kind=asked.get("kind", ""),
        concept=asked.get("concept", ""),
        page=asked.get("page", ""),
    )
    if found.page is None or found.page.number == 1:
        tallies.note("searched", found.text)
    return render(request, "search/results.html", {"found": found, "longest_query": LONGEST_QUERY})


@require_POST
@login_required
def similar_to(request: MemberRequest) -> HttpResponse:
    """The list alone for our script. Without script the question becomes a draft, and its page shows the list; without a name
    there is no draft, so that the form is shown again as it was sent."""
    typed, draft = request.POST, _draft_id(request)
    groups = similar.similar(request.user, title=typed.get("title", ""), body=typed.get("body", ""))
    suggestions.note_shown(draft=draft, viewer=request.user, groups=groups, now=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "search/includes/similar_list.html", {"groups": groups})
    kept = _kept(request)
    return ask_again(request) if is_unnamed(typed) else redirect(f"{reverse('forum:ask')}?{kept}#similar")


@require_POST
@login_required
def similar_opened(request: MemberRequest) -> HttpResponse:
    """Told by our script as the link is followed."""
    found = similar.named(request.user, request.POST.get("ref", ""))
    if found is not None:
        suggestions.note_opened(draft=_draft_id(request), thing=found[1], now=timezone.now())
    return HttpResponse()


@require_POST
@login_required
def answered(request: MemberRequest) -> HttpResponse:
    """ "This answered it": what was typed stays a draft, for it may not be all. Without a name there is none."""
    ref = request.POST.get("answered", "")
    found = similar.named(request.user, ref)
    if found is None:
        raise Http404
    suggestions.note_answered(draft=_draft_id(request), thing=found[1], now=timezone.now())
    kept = _kept(request)
    if is_unnamed(request.POST):
        messages.info(request, "Nothing is kept here of what you typed without your name. To ask it all the same, go back to it.")
    return redirect(f"{reverse('search:similar_thanks')}?{urlencode({'for': ref})}{'&' if kept else ''}{kept}")


@require_safe
@login_required
def thanks(request: MemberRequest) -> HttpResponse:
    found = similar.named(request.user, request.GET.get("for", ""))
    if found is None:
        raise Http404
    source, thing = found
    question = thing if isinstance(thing, Question) else None
    draft = request.GET.get("draft", "")
    context = {
        "hit": source.hit(thing),
        "question": question,
        "may_need": question is not None and forum_access.can_need(request.user, question),
        "draft": forum_access.get_draft(request.user, draft).public_id if draft else "",
    }
    return render(request, "search/answered.html", context)


@require_safe
@login_required
def suggestions_report(request: MemberRequest) -> HttpResponse:
    if not forum_access.can_moderate(request.user):
        raise PermissionDenied
    report = suggestions.report(request.user, since=timezone.now() - REPORTED)
    crumbs = [("Home", "/"), ("Question time", reverse("forum:question_list")), ("Answered before it was asked", "")]
    return render(request, "search/suggestions.html", {"report": report, "crumbs": crumbs})


def _draft_id(request: HttpRequest) -> str:
    return request.POST.get("submission", "")[:20]


def _kept(request: MemberRequest) -> str:
    """The address of the draft that was saved, or of nothing."""
    return urlencode({"draft": _draft_id(request)}) if keep_draft(request) else ""
